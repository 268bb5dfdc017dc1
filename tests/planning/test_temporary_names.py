"""Which changes take a temporary name where names go round, and how often their order is worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from reconciler.model import Resource
from reconciler.planning import temporary_names
from reconciler.planning.changes import draft_changes
from reconciler.planning.draft import make_draft
from reconciler.planning.order import StepGraph, in_order, rank_of
from reconciler.planning.plan import Action, Change, Step
from reconciler.planning.simulate import Simulation
from reconciler.planning.temporary_names import with_temporary_names
from reconciler.state import Usage
from tests.planning.literals import desired_of, live_of, plan_of


def _changes(manifest: dict[str, Any], world: dict[str, Any]) -> list[Change]:
    live = live_of(world)
    usage = {resource.id: Usage() for resource in live.everything}
    return draft_changes(make_draft(desired_of(manifest), live), usage)


def _random_changes(seed: int) -> list[Change]:
    """Projects of two clients that pass their names on, in rings and chains; some are removed, move, or are archived. Clients do too."""
    random = Random(seed)  # noqa: S311 - a seeded search, nothing secret
    names = [f"N{at}" for at in range(random.randint(2, 9))]
    homes = {name: random.choice("AB") for name in names}
    earlier = dict(zip(names, random.sample(names, len(names)), strict=True))
    clients: dict[str, list[dict[str, Any]]] = {"A": [], "B": []}
    for name in names:
        entry: dict[str, Any] = {"name": name, "note": earlier[name]}
        if earlier[name] != name:
            entry["was"] = f"{homes[earlier[name]]}/{earlier[name]}"
        if random.random() < 0.2:
            entry["archived"] = True
        if random.random() > 0.15:
            clients[random.choice("AB") if random.random() < 0.3 else homes[name]].append(entry)
    manifest: dict[str, Any] = {"clients": [{"name": name, "projects": each} for name, each in clients.items()]}
    if random.random() < 0.4:  # a client gives its name to a new one, or both exchange theirs
        a, b = manifest["clients"]
        if random.random() < 0.5:
            a["name"], a["was"], b["name"], b["was"] = "B", "A", "A", "B"
        else:
            manifest["clients"].append({"name": "Old", "was": "A", "archived": random.random() < 0.7})
    return _changes(
        manifest, {"clients": ["A", "B"], "projects": [{"at": f"{homes[n]}/{n}", "note": n} for n in names]}
    )


def _one_after_the_other(changes: Sequence[Change]) -> list[Change]:
    """The same by a simple rule: as long as there is no order, the first holder by rank takes a temporary name."""
    result = list(changes)
    for holder, _ in sorted(StepGraph(result).handovers()):
        if result[holder].action is Action.DELETE and not result[holder].temporary_name:
            result[holder] = temporary_names._renamed(result[holder])
    while True:
        left = {node: set(before) for node, before in StepGraph(result).edges().items()}
        while ready := [node for node, before in left.items() if not before & left.keys()]:
            for node in ready:
                del left[node]
        stuck = {position for position, _ in left}
        if not stuck:
            return result
        holders = {h for h, taker in StepGraph(result).handovers() if {h, taker} <= stuck}
        first = min((p for p in holders if Step.RENAME not in result[p].steps), key=lambda p: rank_of(result[p]))
        result[first] = temporary_names._renamed(result[first])


def test_the_same_changes_take_one_as_if_each_ring_was_broken_by_itself() -> None:
    taken = 0
    for seed in range(100):
        changes = _random_changes(seed)
        result = with_temporary_names(changes)
        assert result == _one_after_the_other(changes), seed
        assert len(in_order(result)) == len(changes)
        taken += sum(change.action is not Action.DELETE and bool(change.temporary_name) for change in result)
    assert taken > 3


def _exchanges(number: int) -> list[Change]:
    """That many pairs of projects that exchange their names, as their notes show."""
    live = live_of({"projects": [{"at": f"t{at}", "note": f"{at}"} for at in range(2 * number)]})
    projects = [{"name": f"t{at}", "was": f"t{at ^ 1}", "note": f"{at ^ 1}"} for at in range(2 * number)]
    return draft_changes(make_draft(desired_of({"projects": projects}), live), {})


def test_the_graph_of_very_many_rings_is_built_as_often_as_that_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []

    class Counted(StepGraph):
        def __init__(self, changes: Sequence[Change]) -> None:
            built.append(len(changes))
            super().__init__(changes)

    monkeypatch.setattr(temporary_names, "StepGraph", Counted)
    monkeypatch.setattr("reconciler.planning.order.StepGraph", Counted)
    for number in (1, 40):
        built.clear()
        changes = with_temporary_names(_exchanges(number))
        assert sum(bool(change.temporary_name) for change in changes) == number
        assert built == [2 * number] * 3


def test_changes_that_no_temporary_name_brings_into_an_order_are_a_defect() -> None:
    one, other = (replace(change, steps=(Step.RENAME, *change.steps)) for change in _exchanges(1))
    stuck = [replace(one, steps=one.steps[1:]), replace(other, steps=other.steps[1:])]
    breaker = temporary_names._RingBreaker(stuck)
    breaker._takers.clear()
    with pytest.raises(RuntimeError, match="no order for"):
        list(breaker.break_all())


class _Counted(Simulation):
    """A simulation that counts the resources that it looks at."""

    seen = 0

    def find(self, resource_id: str) -> Resource | None:
        self.seen += 1
        return super().find(resource_id)


@pytest.mark.parametrize("others", [10, 300])
def test_a_simulated_delete_looks_at_its_own_children_only(others: int) -> None:
    world = {"projects": ["Gone", "Kept"], "tasks": ["Gone/a", "Gone/b", *(f"Kept/t{at}" for at in range(others))]}
    manifest = {"projects": [{"name": "Kept", "tasks": [f"t{at}" for at in range(others)]}]}
    plan = plan_of(manifest, world)
    assert [str(change.address) for change in plan.changes] == ["project:Gone"]
    simulation = _Counted(live_of(world), plan.changes)
    for step in plan.changes[0].steps:
        simulation.perform(plan.changes[0], step)
    assert simulation.seen == 1 + len(plan.changes[0].steps) + 1  # itself at each step, and its two tasks


def test_a_ring_is_broken_where_a_project_has_written_its_estimate_before_it_gives_its_name_up() -> None:
    world = {"projects": ["t0", "t1"], "tasks": ["t0/Plan", "t1/Build"]}
    projects = [
        {"name": name, "was": was, "tasks": [task], "estimate": "PT8H", "archived": True}
        for name, was, task in (("t0", "t1", "Build"), ("t1", "t0", "Plan"))
    ]
    changes = with_temporary_names(_changes({"projects": projects}, world))
    assert sorted(change.steps for change in changes) == [
        (Step.PATCH, Step.ARCHIVE),
        (Step.RENAME, Step.PATCH, Step.ARCHIVE),
    ]
