"""A plan is proved by planning again only what it touched: that says "done" only where a plan of everything finds nothing either.

By hand, thousands: `RECONCILER_TOUCHED=5000 pytest tests/planning/test_touched.py`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from reconciler.errors import ManifestError, PlanningError, Problem, SimulationError
from reconciler.model import Address, Source
from reconciler.planning import convergence, draft, make_plan, touched
from reconciler.planning.changes import draft_changes, ordered_changes
from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.match import Matching, match
from reconciler.planning.plan import Change
from reconciler.planning.simulate import Simulation, simulation_of
from reconciler.state import Desired, Live, Removed, Usage
from tests.planning.literals import TARGET, desired_of, live_of
from tests.planning.test_random_plans import _manifest, _world

NUMBER = int(os.environ.get("RECONCILER_TOUCHED", "80"))


def _drafted(desired: Desired, live: Live, usage: dict[str, Usage]) -> tuple[Draft, list[Change]]:
    drafted = make_draft(desired, live)
    return drafted, draft_changes(drafted, usage)


def _spoiled(changes: Sequence[Change], random: Random) -> list[Change]:
    """The same changes, one of them left out, or one that writes something else, or under another name."""
    result, at = list(changes), random.randrange(len(changes))
    change, how = changes[at], random.randrange(3)
    if how == 0:
        return [*changes[:at], *changes[at + 1 :]]
    if how == 1 and change.fields:
        wrong = replace(change.fields[-1], after=change.fields[-1].before)
        result[at] = replace(change, fields=(*change.fields[:-1], wrong))
    elif not change.removal:
        result[at] = replace(change, address=Address(change.kind, (*change.address.path[:-1], "Elsewhere")))
    return result


def _agree(drafted: Draft, usage: dict[str, Usage], every: list[Change], changes: Sequence[Change]) -> bool | None:
    """Whether the part says that nothing is left, which a plan of everything confirms; None for steps that cannot work."""
    try:
        simulation = simulation_of(changes, drafted.live)
    except SimulationError:
        return None
    is_done = touched.is_done(drafted, usage, drafted.desired, every, simulation)
    if is_done:
        again, left = _drafted(drafted.desired, simulation.result(), usage)
        assert left == []
        assert again.matching.pairs.keys() == drafted.desired.resources.keys()
    return is_done


def test_a_plan_of_everything_agrees_on_random_states_and_on_plans_with_a_defect() -> None:
    answers: dict[str, list[bool | None]] = {"whole": [], "spoiled": []}
    for seed in range(NUMBER):
        random = Random(seed)  # noqa: S311 -- a seeded search, nothing secret
        world, manifest = _world(random), _manifest(random)
        live = live_of(world)
        usage = {resource.id: Usage(0, int(random.random() < 0.1)) for resource in live.everything}
        try:
            drafted, every = _drafted(desired_of(manifest), live, usage)
        except (ManifestError, PlanningError):
            continue
        changes = ordered_changes(every, live)
        answers["whole"].append(_agree(drafted, usage, every, changes))
        if changes:
            answers["spoiled"].append(_agree(drafted, usage, every, _spoiled(changes, random)))
    assert answers["whole"].count(True) > NUMBER // 6
    assert answers["spoiled"].count(False) > NUMBER // 10


MANIFEST: dict[str, Any] = {
    "clients": [
        {
            "name": f"C{n}",
            "projects": [{"name": f"P{n}", "billable": n == 1, "tasks": ["Do", "Go", "New"][: 2 + (n == 2)]}],
        }
        for n in range(9)
    ]
}
WORLD: dict[str, list[Any]] = {
    "clients": [f"C{n}" for n in range(9)],
    "projects": [f"C{n}/P{n}" for n in range(9)],
    "tasks": [f"C{n}/P{n}/{name}" for n in range(9) for name in ("Do", "Go")],
}


@pytest.fixture
def matched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The declared addresses of every matching."""
    seen: list[list[str]] = []

    def counting(desired: Desired, live: Live) -> Matching:
        seen.append(sorted(map(str, desired.resources)))
        return match(desired, live)

    monkeypatch.setattr(draft, "match", counting)
    return seen


def test_the_states_are_matched_once_and_then_only_what_the_plan_touches(matched: list[list[str]]) -> None:
    desired, live = desired_of(MANIFEST), live_of(WORLD)
    reading = make_draft(desired, live)
    plan = make_plan(desired, live, target=TARGET, draft=reading)
    assert [str(change.address) for change in plan.changes] == ["project:C1/P1", "task:C2/P2/New"]
    beside = ["task:C2/P2/Do", "task:C2/P2/Go"]  # the new name may be another spelling of theirs
    part = ["client:C1", "client:C2", "project:C1/P1", "project:C2/P2", *beside, "task:C2/P2/New"]
    assert matched == [sorted(map(str, desired.resources)), sorted(part)]


def test_a_plan_without_changes_matches_once(matched: list[list[str]]) -> None:
    desired = desired_of({"tags": ["a", "b"]})
    assert make_plan(desired, live_of({"tags": ["a", "b"]}), target=TARGET).is_empty
    assert len(matched) == 1


