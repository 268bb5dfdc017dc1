"""A resource that a `was:` names stays while its successor exists already."""

from __future__ import annotations

from tests.planning.guards.literals import blocks, plan_for
from tests.planning.literals import live_of


def test_the_reason_names_both_and_an_allowance_does_not_lift_it() -> None:
    manifest = {"tags": [{"name": "new", "was": "old"}]}
    plan = plan_for(manifest, live_of({"tags": ["new", "old"]}), allowed={"tag": 1})
    block = blocks(plan)["tag:old"]
    assert block.guard == "was"
    assert block.reason == "tag:new declares `was: old`, but both exist"
    assert block.allow == "remove the name from `was:`, or rename one of the two in Clockify"
