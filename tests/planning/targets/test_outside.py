"""How many changes outside the targets are certain, whatever was not read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.planning import PlanOptions, make_plan
from reconciler.state import Usage
from tests.planning.literals import TARGET, desired_of, live_of
from tests.planning.targets.test_targets import plan_for

WORLD: dict[str, Any] = {"projects": ["Web"], "tasks": ["Web/Do"], "tags": ["keep", "gone"]}
USERS = {"u1": "jo@x.example"}
ASSIGNED = {"projects": [{"name": "Web", "tasks": [{"name": "Do", "assignees": ["jo@x.example"]}]}]}
NOTED = {"projects": [{"name": "Web", "tasks": [{"name": "Do", "assignees": ["jo@x.example"], "billable": False}]}]}


@pytest.mark.parametrize(
    ("manifest", "users", "left_out", "is_exact"),
    [
        (ASSIGNED, USERS, 2, True),
        # Without the list of users, who is assigned could not be compared; a removal is one all the same.
        (ASSIGNED, {}, 1, False),
        (NOTED, {}, 2, False),
    ],
)
def test_what_is_not_about_people_alone_is_certain_without_the_list_of_users(
    manifest: dict[str, Any], users: dict[str, str], left_out: int, *, is_exact: bool
) -> None:
    world: dict[str, Any] = {**WORLD, **({"users": users} if users else {})}
    plan = plan_for({**manifest, "tags": ["keep", "new"]}, world, "tag:new")
    assert plan.targeting is not None
    assert (plan.targeting.left_out, plan.targeting.is_exact) == (left_out, is_exact)


@pytest.mark.parametrize(
    ("tasks", "unread", "listed", "left_out", "is_exact"),
    [
        (["Do"], (), (), 1, True),
        (["Do"], ("p1",), (), 1, False),  # its tasks were not read at all
        (["Do", "Go"], (), (), 1, False),  # a finished task may have the new name
        (["Do", "Go"], (), ("p1",), 2, True),
    ],
)
def test_the_number_is_exact_only_if_the_tasks_outside_were_read(
    tasks: list[str], unread: tuple[str, ...], listed: tuple[str, ...], left_out: int, *, is_exact: bool
) -> None:
    live = replace(live_of(WORLD), unread=frozenset(unread), tasks_proven=frozenset(listed))
    manifest = {"projects": [{"name": "Web", "tasks": tasks}], "tags": ["keep", "new"]}
    usage = {resource.id: Usage() for resource in live.everything}
    plan = make_plan(desired_of(manifest), live, usage, target=TARGET, options=PlanOptions(targets=("tag:new",)))
    assert plan.targeting is not None
    assert (plan.targeting.left_out, plan.targeting.is_exact) == (left_out, is_exact)
