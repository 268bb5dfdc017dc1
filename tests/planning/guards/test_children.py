"""A parent is not removed while active children remain."""

from __future__ import annotations

from typing import Any

import pytest

from tests.planning.guards.literals import World, blocks, guards, plan_for
from tests.planning.literals import live_of

CLIENTS: World = {"clients": ["A", "B"], "projects": [f"A/p{n}" for n in range(4)]}
ARCHIVED: World = {"clients": ["A", "B"], "projects": [{"at": "A/Old", "archived": True}]}


def test_the_reason_lists_the_first_children_and_the_remedy_names_the_parent() -> None:
    block = blocks(plan_for({"clients": ["B"]}, live_of(CLIENTS)))["client:A"]
    assert block.guard == "children"
    assert block.reason == "4 of its projects would remain: project:A/p0, project:A/p1, project:A/p2, …"
    assert block.allow == "remove or move them, or keep client:A"


@pytest.mark.parametrize(
    ("manifest", "world", "blocked"),
    [
        ({"clients": ["B"], "projects": []}, CLIENTS, False),
        (
            {
                "policy": {"prune": {"projects": "keep"}},
                "clients": [{"name": "B", "projects": [{"name": "p0", "was": "A/p0"}]}],
            },
            CLIENTS,
            True,
        ),
        (
            {"clients": [{"name": "B", "projects": [{"name": f"p{n}", "was": f"A/p{n}"} for n in range(4)]}]},
            CLIENTS,
            False,
        ),
        ({"clients": ["B"]}, ARCHIVED, False),
        ({"clients": ["B"], "projects": [{"name": "Old", "client": "A", "archived": True}]}, ARCHIVED, True),
    ],
    ids=["all removed", "one moved", "all moved", "archived", "archived and declared"],
)
def test_what_remains_is_neither_removed_nor_moved_nor_archived(
    manifest: dict[str, Any], world: World, *, blocked: bool
) -> None:
    plan = plan_for(manifest, live_of(world), allowed={"client": 1, "project": 4})
    assert (guards(plan).get("client:A") == "children") is blocked


ARRIVING = {
    "clients": ["B"],
    "projects": [{"name": "New", "client": "A"}, {"name": "Old", "client": "A", "was": "B/Old"}],
}


@pytest.mark.parametrize("goal", ["delete", "archive"])
def test_the_projects_that_the_manifests_put_in_a_client_are_listed_with_what_to_do(goal: str) -> None:
    manifest = {"policy": {"prune": {"clients": goal}}, **ARRIVING}
    block = blocks(plan_for(manifest, live_of({"clients": ["A", "B"], "projects": ["B/Old"]})))["client:A"]
    assert block.guard == "children"
    assert block.reason == "declared projects would be added to it (2): project:A/New, project:A/Old"
    assert block.allow == "declare client:A, or declare these projects elsewhere"


def test_what_remains_is_listed_beside_what_arrives() -> None:
    block = blocks(plan_for(ARRIVING, live_of({"clients": ["A", "B"], "projects": ["B/Old", "A/Kept"]})))["client:A"]
    assert block.reason.startswith("declared projects would be added to it (2)")
    keep = {"policy": {"prune": {"projects": "keep"}}, **ARRIVING}
    block = blocks(plan_for(keep, live_of({"clients": ["A", "B"], "projects": ["B/Old", "A/Kept"]})))["client:A"]
    assert block.reason.startswith("1 of its projects would remain: project:A/Kept; declared projects would be added")
