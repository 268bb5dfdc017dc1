"""Which changes are shown as one entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model import Address
from reconciler.planning.plan import Action, Blocked, Change, Impact
from reconciler.render.collapse import (
    FEW,
    FIRST_NAMES,
    CollapsedChanges,
    collapse,
    collapse_removals,
    common_changes,
)
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


def test_removals_among_siblings_archives_and_renames_never_are() -> None:
    removals = [plans.removal(f"tag:old {n}", Action.DELETE, Impact(0, 0)) for n in range(FEW + 1)]
    parked = [replace(change, temporary_name="~x") for change in _alike(FEW + 1)]
    renamed = [plans.update(f"task:Acme/Web/T{n}", name=("old", "new")) for n in range(FEW + 1)]
    archives = [replace(change, action=Action.ARCHIVE) for change in _alike(FEW + 1)]
    for changes in (removals, parked, renamed, archives):
        assert _sizes(_nodes(*changes)) == ([], FEW + 1)


def test_what_one_reason_blocks_is_collapsed_and_other_reasons_stand_apart() -> None:
    blocked = [replace(change, blocked=Blocked("check", "no", "")) for change in _alike(FEW + 1)]
    assert _sizes(_nodes(*blocked)) == ([FEW + 1], 0)
    other = replace(blocked[0], blocked=Blocked("check", "never", ""))
    assert _sizes(_nodes(other, *blocked[1:])) == ([], FEW + 1)
    assert _sizes(_nodes(*blocked, *_alike(2))) == ([FEW + 1], 2)


def test_results_of_a_run_keep_changes_apart() -> None:
    nodes = _nodes(*_alike(FEW + 1))
    collapsed, apart = collapse(nodes, lambda change: change.address.name == "Task 0")
    assert (len(collapsed), len(apart)) == (0, FEW + 1)


def test_identical_removals_are_one_entry_in_their_place() -> None:
    alike = [plans.removal(f"tag:old {n}", Action.DELETE, Impact(0, 0)) for n in range(FEW + 1)]
    project = plans.removal("project:A", Action.DELETE, Impact(0, 0, (Address.parse("task:A/T"),)))
    archived = plans.removal("tag:x", Action.ARCHIVE, Impact(0, 0))
    entries = collapse_removals([project, *alike, archived], lambda change: change.impact.time_entries)
    assert entries == [project, CollapsedChanges(tuple(alike)), archived]
    assert collapse_removals(alike[1:], lambda _: None) == alike[1:]
    entered = [replace(change, impact=Impact(0, at)) for at, change in enumerate(alike)]
    assert collapse_removals(entered, lambda change: change.impact.time_entries) == entered
    several = [replace(project, address=Address("project", (f"P{n}",))) for n in range(FEW + 1)]
    assert collapse_removals(several, lambda _: None) == several  # each deletes something with it


def test_identical_updates_in_several_places_are_one_entry() -> None:
    spread = [plans.update(f"task:Acme/P{n}/Task", billable=(True, False)) for n in range(FEW + 1)]
    assert common_changes(spread) == [CollapsedChanges(tuple(spread))]
    assert common_changes(spread[1:]) == []  # few
    assert common_changes(_alike(FEW + 1)) == []  # in one place
    assert common_changes([plans.create(f"task:Acme/P{n}/Task") for n in range(FEW + 1)]) == []
    projects = [plans.update(f"project:C{n}/P", public=(True, False)) for n in range(FEW + 2)]
    inside = plans.create("task:C0/P/T")
    assert common_changes([*projects, inside]) == [CollapsedChanges(tuple(projects[1:]))]


def test_the_first_names_are_shown_and_the_others_counted() -> None:
    (entry,) = collapse(_nodes(*_alike(30)))[0]
    assert [change.address.name for change in entry.first] == [f"Task {n}" for n in range(FIRST_NAMES)]
    assert entry.more == 30 - FIRST_NAMES
    assert CollapsedChanges(entry.changes[:3]).more == 0


def test_a_change_with_others_below_it_stands_apart() -> None:
    nodes = _nodes(*_alike(FEW + 1))
    inside = replace(nodes[0], children=tuple(_nodes(plans.create("task:Acme/Web/x"))))
    assert _sizes([inside, *nodes[1:]]) == ([], FEW + 1)
    twice = replace(nodes[0], changes=nodes[0].changes * 2)
    assert _sizes([twice, *nodes[1:]]) == ([], FEW + 1)
