"""Which step may start when: as soon as what it waits for has ended, and in the order of the plan where several may."""

from __future__ import annotations

from typing import Any

from reconciler.applying.executor.scheduler import READ_BACK, Scheduler
from reconciler.applying.journal.writer import NullJournal
from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.planning import Plan
from reconciler.planning.order import Node
from tests.gateway.fake_service import Service, writer_of
from tests.planning.literals import plan_of

World = dict[str, list[Any]]


def _graph(plan: Plan) -> Scheduler:
    inline_children = InlineChildren(plan.changes, writer_of(Service([])), "w1", {}, NullJournal())
    return Scheduler(plan.changes, inline_children)


def _name(plan: Plan, node: Node) -> str:
    if node == READ_BACK:
        return "read back"
    change = plan.changes[node[0]]
    return f"{change.steps[node[1]]} {change.address}"


def _levels(plan: Plan) -> list[list[str]]:
    """All that may start at once, ended together, until nothing is left."""
    scheduler, levels = _graph(plan), []
    while nodes := list(iter(scheduler.next, None)):
        levels.append([_name(plan, node) for node in nodes])
        for node in nodes:
            scheduler.end(node)
    return levels


def test_children_wait_for_their_parents_and_nothing_else_does() -> None:
    plan = plan_of({"clients": [{"name": "A", "projects": [{"name": "PP", "tasks": ["T"]}]}, "B"], "tags": ["t"]}, {})
    assert _levels(plan) == [
        ["create client:A", "create client:B", "create tag:t"],
        ["create project:A/PP"],
        ["create task:A/PP/T"],
    ]


def test_the_steps_of_one_change_follow_each_other() -> None:
    plan = plan_of({"clients": []}, {"clients": ["A"]})
    assert _levels(plan) == [["archive client:A"], ["delete client:A"]]


def test_a_name_is_taken_once_it_was_given_up() -> None:
    manifest = {"tags": [{"name": "A", "was": "B"}, {"name": "C", "was": "A"}]}
    assert _levels(plan_of(manifest, {"tags": ["A", "B"]})) == [["update tag:C"], ["update tag:A"]]


def test_a_step_that_was_put_back_is_handed_out_again_before_those_behind_it() -> None:
    plan = plan_of({"tags": ["a", "b"]}, {})
    scheduler = _graph(plan)
    first = scheduler.next()
    assert first is not None
    scheduler.put_back(first)
    assert scheduler.next() == first


def test_a_step_that_ends_twice_lets_nothing_start_too_early() -> None:
    plan = plan_of({"clients": [{"name": "A", "projects": ["PP"]}, {"name": "B", "projects": []}]}, {})
    scheduler = _graph(plan)
    names = {_name(plan, node): node for node in iter(scheduler.next, None)}
    for _ in range(3):
        scheduler.end(names["create client:B"])
    assert scheduler.next() is None
    scheduler.end(names["create client:A"])
    assert scheduler.next() is not None


def test_a_step_that_ended_before_its_turn_is_not_handed_out() -> None:
    plan = plan_of({"tags": ["a", "b"]}, {})
    scheduler = _graph(plan)
    scheduler.end((0, 0))
    assert [_name(plan, node) for node in iter(scheduler.next, None)] == ["create tag:b"]


def test_the_first_parent_of_several_new_children_is_a_probe_that_the_other_parents_wait_for() -> None:
    projects = [{"name": f"P{n}", "tasks": ["S", "T"]} for n in range(3)]
    levels = _levels(plan_of({"projects": [*projects, {"name": "Single", "tasks": ["T"]}], "tags": ["t"]}, {}))
    assert levels[0] == ["create project:P0", "create project:Single", "create tag:t"]
    assert {"create project:P1", "create project:P2", "create task:P0/S"} <= set(levels[1])
    assert "read back" in levels[2]
    assert not any("read back" in level for level in levels[:2])


def test_a_single_parent_of_new_children_is_read_back_by_itself() -> None:
    levels = _levels(plan_of({"projects": [{"name": "PP", "tasks": ["S", "T"]}]}, {}))
    assert levels == [["create project:PP"], ["create task:PP/S", "create task:PP/T"]]


def test_only_other_changes_count_as_needed() -> None:
    plan = plan_of({"clients": [{"name": "A", "projects": ["PP"]}]}, {})
    scheduler = _graph(plan)
    assert {_name(plan, node): needed for node, needed in scheduler.needs.items()} == {
        "create client:A": frozenset(),
        "create project:A/PP": frozenset({0}),
    }


def test_what_is_needed_is_named_by_the_position_of_its_change() -> None:
    plan = plan_of({"clients": ["A", {"name": "B", "projects": ["PP"]}]}, {})
    scheduler = _graph(plan)
    assert [str(change.address) for change in plan.changes] == ["client:A", "client:B", "project:B/PP"]
    assert [scheduler.needs[position, 0] for position in range(3)] == [set(), set(), {1}]


def test_a_change_of_several_steps_does_not_need_itself() -> None:
    plan = plan_of({"clients": []}, {"clients": ["A", "B"]})
    scheduler = _graph(plan)
    assert {node: set(needed) for node, needed in scheduler.needs.items()} == {
        (position, step): set() for position in range(2) for step in range(2)
    }
