"""Which changes are shown as one entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.planning.plan import Action, Blocked, Change, Impact
from reconciler.render.collapse import FEW, collapse
from reconciler.render.grouping import Node
from tests.render import plans


def _nodes(*changes: Change) -> list[Node]:
    return [Node(change.address, (change,), ()) for change in changes]


def _alike(number: int) -> list[Change]:
    return [plans.update(f"task:Acme/Web/Task {n}", billable=(True, False)) for n in range(number)]


def _sizes(nodes: list[Node]) -> tuple[list[int], int]:
    collapsed, apart = collapse(nodes)
    return [len(entry.changes) for entry in collapsed], len(apart)


@pytest.mark.parametrize(("number", "sizes"), [(FEW, ([], FEW)), (FEW + 1, ([FEW + 1], 0))])
def test_more_than_a_few_changes_of_the_same_kind_are_one_entry(number: int, sizes: tuple[list[int], int]) -> None:
    assert _sizes(_nodes(*_alike(number))) == sizes
    assert all(entry.plural == "tasks" for entry in collapse(_nodes(*_alike(number)))[0])


def test_what_differs_stands_apart() -> None:
    other = plans.update("task:Acme/Web/Other", billable=(False, True))
    assert _sizes(_nodes(*_alike(FEW), other)) == ([], FEW + 1)
    assert _sizes(_nodes(*_alike(FEW + 1), other)) == ([FEW + 1], 1)


@pytest.mark.parametrize("make", [plans.create, plans.update])
def test_creates_and_updates_are_collapsed(make: object) -> None:
    assert callable(make)
    assert _sizes(_nodes(*(make(f"tag:t{n}") for n in range(FEW + 1)))) == ([FEW + 1], 0)


def test_removals_blocked_changes_and_renames_never_are() -> None:
    removals = [plans.removal(f"tag:old {n}", Action.DELETE, Impact(0, 0)) for n in range(FEW + 1)]
    blocked = [replace(change, blocked=Blocked("check", "no", "")) for change in _alike(FEW + 1)]
    parked = [replace(change, temporary_name="~x") for change in _alike(FEW + 1)]
    renamed = [plans.update(f"task:Acme/Web/T{n}", name=("old", "new")) for n in range(FEW + 1)]
    for changes in (removals, blocked, parked, renamed):
        assert _sizes(_nodes(*changes)) == ([], FEW + 1)


def test_a_change_with_others_below_it_stands_apart() -> None:
    nodes = _nodes(*_alike(FEW + 1))
    inside = replace(nodes[0], children=tuple(_nodes(plans.create("task:Acme/Web/x"))))
    assert _sizes([inside, *nodes[1:]]) == ([], FEW + 1)
    twice = replace(nodes[0], changes=nodes[0].changes * 2)
    assert _sizes([twice, *nodes[1:]]) == ([], FEW + 1)
