"""The removal of a rename candidate is blocked, with the line that says it is a rename."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.planning.guards.context import GuardContext
from reconciler.planning.guards.renames import evaluate
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


def test_a_removal_that_may_be_two_creates_names_both() -> None:
    live = live_of({"projects": ["Website"], "tasks": ["Website/Design", "Website/Build"]})
    tasks = ["Design", "Build"]
    manifest = {"projects": [{"name": "Portal", "tasks": tasks}, {"name": "Relaunch", "tasks": tasks}]}
    block = blocks(plan_for(manifest, live))["project:Website"]
    assert block.reason == (
        "looks like project:Portal, which the plan creates: possibly one resource renamed; or it "
        "looks like project:Relaunch, which the plan creates: possibly one resource renamed"
    )
    assert block.allow == (
        "add `was: Website` to project:Portal, or add `was: Website` to project:Relaunch, or --allow-removal project:Website"
    )


@pytest.mark.parametrize(
    ("names", "end"),
    [
        (("Fair", "Hall", "Inn"), "looks like project:Inn, which the plan creates: possibly one resource renamed"),
        (("Fair", "Hall", "Inn", "Jetty"), "; 1 more looks like it"),
    ],
)
def test_of_many_names_a_block_gives_three(names: tuple[str, ...], end: str) -> None:
    live = live_of({"projects": ["Website"], "tasks": ["Website/Design", "Website/Build"]})
    manifest = {"projects": [{"name": name, "tasks": ["Design", "Build"]} for name in names]}
    block = blocks(plan_for(manifest, live))["project:Website"]
    assert block.reason.count("looks like project:") == 3
    assert block.reason.endswith(end)


@pytest.mark.parametrize(
    ("is_undo", "reason", "allow"),
    [
        (
            False,
            "may be tag:call, which the plan creates: its `was:` matches nothing, possibly one resource renamed",
            "replace the `was:` of tag:call by `was: meeting`, or --allow-removal tag:meeting",
        ),
        (
            True,
            "looks like tag:call, which the plan creates: possibly one resource renamed",
            "--allow-removal tag:meeting",
        ),
    ],
)
def test_a_was_that_matches_nothing_is_named_except_in_an_undo(is_undo: Any, reason: str, allow: str) -> None:
    live = live_of({"tags": ["meeting", "x"]})
    plan = plan_for({"tags": [{"name": "call", "was": "Meetng"}, "x"]}, live)
    found = plan.rename_candidates
    context = GuardContext(live, plan.policy, plan.forecast, is_undo=is_undo, rename_candidates=found)
    (block,) = evaluate(plan.changes, context).values()
    assert (block.reason, block.allow) == (reason, allow)


def test_below_one_of_two_candidates_the_line_belongs_to_the_parent_that_goes_with_it() -> None:
    manifest = {"clients": [{"name": "Acme Corp", "projects": ["Site"]}, "Other"]}
    live = live_of({"clients": ["ACME", "Acme Inc", "Other"], "projects": ["ACME/Site", "Acme Inc/Site"]})
    found = blocks(plan_for(manifest, live))
    for earlier in ("ACME", "Acme Inc"):
        assert found[f"project:{earlier}/Site"].allow.startswith(f"add `was: {earlier}` to client:Acme Corp, or ")
