"""Entries of `removed:` under renamed parents; which steps follow is in cases/removing.yaml."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import PlanningError
from reconciler.model import Address, Source
from reconciler.planning import make_draft
from reconciler.state import Removed
from tests.planning.literals import desired_of, live_of, plan_of

LIVE: dict[str, Any] = {"clients": ["Old"], "projects": ["Old/Site"]}


def test_an_entry_that_names_a_declared_project_under_the_old_name_of_its_client_is_refused() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old", "projects": ["Site"]}], "removed": [{"project": "Old/Site"}]}
    with pytest.raises(PlanningError) as refused:
        plan_of(manifest, LIVE)
    (problem,) = refused.value.problems
    assert problem.message == "project:Old/Site is in 'removed', but is declared as project:New/Site"
    assert problem.line > 1
    assert problem.hint == "remove one of them"
    # Once the rename is applied the entry names nothing.
    assert plan_of(manifest, {"clients": ["New"], "projects": ["New/Site"]}).is_empty


def test_an_entry_may_clear_the_way_for_what_moves_in() -> None:
    site = {"name": "Site", "was": "Other/Site"}
    manifest = {
        "clients": [{"name": "New", "was": "Old", "projects": [site]}, "Other"],
        "removed": [{"project": "Old/Site"}],
    }
    live = {"clients": ["Old", "Other"], "projects": ["Old/Site", "Other/Site"]}
    plan = plan_of(manifest, live)
    assert {(str(c.action), c.id) for c in plan.changes} == {("update", "c1"), ("delete", "p1"), ("update", "p2")}


def test_what_goes_with_its_removed_project_is_not_counted_as_unmanaged() -> None:
    manifest = {"policy": {"prune": {"tasks": "keep"}}, "removed": [{"project": "Old/Site"}]}
    plan = plan_of(manifest, {**LIVE, "tasks": ["Old/Site/Plan"]})
    assert dict(plan.unmanaged) == {"clients": 1, "projects": 0, "tasks": 0, "tags": 0}


def test_an_entry_with_an_id_removes_that_resource_whatever_its_name() -> None:
    wanted = desired_of({"tags": [], "policy": {"prune": {"tags": "keep"}}})
    entry = Removed(Address("tag", ("earlier name",)), Source("undo", 0, 0), id="t2", reason="created by the run")
    draft = make_draft(replace(wanted, removed=(entry,)), live_of({"tags": ["a", "b"]}))
    assert [(candidate.resource.id, candidate.reason) for candidate in draft.candidates] == [("t2", entry.reason)]