@pytest.mark.parametrize(
    ("manifest", "world", "touched_addresses"),
    [
        # A removal goes with all that is inside it: that decides whether it is deleted or archived.
        (
            {"policy": {"prune": {"clients": "delete"}}, "clients": [{"name": "B"}]},
            {"clients": ["A", "B"], "projects": [{"at": "A/Site", "archived": True}, "B/App"], "tasks": ["A/Site/x"]},
            [],
        ),
        # What an entry of `removed:` may mean, in every spelling.
        (
            {"projects": [{"name": "Site", "tasks": ["Do", "New"]}], "removed": [{"task": "site/old"}]},
            {"projects": ["Site", "Else"], "tasks": ["Site/Do", "Site/Old", "Else/Do"]},
            ["project:Site", "task:Site/Do", "task:Site/New"],
        ),
    ],
)
def test_what_decides_a_removal_is_planned_again(
    matched: list[list[str]], manifest: dict[str, Any], world: dict[str, Any], touched_addresses: list[str]
) -> None:
    live = live_of(world)
    plan = make_plan(desired_of(manifest), live, {r.id: Usage(time_entries=1) for r in live.everything}, target=TARGET)
    assert plan.changes
    assert len(matched) == 2
    assert matched[1] == touched_addresses


def test_names_that_may_be_exchanged_are_weighed_again_with_everything(matched: list[list[str]]) -> None:
    manifest = {"clients": ["Acme"], "tags": [{"name": "a", "was": "b"}, {"name": "b", "was": "a"}, "c"]}
    make_plan(desired_of(manifest), live_of({"clients": ["Acme"], "tags": ["a", "b"]}), target=TARGET)
    assert matched == [["client:Acme", "tag:a", "tag:b", "tag:c"]] * 2


def test_what_a_plan_leaves_out_is_found_although_no_step_touched_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_last(changes: Sequence[Change], live: Live, _held: object) -> Simulation:
        return simulation_of(changes[:-1], live)

    monkeypatch.setattr(convergence, "simulation_of", without_last)
    with pytest.raises(SimulationError, match="does not reach the desired state: task:C2/P2/New"):
        make_plan(desired_of(MANIFEST), live_of(WORLD), target=TARGET)


def test_a_step_beside_the_plan_is_found_in_what_it_touched() -> None:
    manifest: dict[str, Any] = {"clients": [{"name": "Acme", "note": "kept"}], "tags": ["new"]}
    live = live_of({"clients": [{"at": "Acme", "note": "kept"}]})
    drafted, every = _drafted(desired_of(manifest), live, {})
    _, [beside] = _drafted(desired_of({"clients": [{"name": "Acme", "note": "lost"}]}), live, {})
    assert touched.is_done(drafted, {}, drafted.desired, every, simulation_of(every, live))
    assert not touched.is_done(drafted, {}, drafted.desired, every, simulation_of([*every, beside], live))


@pytest.mark.parametrize(
    ("path", "resource_id", "is_done"),
    [("Acme/Site/Old", "", False), ("Acme/Site/Former", "k1", False), ("Acme/Site/Former", "", True)],
)
def test_a_removal_that_is_missing_among_the_changes_is_found(path: str, resource_id: str, *, is_done: bool) -> None:
    manifest: dict[str, Any] = {"removed": [{"task": path}]}
    live = live_of({"clients": ["Acme"], "projects": ["Acme/Site"], "tasks": ["Acme/Site/Old"]})
    drafted = make_draft(desired_of(manifest), live)
    (entry,) = drafted.desired.removed
    desired = replace(drafted.desired, removed=(replace(entry, id=resource_id),))
    assert touched.is_done(drafted, {"k1": Usage()}, desired, [], simulation_of([], live)) is is_done


def test_a_conflict_in_the_part_is_left_to_the_plan_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    def conflict(*_: object) -> Draft:
        raise PlanningError([Problem("m.yaml", 1, 1, "a conflict")])

    live = live_of(WORLD)
    drafted, every = _drafted(desired_of(MANIFEST), live, {})
    simulation = simulation_of(every, live)
    assert touched.is_done(drafted, {}, drafted.desired, every, simulation)
    monkeypatch.setattr(touched, "make_draft", conflict)
    assert not touched.is_done(drafted, {}, drafted.desired, every, simulation)


def test_what_its_id_identifies_is_planned_again_by_its_id(matched: list[list[str]]) -> None:
    """As an undo declares it: by ids, with one that is made again, one that is removed by its id, and one with a recorded rename."""
    live = live_of({"tags": ["x", "y", "z", "rest"]})
    desired = desired_of({"tags": ["one", "again", "third", "rest"]})
    one, again, third = (Address("tag", (name,)) for name in ("one", "again", "third"))
    gone = Removed(Address("tag", ("y",)), Source("run"), id="t2")
    desired = replace(
        desired, identified={one: "t1", again: ""}, removed=(gone,), renamed={third: ("t3", "z")}, is_undo=True
    )
    plan = make_plan(desired, live, {"t2": Usage()}, target=TARGET)
    assert [f"{change.action} {change.address} {change.id}" for change in plan.changes] == [
        "create tag:again ",
        "update tag:one t1",
        "update tag:third t3",
        "delete tag:y t2",
    ]
    assert len(matched) == 2


def test_what_its_id_identifies_is_planned_again_also_where_it_needs_no_change(matched: list[list[str]]) -> None:
    desired = desired_of({"clients": ["Acme", "Other"], "tags": ["new"]})
    desired = replace(desired, identified={Address("client", ("Acme",)): "c1"}, is_undo=True)
    plan = make_plan(desired, live_of({"clients": ["Acme", "Other"]}), {}, target=TARGET)
    assert [str(change.address) for change in plan.changes] == ["tag:new"]
    assert matched[1:] == [["client:Acme", "tag:new"]]
