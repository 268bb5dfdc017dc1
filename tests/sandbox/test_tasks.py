"""Tasks, statement by statement of docs/clockify.md section 8."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.driving import Driver

KEYS = "id,name,projectId,assigneeIds,assigneeId,userGroupIds,estimate,duration,budgetEstimate,status,billable,hourlyRate,costRate"


def test_a_new_task_has_the_documented_keys_and_defaults(sandbox: Driver) -> None:
    project = sandbox.project()
    response = sandbox("POST", f"projects/{project['id']}/tasks", {"name": "Design"})
    assert response.status_code == 201
    task = response.json()
    assert set(task) == set(KEYS.split(","))
    expected = {"status": "ACTIVE", "estimate": "PT0S", "assigneeIds": [], "billable": True, "duration": "PT0S"}
    assert {key: task[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("reading", "billable", "estimate", "assigned"),
    [
        ("", True, "PT2H", True),
        ("task_post_ignores=", False, "PT2H", True),
        ("task_post_ignores=billable+assignees+estimate", True, "PT0S", False),
    ],
)
def test_a_create_ignores_the_fields_of_the_switch(
    reading: str, estimate: str, *, billable: bool, assigned: bool
) -> None:
    with Driver(reading) as sandbox:
        me = sandbox.me()
        task = sandbox.task(sandbox.project(), billable=False, estimate="PT120M", assigneeIds=[me, "unknown"])
        assert (task["billable"], task["estimate"]) == (billable, estimate)
        assert task["assigneeIds"] == ([me] if assigned else [])


@pytest.mark.parametrize(("reading", "kept"), [("", False), ("put_tasks=merge", True)])
def test_an_update_loses_what_it_omits_or_keeps_it(reading: str, *, kept: bool) -> None:
    with Driver(reading) as sandbox:
        project, me = sandbox.project(), sandbox.me()
        task = sandbox.task(project)
        path = f"projects/{project['id']}/tasks/{task['id']}"
        full = {"assigneeIds": [me], "estimate": "PT2H", "status": "DONE", "billable": True}
        assert {key: sandbox.ok("PUT", path, {"name": "Design", **full})[key] for key in full} == full
        after = sandbox.ok("PUT", path, {"name": "Design"})
        lost = {"assigneeIds": [], "estimate": "PT0S", "status": "ACTIVE", "billable": False}
        assert {key: after[key] for key in full} == (full if kept else lost)


def test_an_update_requires_the_name(sandbox: Driver) -> None:
    project = sandbox.project()
    path = f"projects/{project['id']}/tasks/{sandbox.task(project)['id']}"
    expected = "Task name has to be between 1 and 1000 characters long"
    assert sandbox.refused("PUT", path, {"status": "DONE"}) == (400, 501, expected)


def test_a_task_is_done_before_it_is_deleted(sandbox: Driver) -> None:
    project = sandbox.project()
    task = sandbox.task(project)
    entry = sandbox.entry(projectId=project["id"], taskId=task["id"])
    path = f"projects/{project['id']}/tasks/{task['id']}"
    assert sandbox.refused("DELETE", path) == (400, 501, "Cannot delete an active task")
    sandbox.ok("PUT", path, {"name": "Design", "status": "DONE"})
    assert sandbox.ok("DELETE", path)["id"] == task["id"]
    assert sandbox.refused("GET", path) == (400, 501, "Task doesn't belong to Project")
    after = sandbox.ok("GET", f"time-entries/{entry['id']}")
    assert (after["projectId"], after["taskId"]) == (project["id"], None)


def test_an_active_task_can_be_deleted_with_the_switch() -> None:
    with Driver("delete_active_tasks") as sandbox:
        project = sandbox.project()
        sandbox.ok("DELETE", f"projects/{project['id']}/tasks/{sandbox.task(project)['id']}")


def test_names_are_unique_within_a_project_done_ones_included(sandbox: Driver) -> None:
    project = sandbox.project()
    sandbox.task(project, status="DONE")
    path = f"projects/{project['id']}/tasks"
    assert sandbox.refused("POST", path, {"name": "Design"}) == (400, 501, "Task with name 'Design' already exists")
    sandbox.task(sandbox.project("Other"))


def test_a_task_is_found_under_its_own_project_only(sandbox: Driver) -> None:
    task, other = sandbox.task(sandbox.project()), sandbox.project("Other")
    assert sandbox.refused("GET", f"projects/{other['id']}/tasks/{task['id']}")[2] == "Task doesn't belong to Project"


@pytest.mark.parametrize(
    ("params", "names"),
    [({}, ["B", "A", "C"]), ({"is_active": "true"}, ["B", "C"]), ({"is_active": "false"}, ["A"]), ({"sort_column": "NAME"}, ["A", "B", "C"]), ({"name": "b"}, ["B"])],
)  # fmt: skip
def test_a_list_has_both_states_unless_filtered(sandbox: Driver, params: dict[str, str], names: list[str]) -> None:
    project = sandbox.project()
    sandbox.task(project, "B")
    sandbox.task(project, "A", status="DONE")
    sandbox.task(project, "C")
    assert [task["name"] for task in sandbox.ok("GET", f"projects/{project['id']}/tasks", **params)] == names


def test_a_filter_that_is_not_a_boolean_is_rejected_with_its_value(sandbox: Driver) -> None:
    status, code, message = sandbox.refused("GET", f"projects/{sandbox.project()['id']}/tasks", is_active="maybe")
    assert (status, code) == (400, 3000)
    assert "maybe" in message


@pytest.mark.parametrize(
    ("body", "code"),
    [({"status": "ALL"}, 3002), ({"estimate": "soon"}, 501), ({"assigneeIds": "me"}, 3002), ({"userGroupIds": 5}, 3002), ({"budgetEstimate": -1}, 501)],
)  # fmt: skip
def test_values_of_the_wrong_type_are_rejected(sandbox: Driver, body: dict[str, Any], code: int) -> None:
    path = f"projects/{sandbox.project()['id']}/tasks"
    assert sandbox.refused("POST", path, {"name": "Design", **body})[:2] == (400, code)


def test_there_is_no_list_of_all_tasks(sandbox: Driver) -> None:
    assert sandbox.refused("GET", "tasks")[:2] == (404, 3000)


def test_a_task_has_rates(sandbox: Driver) -> None:
    project = sandbox.project()
    path = f"projects/{project['id']}/tasks/{sandbox.task(project)['id']}"
    assert sandbox.ok("PUT", f"{path}/hourly-rate", {"amount": 700})["hourlyRate"] == {"amount": 700, "currency": "USD"}
    assert sandbox.ok("PUT", f"{path}/cost-rate", {"amount": 300})["costRate"] == {"amount": 300, "currency": "USD"}
    assert sandbox.ok("GET", path)["hourlyRate"] == {"amount": 700, "currency": "USD"}


def test_the_deprecated_assignee_counts_where_the_list_is_absent(studio: Driver) -> None:
    sam, me = studio.ok("GET", "users", email="sam@")[0]["id"], studio.me()
    project = studio.project("New")
    task = studio.task(project, assigneeId=sam)
    assert (task["assigneeIds"], task["assigneeId"]) == ([sam], sam)
    assert studio.task(project, "Both", assigneeId=sam, assigneeIds=[me])["assigneeIds"] == [me]
    path = f"projects/{project['id']}/tasks/{task['id']}"
    assert studio.ok("PUT", path, {"name": "Design", "assigneeId": me})["assigneeIds"] == [me]
    assert studio.ok("PUT", path, {"name": "Design", "assigneeId": ""})["assigneeIds"] == []


def test_contains_assignee_false_leaves_the_task_without_one(studio: Driver) -> None:
    me, project = studio.me(), studio.project("New")
    place = f"projects/{project['id']}/tasks"
    task = studio.ok("POST", place, {"name": "A", "assigneeIds": [me]}, contains_assignee="false")
    assert (task["assigneeIds"], task["assigneeId"]) == ([], None)
    body = {"name": "A", "assigneeIds": [me], "assigneeId": me}
    assert studio.ok("PUT", f"{place}/{task['id']}", body)["assigneeIds"] == [me]
    assert studio.ok("PUT", f"{place}/{task['id']}", body, contains_assignee="false")["assigneeIds"] == []
    assert studio.refused("POST", place, {"name": "B"}, contains_assignee="maybe")[:2] == (400, 3000)
    assert studio.refused("PUT", f"{place}/{task['id']}", body, membership_status="SOME")[:2] == (400, 3000)


def test_budgets_are_64_bit_integers(sandbox: Driver) -> None:
    project = sandbox.project()
    most = 2**63 - 1
    place = f"projects/{project['id']}"
    assert sandbox.task(project, budgetEstimate=most)["budgetEstimate"] == most
    budget = {"budgetEstimate": {"active": True, "estimate": most, "type": "MANUAL"}}
    assert sandbox.ok("PATCH", f"{place}/estimate", budget)["budgetEstimate"]["estimate"] == most
    assert sandbox.refused("POST", f"{place}/tasks", {"name": "B", "budgetEstimate": most + 1})[:2] == (400, 3002)
    budget["budgetEstimate"]["estimate"] = most + 1
    assert sandbox.refused("PATCH", f"{place}/estimate", budget)[:2] == (400, 3002)
