from __future__ import annotations

import re

from reconciler.manifest import load, starter
from reconciler.policy import Prune


def test_the_starter_is_a_valid_manifest_that_declares_nothing() -> None:
    found = load(["-"], stdin=starter().encode)
    assert found.sections == {("tag", None)}
    assert not found.resources
    assert set(found.policy.prune.values()) == {Prune.KEEP}


def test_the_starter_refers_to_the_schema() -> None:
    assert starter().startswith("# yaml-language-server: $schema=")


def test_the_commented_parts_of_the_starter_are_valid() -> None:
    text = re.sub(r"^# ?((?:workspace|clients|  )\S*.*)$", r"\1", starter(), flags=re.MULTILINE)
    text = re.sub(r"^#  ", "  ", text.replace("tags: []", "tags:"), flags=re.MULTILINE)
    found = load(["-"], stdin=text.encode)
    assert found.sections >= {("tag", None), ("client", None), ("project", None)}
    assert found.workspace == "Acme Studio"
    assert found.policy.protect == ("client:Acme Corp",)
