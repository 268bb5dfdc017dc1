from __future__ import annotations

import re

from reconciler.manifest import load, starter


def test_the_starter_is_a_manifest() -> None:
    found = load(["-"], stdin=starter().encode)
    assert found.sections == {("tag", None)}


def test_an_editor_finds_the_schema() -> None:
    assert starter().startswith("# yaml-language-server: $schema=")


def test_what_the_starter_has_commented_out_is_valid_too() -> None:
    text = re.sub(r"^# ?((?:workspace|clients|policy|  )\S*.*)$", r"\1", starter(), flags=re.MULTILINE)
    text = text.replace("#  - {name: legacy", "  - {name: legacy")
    found = load(["-"], stdin=text.encode)
    assert found.sections >= {("tag", None), ("client", None), ("project", None)}
    assert found.workspace == "Acme Studio"
