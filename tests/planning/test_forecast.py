"""What a plan costs: which new tasks may be sent in the create of their project, and what reading at the end takes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from reconciler.kinds import TASK
from reconciler.model import UNSET, Address
from reconciler.planning import PlanOptions, make_plan, plan_from_json, plan_to_json
from reconciler.planning.forecast import (
    AT_MOST,
    _growth,
    _limit,
    _lists_of_children_again,
    _repeated,
    forecast_all,
    forecast_changes,
    forecast_rest,
    inline_groups,
    requests_before_delete,
    requests_saved,
)
from reconciler.planning.plan import Action, Change, Impact, Step
from reconciler.planning.plan_context import Forecast
from reconciler.planning.precondition import Precondition
from reconciler.state import ListProof
from tests.planning.literals import TARGET, desired_of, live_of, plan_of


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
    assert plan_of({"projects": projects}, {}).forecast.saved == 20 - 2 + 4  # and no copy is tried


def test_a_copy_is_only_tried_of_projects_with_the_same_tasks() -> None:
    projects = [{"name": f"P{n}", "tasks": ["a", f"b{n}"]} for n in range(10)]
    plan = plan_of({"projects": projects}, {})
    assert plan.forecast.saved == 20 - 2
    again = plan_of({"projects": [*projects, {"name": "Last", "tasks": ["b7", "a"]}]}, {})
    assert again.forecast.saved == 22 - 2 + 4
    assert again.forecast.verifying == plan.forecast.verifying + 4


ASSIGNED: dict[str, Any] = {"projects": [{"name": "Web", "tasks": [{"name": "Do", "assignees": ["jo@x.example"]}]}]}


@pytest.mark.parametrize(("pages", "people"), [(0, 1), (1, 1), (3, 3)])
def test_a_reading_at_the_end_lists_the_people_again_if_a_change_names_them(pages: int, people: int) -> None:
    live = replace(live_of({"projects": ["Web"]}), users={"u1": "jo@x.example"})
    changes = make_plan(desired_of(ASSIGNED), live, {}, target=TARGET).changes
    lists = forecast_changes(live, plan_of({"tags": ["a"]}, {"projects": ["Web"]}).changes, 50.0, verifies=True)
    proofs = (*live.proofs, *(ListProof("users", 9, pages, "Last-Page: true") for _ in range(bool(pages))))
    whole = forecast_changes(replace(live, proofs=proofs), changes, 50.0, verifies=True)
    assert whole.rereading == lists.rereading + people
    assert forecast_changes(live, changes, 50.0).rereading == 0


def test_a_plan_that_was_read_from_a_file_counts_no_people() -> None:
    """Whose time entries were read is not in the file: each delete takes the object and its entries alone."""
    plan = plan_of({"tags": []}, {"tags": ["a"]})
    assert forecast_rest(Forecast(4), plan.changes) == replace(plan.forecast, seconds=0.0)


@pytest.mark.parametrize(("max_age", "repeated"), [(60.0, 9), (7.0, 10), (4.0, 12), (0.0, 12)])
def test_users_are_listed_again_before_a_delete_once_per_age_of_a_reading(max_age: float, repeated: int) -> None:
    """Three deletes of tags: each reads the tag and the entries of two people. `max_age` at one request a second."""
    live = replace(live_of({"tags": ["a", "b", "c"]}), timekeepers=("u1", "u2"))
    changes = plan_of({"tags": []}, {"tags": ["a", "b", "c"]}).changes
    changes = tuple(replace(change, steps=(Step.DELETE,)) for change in changes)
    forecast = forecast_changes(live, changes, 1.0, max_age)
    assert (forecast.writing, forecast.verifying) == (3, 1 + repeated)


@pytest.mark.parametrize(
    ("kind", "entries", "embedded", "requests"),
    [
        ("tag", 0, 0, 1 + 2),
        ("tag", 49, 0, 1 + 2),
        ("tag", 50, 0, 1 + 3),
        ("tag", None, 0, 1),
        ("client", UNSET, 0, 1 + 2),
        ("project", 0, 0, 1 + 1 + 2),
        ("project", 0, 49, 1 + 1 + 2),
        ("project", 0, 50, 1 + 2 + 2),
    ],
)
def test_a_delete_reads_the_object_its_children_and_the_time_entries_of_each_person(
    kind: str, entries: Any, embedded: int, requests: int
) -> None:
    parent = Address(kind, ("a",))
    along = tuple(parent.child("task", f"t{n}") for n in range(embedded))
    known = Precondition(parent, time_entries=entries)
    change = Change(parent, Action.DELETE, (Step.DELETE,), id="x", precondition=known, impact=Impact(embedded=along))
    assert requests_before_delete(change, 2, 50) == requests


def test_what_is_done_already_costs_nothing_but_is_in_the_cost_of_the_whole() -> None:
    live = live_of({"tags": ["a"]})
    changes = plan_of({"tags": ["a", "b", "c", "d"]}, {"tags": ["a"]}).changes
    whole = forecast_changes(live, changes, 1.0)
    left = forecast_changes(live, changes, 1.0, done=changes[:2])
    assert (whole.writing, left.writing) == (3, 1)
    assert left.done == frozenset((c.address, c.id) for c in changes[:2])
    assert not whole.done
    assert forecast_rest(left, changes[1:]).writing == 1
    assert forecast_rest(left, changes[1:]).done == {(changes[1].address, changes[1].id)}
    assert forecast_all(left, changes).writing == 3
    assert forecast_all(whole, changes) is whole


def test_a_forecast_of_nothing_is_nothing() -> None:
    assert (Forecast().requests, Forecast().reading, Forecast().writing, Forecast().verifying) == (0, 0, 0, 0)


@pytest.mark.parametrize("notes", [{"people": 5}, {"max_age": 1.0}, {"rereading": 4}, {"page_size": 50}])
def test_what_is_not_in_a_plan_file_makes_no_other_forecast(notes: Any) -> None:
    assert Forecast(**notes) == Forecast()


@pytest.mark.parametrize(
    ("proofs", "size"),
    [
        ([("projects", 30, 1)], 50),
        ([("projects", 50, 1)], 50),
        ([("projects", 51, 1)], 1000),
        ([("projects", 30, 2)], 50),
        ([("projects", 30, 3)], 10),
        ([("users", 30, 1)], 50),
        ([("users", 30, 2)], 15),
        ([("users", 31, 2)], 16),
        ([("users", 0, 2)], 1),
        ([("users", 30, 0)], 50),
        ([("users", 30, 2), ("projects", 60, 1)], 60),
        ([("tasks", 30, 2)], 15),
    ],
)
def test_the_size_of_a_page_follows_from_the_lists_that_took_several(
    proofs: list[tuple[str, int, int]], size: int
) -> None:
    live = replace(live_of({}), proofs=tuple(ListProof(*proof, "Last-Page: true") for proof in proofs))
    assert forecast_changes(live, (), 1.0).page_size == size


@pytest.mark.parametrize(
    ("max_age", "per_second", "limit"), [(60, 10, 595), (60, 0.5, 29), (1, 1, 0), (0, 10, 0), (60, 0, math.inf)]
)
def test_a_reading_is_too_old_after_as_many_requests_as_its_age_allows(
    max_age: float, per_second: float, limit: float
) -> None:
    assert _limit(max_age, per_second) == limit


def test_the_rest_of_a_plan_costs_what_is_not_done() -> None:
    plan = plan_of({"tags": ["a", "b", "c"]}, {})
    first = plan.changes[0]
    rest = forecast_rest(replace(plan.forecast, done=frozenset({(first.address, first.id)})), plan.changes)
    assert (plan.forecast.writing, rest.writing) == (3, 2)
    assert rest.done == {(first.address, first.id)}
    assert forecast_all(rest, plan.changes).writing == 3


@pytest.mark.parametrize(
    ("manifest", "done", "lists"),
    [
        ({"name": "Web", "tasks": ["b"]}, [], 1),  # `a` is removed, so the list of its project is read again
        ({"name": "Web", "tasks": ["a", "b"]}, [], 0),
        ({"name": "Web", "tasks": ["b"]}, ["Web/c"], 0),  # a done task was in the list of all, so each list is whole
        ({"name": "Web", "tasks": ["b", "c"]}, ["Web/c"], 1),  # unless this plan changes it
    ],
)
def test_a_list_of_one_project_is_read_again_where_a_task_ends_there(
    manifest: dict[str, Any], done: list[str], lists: int
) -> None:
    tasks = ["Web/a", "Web/b", *({"at": path, "status": "done"} for path in done)]
    live = live_of({"projects": ["Web"], "tasks": tasks})
    policy = {"prune": {"tasks": "delete"}}
    changes = make_plan(desired_of({"projects": [manifest], "policy": policy}), live, {}, target=TARGET).changes
    assert _lists_of_children_again(live, changes, TASK) == lists


@pytest.mark.parametrize(("tasks", "inline"), [(1, 0), (2, 2), (100, 100), (101, 100)])
def test_from_two_to_a_hundred_tasks_go_into_the_create_of_their_project(tasks: int, inline: int) -> None:
    plan = plan_of({"projects": [{"name": "P1", "tasks": [f"t{number}" for number in range(tasks)]}]}, {})
    assert sum(map(len, inline_groups(plan.changes).values())) == inline


def test_where_no_list_has_all_tasks_those_of_single_projects_are_read_again_and_those_of_new_ones() -> None:
    live = live_of({"projects": ["Web"], "tasks": ["Web/a"]})
    single = ListProof("tasks of project p1", 150, 3, "Last-Page: true")
    live = replace(live, proofs=(*(proof for proof in live.proofs if proof.what != "tasks"), single))
    projects = [{"name": "Web", "tasks": ["a"]}, {"name": "New", "tasks": [f"t{number}" for number in range(51)]}]
    changes = make_plan(desired_of({"projects": projects}), live, {}, target=TARGET).changes
    assert (
        _lists_of_children_again(live, changes, TASK) == 3 + 1 + 2
    )  # three pages; a new list; two pages of 50 at most


def test_a_reading_is_repeated_after_a_minute_unless_another_age_is_given() -> None:
    assert forecast_changes(live_of({}), (), 1.0).max_age == 60
    assert (PlanOptions().max_age, PlanOptions().requests_per_second) == (60, 50)


@pytest.mark.parametrize(
    ("items", "added", "pages"), [(0, 50, 1), (49, 1, 1), (48, 1, 0), (50, 1, 1), (99, 1, 1), (99, 51, 2)]
)
def test_a_list_grows_by_the_pages_that_either_end_of_it_takes(items: int, added: int, pages: int) -> None:
    assert _growth(items, added, 50) == pages


@pytest.mark.parametrize(
    ("limit", "steps", "repeated"),
    [
        (10, (Step.UPDATE, Step.ARCHIVE), 0),
        (3, (Step.UPDATE, Step.ARCHIVE), 0),  # no more than the limit is no long run
        (2, (Step.UPDATE, Step.ARCHIVE), 1),  # the archiving may start long after the update
        (2, (Step.UPDATE, Step.UPDATE), 0),
    ],
)
def test_a_further_step_is_read_for_again_only_in_a_long_run_where_it_waits(
    limit: float, steps: tuple[Step, ...], repeated: int
) -> None:
    changes = [Change(Address("tag", ("a",)), Action.UPDATE, steps, id="x")]
    assert _repeated(1, changes, Forecast(), limit) == repeated


def test_the_seconds_are_exact_to_a_hundredth() -> None:
    cost = forecast_changes(live_of({}), (), 300.0)
    assert (cost.requests, cost.seconds) == (4, 0.01)


@pytest.mark.parametrize(("entries", "lists"), [(999, 0), (1000, 1)])
def test_the_rest_of_a_saved_plan_is_read_in_pages_of_a_thousand(entries: int, lists: int) -> None:
    manifest = {"policy": {"tracked_time": "delete"}, "tags": ["b"]}
    plan = plan_from_json(plan_to_json(plan_of(manifest, {"tags": ["a", "b"]}, used={"t1": entries})))
    # The user for the record of the run, the tag, and the further pages of its time entries.
    assert forecast_rest(plan.forecast, plan.changes).verifying == 2 + lists
