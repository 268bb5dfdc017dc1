"""What was planned under a client or a project is stale once that parent is another one, has another name, place or lifecycle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.planning import exclude_blocked, plan_from_json
from reconciler.planning import simulate as simulation
from reconciler.planning.order import schedule
from reconciler.planning.plan import Blocked
from reconciler.state import Live, Usage
from tests.planning.forging import as_json, sealed
from tests.planning.literals import live_of, plan_of

World = dict[str, list[Any]]

MANIFEST: dict[str, Any] = {
    "clients": [
        {
            "name": "Acme",
            "projects": [{"name": "Site", "note": "new", "tasks": [{"name": "Plan", "billable": False}, "New"]}],
        },
        {"name": "Beta", "projects": [{"name": "Moved", "was": "Acme/Moved"}, "Fresh"]},
    ],
    "removed": [{"task": "Acme/Site/Old"}],
}
THEN: World = {
    "clients": ["Acme", "Beta"],
    "projects": ["Acme/Site", "Acme/Moved"],
    "tasks": ["Acme/Site/Plan", "Acme/Site/Old"],
}
UNUSED = {f"{letter}{number}": Usage() for letter in "cpk" for number in range(1, 5)}
SITE = {"project:Acme/Site", "task:Acme/Site/Plan", "task:Acme/Site/New", "task:Acme/Site/Old"}
TASKS = SITE - {"project:Acme/Site"}


def stale(manifest: dict[str, Any], then: World, now: Live) -> dict[str, str]:
    """Why each change is stale, of those that are, as after saving the plan and reading it again."""
    plan = plan_from_json(as_json(plan_of(manifest, then)))
    results = evaluate_preconditions(plan.changes, now, UNUSED)
    pairs = zip(plan.changes, results, strict=True)
    return {str(c.address): result.why for c, result in pairs if result.status is PreconditionStatus.MOVED}


def test_nothing_is_stale_in_what_was_read() -> None:
    assert stale(MANIFEST, THEN, live_of(THEN)) == {}


@pytest.mark.parametrize(
    ("now", "addresses", "why"),
    [
        (
            {"clients": ["Renamed", "Beta"], "projects": ["Renamed/Site", "Renamed/Moved"], "tasks": ["Renamed/Site/Plan", "Renamed/Site/Old"]},
            {*SITE, "project:Beta/Moved"},
            "client:Acme is now named 'Renamed'",
        ),
        (
            {**THEN, "clients": [{"at": "Acme", "archived": True}, "Beta"]},
            {*SITE, "project:Beta/Moved"},
            "client:Acme is now archived",
        ),
        (
            {**THEN, "clients": ["Acme", {"at": "Beta", "archived": True}]},
            {"project:Beta/Moved", "project:Beta/Fresh"},
            "client:Beta is now archived",
        ),
        (
            {**THEN, "clients": ["Acme", "Other"]},
            {"project:Beta/Moved", "project:Beta/Fresh"},
            "client:Beta is now named 'Other'",
        ),
        (
            {**THEN, "clients": ["Acme"]},
            {"project:Beta/Moved", "project:Beta/Fresh"},
            "client:Beta no longer exists",
        ),
        (
            {**THEN, "projects": ["Beta/Site", "Acme/Moved"], "tasks": ["Beta/Site/Plan", "Beta/Site/Old"]},
            TASKS,
            "project:Acme/Site is now in client:Beta",
        ),
        (
            {**THEN, "projects": ["Acme/Other", "Acme/Moved"], "tasks": ["Acme/Other/Plan", "Acme/Other/Old"]},
            TASKS,
            "project:Acme/Site is now named 'Other'",
        ),
        (
            {**THEN, "projects": ["Site", "Acme/Moved"], "tasks": ["Site/Plan", "Site/Old"]},
            TASKS,
            "project:Acme/Site left client:Acme",
        ),
    ],
    ids=["renamed", "archived", "target archived", "target renamed", "target gone", "moved", "project renamed", "no client"],
)  # fmt: skip
def test_an_edit_of_a_parent_by_hand_is_noticed_by_all_that_was_planned_under_it(
    now: World, addresses: set[str], why: str
) -> None:
    found = stale(MANIFEST, THEN, live_of(now))
    assert {address for address, reason in found.items() if reason == why} == addresses


def test_a_parent_that_was_made_again_under_the_same_name_is_another_one() -> None:
    manifest = {"clients": ["Acme"], "projects": [{"name": "Site", "client": "Acme"}]}
    now = live_of({"clients": ["Zeta", "Acme"]})  # the id is c2 now
    now = replace(now, resources={a: r for a, r in now.resources.items() if a.name == "Acme"})
    assert stale(manifest, {"clients": ["Acme"]}, now) == {"project:Acme/Site": "client:Acme no longer exists"}


RENAMED: dict[str, Any] = {
    "clients": [
        {
            "name": "New",
            "was": "Old",
            "projects": [{"name": "App", "was": "Site", "archived": False, "tasks": ["Plan"]}],
        },
        {
            "name": "Next",
            "projects": [{"name": "Moved", "was": "Old/Moved", "tasks": [{"name": "Do", "billable": False}]}],
        },
        {"name": "A", "was": "B", "note": "two", "projects": [{"name": "Ring", "note": "n"}]},
        {"name": "B", "was": "A", "note": "one"},
    ],
    "removed": [{"task": "New/App/Gone"}],
}
BEFORE: World = {
    "clients": ["Old", {"at": "A", "note": "one"}, {"at": "B", "note": "two"}],
    "projects": [{"at": "Old/Site", "archived": True}, "Old/Moved", "B/Ring"],
    "tasks": ["Old/Moved/Do", "Old/Site/Gone"],
}


def test_what_the_plan_does_to_a_parent_is_no_difference_at_any_step() -> None:
    plan = plan_of(RENAMED, BEFORE)
    assert not any(change.blocked for change in plan.changes)
    running = simulation.Simulation(live_of(BEFORE), plan.changes)
    for position, step in schedule(plan.changes):
        running.perform(plan.changes[position], plan.changes[position].steps[step])
        results = evaluate_preconditions(plan.changes, running.result(), UNUSED)
        assert [(str(c.address), r.why) for c, r in zip(plan.changes, results, strict=True) if r.why] == []
    assert {result.status for result in results} == {PreconditionStatus.ALREADY}


def test_a_planned_rename_does_not_hide_another_by_hand() -> None:
    now = live_of(
        {
            **BEFORE,
            "clients": ["Elsewhere", {"at": "A", "note": "one"}, {"at": "B", "note": "two"}],
            "projects": [{"at": "Elsewhere/Site", "archived": True}, "Elsewhere/Moved", "B/Ring"],
            "tasks": ["Elsewhere/Moved/Do", "Elsewhere/Site/Gone"],
        }
    )
    found = stale(RENAMED, BEFORE, now)
    assert found.pop("client:New") == "its name is now 'Elsewhere'"
    assert set(found.values()) == {"client:Old is now named 'Elsewhere'"}
    assert set(found) == {
        "project:New/App", "task:New/App/Plan", "task:Old/Site/Gone", "project:Next/Moved", "task:Next/Moved/Do",
    }  # fmt: skip


def test_a_plan_without_blocked_changes_notices_it_as_well() -> None:
    plan = plan_of(RENAMED, BEFORE)
    block = Blocked("check", "no", "think again")
    marked = (replace(c, blocked=block if str(c.address) == "project:New/App" else None) for c in plan.changes)
    rest = exclude_blocked(replace(plan, changes=tuple(marked)))
    assert "task:Next/Moved/Do" in {str(c.address) for c in rest.changes}
    now = live_of({**BEFORE, "clients": [{"at": "Old", "archived": True}, *BEFORE["clients"][1:]]})
    results = evaluate_preconditions(rest.changes, now, UNUSED)
    found = {str(c.address): r.why for c, r in zip(rest.changes, results, strict=True) if r.why}
    assert found["task:Next/Moved/Do"] == "client:Old is now archived"


def test_a_plan_file_that_does_not_hold_the_parents_is_stale_where_there_are_some() -> None:
    data = as_json(plan_of(MANIFEST, THEN))
    for change in data["changes"]:
        change["precondition"].pop("ancestors", None)
    plan = plan_from_json(sealed(data))
    results = evaluate_preconditions(plan.changes, live_of(THEN), UNUSED)
    assert {result.why for result in results} == {
        "the plan does not hold the state of client:Acme: plan again",
        "the plan does not hold the state of client:Beta: plan again",
    }
