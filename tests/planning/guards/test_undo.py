"""Blocks of an undo: no edit of a manifest lifts one, so none is offered; and no question asks for one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.planning import Plan, PlanOptions, make_plan
from reconciler.planning.guards import active_budget, renames, unknown_values
from reconciler.planning.guards.context import INSTEAD_OF_UNDO
from reconciler.render.lines import to_plain
from reconciler.render.markdown import plan_markdown
from reconciler.render.text import plan_lines
from reconciler.state import Live, Usage
from tests.planning.guards.literals import blocks
from tests.planning.literals import TARGET, desired_of, live_of

BUDGET = {"active": True, "estimate": 500000, "type": "MANUAL", "resetOption": "MONTHLY"}
OFF = {"active": False, "estimate": "PT0S", "type": "MANUAL", "resetOption": None, "includeNonBillable": True}


def _plan(manifest: dict[str, Any], live: Live, *, is_undo: bool) -> Plan:
    desired = desired_of(manifest)
    desired = replace(desired, is_undo=True, sources=()) if is_undo else desired
    usage = {resource.id: Usage() for resource in live.resources.values()}
    options = PlanOptions(allowed={"tag": 1, "project": 1})
    return make_plan(desired, live, usage, target=TARGET, options=options)


def _without_cc_emails() -> Live:
    live = live_of({"clients": ["Acme"]})
    (resource,) = live.resources.values()
    values = {name: value for name, value in resource.values.items() if name != "cc_emails"}
    return replace(live, resources={resource.address: replace(resource, values=values)})


def _with_budget() -> Live:
    return live_of({"projects": [{"at": "Site", "wire": {"timeEstimate": OFF, "budgetEstimate": BUDGET}}]})


@pytest.mark.parametrize(
    ("guard", "manifest", "live", "declared", "undone"),
    [
        (
            unknown_values.NAME,
            {"clients": [{"name": "Acme", "note": "new"}]},
            _without_cc_emails(),
            "declare cc_emails in the manifest, with a value",
            INSTEAD_OF_UNDO,
        ),
        (
            active_budget.NAME,
            {"projects": [{"name": "Site", "estimate": "PT8H"}]},
            _with_budget(),
            "declare `budget: null` as well, or remove estimate from the manifest",
            f"switch the budget off in Clockify, or {INSTEAD_OF_UNDO}",
        ),
        (
            renames.NAME,
            {"tags": ["meetings"]},
            live_of({"tags": ["meeting"]}),
            "put `- {name: meetings, was: meeting}` in place of tag:meetings, or --allow-removal tag:meeting",
            "--allow-removal tag:meeting",
        ),
    ],
)
def test_what_allows_a_change_of_an_undo_is_no_edit_of_a_manifest(
    guard: str, manifest: dict[str, Any], live: Live, declared: str, undone: str
) -> None:
    for is_undo, allow in ((False, declared), (True, undone)):
        (block,) = blocks(_plan(manifest, live, is_undo=is_undo)).values()
        assert (block.guard, block.allow) == (guard, allow)


def test_an_undo_blocks_a_removal_by_each_create_that_it_may_be() -> None:
    live = live_of({"projects": ["Website"], "tasks": ["Website/Design", "Website/Build"]})
    manifest = {"projects": [{"name": name, "tasks": ["Design", "Build"]} for name in ("Portal", "Relaunch")]}
    block = blocks(_plan(manifest, live, is_undo=True))["project:Website"]
    assert "project:Portal" in block.reason
    assert "project:Relaunch" in block.reason
    assert block.allow == "--allow-removal project:Website"


def test_an_undo_asks_no_question_that_only_a_manifest_answers() -> None:
    live = live_of({"tags": ["meeting"]})
    for is_undo in (False, True):
        plan = _plan({"tags": ["meetings"]}, live, is_undo=is_undo)
        assert [str(pair.remove) for pair in plan.rename_candidates] == ["tag:meeting"]
        for text in (to_plain(plan_lines(plan)), plan_markdown(plan)):
            assert ("Renamed, or replaced?" in text, "was:" in text) == (not is_undo, not is_undo)
            assert "--allow-removal tag:meeting" in text
