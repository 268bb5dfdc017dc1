"""Which new tasks may be sent in the create of their project, and how many requests that saves."""

from __future__ import annotations

from reconciler.planning.forecast import AT_MOST, inline_groups, requests_saved
from tests.planning.literals import plan_of


def test_several_new_tasks_of_a_new_project_may_be_inline_and_a_single_one_is_not() -> None:
    plan = plan_of({"projects": [{"name": "P1", "tasks": ["a", "b", "c"]}, {"name": "P2", "tasks": ["d"]}]}, {})
    parents = inline_groups(plan.changes)
    assert {str(parent): [c.address.name for c in inside] for parent, inside in parents.items()} == {
        "project:P1": ["a", "b", "c"]
    }
    assert plan.forecast.saved == requests_saved(parents) == 2  # three tasks, and one list that reads them back


def test_tasks_of_an_existing_project_are_posted() -> None:
    plan = plan_of({"projects": [{"name": "P1", "tasks": ["a", "b"]}]}, {"projects": ["P1"]})
    assert inline_groups(plan.changes) == {}
    assert plan.forecast.saved == 0


def test_the_number_of_inline_tasks_is_limited() -> None:
    plan = plan_of({"projects": [{"name": "P1", "tasks": [f"t{n}" for n in range(AT_MOST + 30)]}]}, {})
    assert [len(inside) for inside in inline_groups(plan.changes).values()] == [AT_MOST]


def test_one_list_reads_back_all_projects_except_the_probe() -> None:
    projects = [{"name": f"P{n}", "tasks": ["a", "b"]} for n in range(10)]
    assert plan_of({"projects": projects}, {}).forecast.saved == 20 - 2
