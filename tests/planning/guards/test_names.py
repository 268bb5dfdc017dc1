"""A name that another resource keeps is not taken."""

from __future__ import annotations

from tests.planning.guards.literals import World, blocks, plan_for
from tests.planning.literals import live_of

HELD: World = {"clients": ["Old"], "projects": [{"at": "Old/Site", "archived": True, "seconds": 60}, "Old/Shop"]}


def test_the_reason_names_the_holder() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old", "projects": [{"name": "SITE", "was": "Old/Shop"}]}]}
    block = blocks(plan_for(manifest, live_of(HELD)))["project:New/SITE"]
    assert block.guard == "name"
    assert block.reason == "its name is held by project:Old/Site (p1)"
    assert block.allow == "choose another name, or rename that resource in Clockify"


def test_a_name_that_is_released_in_the_same_plan_is_taken() -> None:
    manifest = {"tags": [{"name": "c", "was": "b"}, {"name": "b", "was": "a"}]}
    assert not blocks(plan_for(manifest, live_of({"tags": ["a", "b"]})))
