from __future__ import annotations

import re

from reconciler.manifest import load, starter


def test_the_starter_is_a_valid_manifest() -> None:
    found = load(["-"], stdin=starter().encode)
    assert found.sections == {("tag", None)}


def test_the_starter_refers_to_the_schema() -> None:
    assert starter().startswith("# yaml-language-server: $schema=")


def test_the_commented_parts_of_the_starter_are_valid() -> None:
    text = re.sub(r"^# ?((?:workspace|clients|policy|  )\S*.*)$", r"\1", starter(), flags=re.MULTILINE)
    text = text.replace("#  - {name: legacy", "  - {name: legacy")
    found = load(["-"], stdin=text.encode)
    assert found.sections >= {("tag", None), ("client", None), ("project", None)}
    assert found.workspace == "Acme Studio"
