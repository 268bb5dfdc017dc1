"""What is beyond the removal budget, and the number that allows it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.planning.guards.literals import TAGS, World, blocks, guards, plan_for, without
from tests.planning.literals import live_of


@pytest.mark.parametrize(
    ("policy", "gone", "blocked"),
    [
        ({}, 2, False),
        ({}, 3, True),
        ({"removal_budget": {"count": 1, "share": "100%"}}, 2, True),
        ({"removal_budget": {"count": 10, "share": "50%"}}, 5, False),
        ({"removal_budget": {"count": 100, "share": "100%"}}, 10, True),
    ],
    ids=["within the share", "beyond the share", "beyond the count", "just within", "all of them, whatever the budget"],
)
def test_the_budget_is_the_smaller_of_count_and_share_and_never_all(
    policy: dict[str, Any], gone: int, *, blocked: bool
) -> None:
    plan = plan_for({"policy": policy} | without(*TAGS["tags"][:gone]), live_of(TAGS))
    assert guards(plan) == (dict.fromkeys([f"tag:t{n}" for n in range(gone)], "removal_budget") if blocked else {})


def test_one_of_one_is_all_of_them() -> None:
    plan = plan_for({"tags": []}, live_of({"tags": ["only"]}))
    assert blocks(plan)["tag:only"].reason == "would remove the only tag"
    assert blocks(plan)["tag:only"].allow == "--allow-removals tags=1"
    assert not blocks(plan_for({"tags": []}, live_of({"tags": ["only"]}), allowed={"tag": 1}))


def test_all_that_are_in_use_are_all_of_them_however_many_lie_in_the_archive() -> None:
    world: World = {"tags": ["one", "two", *({"at": f"old{n}", "archived": True} for n in range(30))]}
    manifest = {"tags": [{"name": f"old{n}", "archived": True} for n in range(30)]}
    plan = plan_for(manifest, live_of(world))
    assert blocks(plan)["tag:one"].reason == "would remove all 2 active tags"
    assert not blocks(plan_for({"tags": [*manifest["tags"], "two"]}, live_of(world)))


@pytest.mark.parametrize("number", [0, 2, 4, 30])
def test_an_allowance_is_the_exact_number(number: int) -> None:
    plan = plan_for(without("t0", "t1", "t2"), live_of(TAGS), allowed={"tag": number})
    assert set(guards(plan).values()) == {"removal_budget"}
