"""Names that are exchanged, from the command line against the sandbox: the record of the run is what a later plan goes by."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.program import Desk

MANIFEST = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep}}
tags: [{name: pro bono, was: travel, archived: %s}, {name: travel, was: pro bono, archived: %s}]
"""


def _fields(desk: Desk, *words: str) -> dict[str, list[str]]:
    """The fields of each change that is planned."""
    plan: dict[str, Any] = json.loads(desk.call("--sandbox", "plan", "--format", "json", *words).stdout)
    return {change["address"]: [field["name"] for field in change["fields"]] for change in plan["changes"]}


def test_an_exchange_that_a_run_has_carried_out_is_not_turned_back(desk: Desk) -> None:
    desk.write(MANIFEST % ("false", "true"))  # as the other one is
    assert desk.call("--sandbox", "apply", "--approve", "non-destructive").exit_code == 0
    desk.write(MANIFEST % ("true", "false"))
    assert _fields(desk) == {"tag:pro bono": ["archived"], "tag:travel": ["archived"]}
