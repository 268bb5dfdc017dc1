"""The removal of a rename candidate is blocked, with the line that says it is a rename."""

from __future__ import annotations

from tests.planning.guards.literals import World, blocks, plan_for
from tests.planning.literals import live_of

ACME: World = {"clients": ["ACME", "Other"], "projects": ["ACME/Site"]}


def test_the_remedy_is_the_line_or_the_option() -> None:
    block = blocks(plan_for({"clients": ["Acme Corp", "Other"]}, live_of({"clients": ACME["clients"]})))["client:ACME"]
    assert block.guard == "look_alike"
    assert block.reason == "looks like client:Acme Corp, which the plan creates: possibly one resource renamed"
    assert block.allow == (
        "put `- {name: Acme Corp, was: ACME}` in place of client:Acme Corp, or --allow-removal client:ACME"
    )


def test_below_a_candidate_the_line_belongs_to_the_parent() -> None:
    manifest = {"clients": [{"name": "Acme Corp", "projects": ["Site"]}, "Other"]}
    block = blocks(plan_for(manifest, live_of(ACME)))["project:ACME/Site"]
    assert block.reason == (
        "looks like project:Acme Corp/Site, which the plan creates under client:Acme Corp, itself possibly renamed"
    )
    assert block.allow == "add `was: ACME` to client:Acme Corp, or --allow-removal project:ACME/Site"
