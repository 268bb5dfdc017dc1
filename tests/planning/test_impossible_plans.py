"""What cannot be planned, each place where planning gives up: unknown people, steps that cannot work, no way to the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import PlanningError, SimulationError
from reconciler.planning import PlanOptions, convergence, make_plan, verification
from reconciler.planning.plan import Change, Step
from reconciler.planning.simulate import Simulation, simulate
from reconciler.planning.verification import _of_order
from reconciler.state import Live
from tests.planning.literals import TARGET, desired_of, live_of, plan_of

USERS = {"u1": "jo@acme.example", "u2": "kim@acme.example"}
STAFFED = {"projects": [{"name": "Site", "tasks": [{"name": "Do", "assignees": ["jo@acme.example"]}]}]}


def test_people_whom_the_workspace_does_not_have_are_each_named_at_their_line() -> None:
    manifest = {
        "projects": [
            {
                "name": "Site",
                "tasks": [
                    {"name": "Do", "assignees": ["jo@acme.example", "who@acme.example"]},
                    {"name": "Go", "assignees": ["else@acme.example"]},
                ],
            }
        ]
    }
    live = replace(live_of({"projects": ["Site"]}), users=USERS)
    with pytest.raises(PlanningError) as caught:
        make_plan(desired_of(manifest), live, target=TARGET)
    assert [problem.message for problem in caught.value.problems] == [
        "assignees of task:Site/Do: the workspace has no user with the e-mail address who@acme.example",
        "assignees of task:Site/Go: the workspace has no user with the e-mail address else@acme.example",
    ]
    assert caught.value.message == "the manifests conflict with the live workspace"
    assert all(problem.path and problem.line > 1 and problem.column for problem in caught.value.problems)
    assert all("reconciler users list" in problem.hint for problem in caught.value.problems)


def test_people_whom_the_workspace_has_are_planned() -> None:
    live = replace(live_of({"projects": ["Site"]}), users=USERS)
    plan = make_plan(desired_of(STAFFED), live, target=TARGET)
    assert [str(change.address) for change in plan.changes] == ["task:Site/Do"]


def _changes(manifest: dict[str, Any], live: dict[str, Any]) -> tuple[Change, ...]:
    return plan_of(manifest, live).changes


RENAMED = _changes({"tags": [{"name": "new", "was": "old"}]}, {"tags": ["old"]})
NESTED = _changes({"clients": [{"name": "Acme", "projects": ["Site"]}]}, {})
NEW = _changes({"tags": ["new"]}, {})
TAKEN = _changes({"tags": ["a"]}, {})
REMOVED = _changes({"clients": []}, {"clients": ["Acme"]})


@pytest.mark.parametrize(
    ("changes", "world", "message"),
    [
        (RENAMED, {}, "tag:new: the resource does not exist when its step starts"),
        (NESTED[1:], {}, "project:Acme/Site: its client does not exist when its step starts"),
        (TAKEN, {"tags": ["a"]}, "tag:a: the name 'a' is still used by t1"),
        ((*RENAMED, *NEW), {"tags": ["old"]}, "tag:new: the name 'new' is still used by new:tag:new"),
        (RENAMED, {"tags": ["old", "new"]}, "tag:new: the name 'new' is still used by t2"),
        (
            [replace(REMOVED[0], steps=(Step.DELETE,))],
            {"clients": ["Acme"]},
            "client:Acme: it is deleted without being archived first",
        ),
        (
            REMOVED,
            {"clients": ["Acme"], "projects": ["Acme/Site"]},
            "client:Acme: it is deleted while project:Acme/Site belongs to it",
        ),
        (
            (*NESTED[1:], *REMOVED),
            {"clients": ["Acme"]},
            "client:Acme: it is deleted while project:Acme/Site belongs to it",
        ),
    ],
)
def test_a_step_that_the_service_would_refuse_is_a_defect_that_is_named(
    changes: tuple[Change, ...], world: dict[str, Any], message: str
) -> None:
    with pytest.raises(SimulationError) as caught:
        simulate(changes, live_of(world))
    assert caught.value.message == message
    assert simulate(changes, live_of({}), held=range(len(changes))).resources == {}


def test_what_is_inside_a_deleted_project_is_deleted_with_it() -> None:
    world = {"projects": ["Site"], "tasks": ["Site/a", "Site/b"], "tags": ["x"]}
    changes = _changes({"projects": []}, world)
    assert [str(address) for address in simulate(changes, live_of(world)).resources] == ["tag:x"]


def test_a_plan_that_leads_elsewhere_is_a_defect_and_names_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(changes: Sequence[Change], live: Live, _held: object) -> Simulation:
        return Simulation(live, changes)

    monkeypatch.setattr(convergence, "simulation_of", nothing)
    with pytest.raises(SimulationError) as caught:
        plan_of({"tags": ["f", "e", "d", "c", "b", "a"]}, {})
    assert caught.value.message == (
        "simulated on a copy of the workspace, the plan does not reach the desired state: "
        "tag:a, tag:b, tag:c, tag:d, tag:e, …"
    )
    assert "nothing was written" in caught.value.hint
    assert plan_of({"tags": ["a"]}, {"tags": ["a"]}).is_empty


EXCHANGED = _changes(
    {"clients": [{"name": "A", "was": "B", "projects": ["Yy"]}, {"name": "B", "was": "A", "projects": ["Xx"]}]},
    {"clients": ["A", "B"], "projects": ["A/Xx", "B/Yy"]},
)


def test_the_order_of_a_saved_plan_is_derived_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(_of_order([])) == list(_of_order(EXCHANGED)) == []
    [through] = [at for at, change in enumerate(EXCHANGED) if change.temporary_name]
    edited = list(EXCHANGED)
    edited[through] = replace(EXCHANGED[through], steps=(Step.UPDATE,))
    address = EXCHANGED[through].address
    assert list(_of_order(edited)) == [f"changes[{through}].steps: must be rename, update ({address})"]
    first, second = EXCHANGED
    assert list(_of_order([second, first])) == [f"changes[0]: {first.address} comes first, not {second.address}"]

    def fail(_: object) -> None:
        raise RuntimeError("no order")

    monkeypatch.setattr(verification, "in_order", fail)
    assert list(_of_order(EXCHANGED)) == ["changes: no order of these changes is possible"]


def test_nothing_is_simulated_of_a_plan_whose_every_change_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    live = replace(live_of({"tags": ["a"]}), proofs=())
    monkeypatch.setattr(convergence, "simulation_of", lambda *_: pytest.fail("simulated"))
    plan = make_plan(desired_of({"tags": []}), live, target=TARGET, options=PlanOptions())
    assert [change.blocked is not None for change in plan.changes] == [True]
