"""Projects, statement by statement of docs/clockify.md section 7."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.driving import Driver

KEYS = (
    "id,name,hourlyRate,clientId,workspaceId,billable,memberships,color,estimate,archived,duration,clientName,note,costRate,"
    "timeEstimate,budgetEstimate,estimateReset,template,public"
)


def test_a_new_project_has_the_documented_keys_and_empty_values(sandbox: Driver) -> None:
    response = sandbox("POST", "projects", {"name": "Website"})
    assert response.status_code == 201
    project = response.json()
    assert set(project) == set(KEYS.split(","))
    assert (project["clientId"], project["clientName"], project["note"]) == ("", "", "")
    assert (project["duration"], project["estimate"]) == ("PT0S", {"estimate": "PT0S", "type": "AUTO"})
    assert project["timeEstimate"] == {
        "estimate": "PT0S", "type": "AUTO", "resetOption": None, "active": False, "includeNonBillable": True,
    }  # fmt: skip
    assert project["hourlyRate"] is None
    assert [member["userId"] for member in project["memberships"]] == [sandbox.me()]


@pytest.mark.parametrize(
    ("reading", "settings", "expected"),
    [
        ("", {}, (True, True)),
        ("", {"defaultBillableProjects": False}, (False, True)),
        ("", {"isProjectPublicByDefault": False}, (True, False)),
        ("project_defaults=false", {}, (False, False)),
    ],
)
def test_omitted_flags_come_from_the_settings_or_are_false(
    reading: str, settings: dict[str, bool], expected: tuple[bool, bool]
) -> None:
    with Driver(reading, settings=settings) as sandbox:
        project = sandbox.project()
        assert (project["billable"], project["public"]) == expected


def test_public_is_written_as_is_public_only(sandbox: Driver) -> None:
    assert sandbox.project("One", isPublic=False)["public"] is False
    assert sandbox.project("Two", public=False)["public"] is True


FIELDS: dict[str, Any] = {
    "color": "#ABCDEF", "note": "n", "billable": True, "public": True, "archived": True,
    "hourlyRate": {"amount": 9500, "currency": "USD"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "lost"),
    [
        ("", {"billable": False, "public": False}),
        ("put_projects=merge", {}),
        (
            "put_projects=replace",
            {"billable": False, "public": False, "archived": False, "note": "", "hourlyRate": None, "clientId": ""},
        ),
    ],
)
def test_what_an_update_omits_is_kept_or_reset_by_the_matrix(reading: str, lost: dict[str, Any]) -> None:
    with Driver(reading) as sandbox:
        client = sandbox.client()
        wire = {"clientId": client["id"], "isPublic": True, "hourlyRate": {"amount": 9500}}
        project = sandbox.project(**(FIELDS | wire))
        path = f"projects/{project['id']}"
        sandbox.ok("PUT", path, {"name": "Website", "archived": True, **(FIELDS | wire)})
        after = sandbox.ok("PUT", path, {"name": "Website"})
        expected = FIELDS | {"clientId": client["id"]} | lost
        assert {key: after[key] for key in expected} == expected


def test_archived_alone_is_an_update(sandbox: Driver) -> None:
    project = sandbox.project(note="kept")
    after = sandbox.ok("PUT", f"projects/{project['id']}", {"archived": True})
    assert (after["archived"], after["note"], after["name"]) == (True, "kept", "Website")


def test_a_rate_cannot_be_reset_to_null(sandbox: Driver) -> None:
    path = f"projects/{sandbox.project(hourlyRate={'amount': 100})['id']}"
    assert sandbox.ok("PUT", path, {"hourlyRate": None})["hourlyRate"] == {"amount": 100, "currency": "USD"}
    assert sandbox.ok("PUT", path, {"hourlyRate": {"amount": 0}})["hourlyRate"] == {"amount": 0, "currency": "USD"}


def test_an_estimate_is_accepted_on_create_and_ignored_on_update(sandbox: Driver) -> None:
    project = sandbox.project(estimate={"estimate": "PT90M", "type": "MANUAL"})
    assert project["timeEstimate"]["estimate"] == "PT1H30M"
    assert project["timeEstimate"]["active"] is True
    after = sandbox.ok("PUT", f"projects/{project['id']}", {"estimate": {"estimate": "PT5H", "type": "MANUAL"}})
    assert after["estimate"] == {"estimate": "PT1H30M", "type": "MANUAL"}


def test_names_are_unique_within_a_client(sandbox: Driver) -> None:
    acme, other = sandbox.client("Acme"), sandbox.client("Other")
    sandbox.project()
    sandbox.project(clientId=acme["id"])
    moving = sandbox.project(clientId=other["id"])
    doubled = sandbox.refused("POST", "projects", {"name": "Website"})
    assert doubled == (400, 501, "Website project for client  already exists.")
    assert sandbox.refused("POST", "projects", {"name": "Website", "clientId": acme["id"]}) == (
        400, 501, "Website project for client Acme already exists.",
    )  # fmt: skip
    moved = sandbox.refused("PUT", f"projects/{moving['id']}", {"clientId": acme["id"]})
    assert moved[2] == "Website project for client Acme already exists."
    assert sandbox.ok("GET", f"projects/{moving['id']}")["clientId"] == other["id"]


@pytest.mark.parametrize(("reading", "expected"), [("", ""), ("clear_client=ignored", "kept")])
def test_an_empty_client_removes_the_project_from_its_client_or_is_ignored(reading: str, expected: str) -> None:
    with Driver(reading) as sandbox:
        client = sandbox.client()
        project = sandbox.project(clientId=client["id"])
        after = sandbox.ok("PUT", f"projects/{project['id']}", {"clientId": ""})
        assert after["clientId"] == (client["id"] if expected else "")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "project name is required"),
    ({"name": ""}, "project name is required"),
    ({"name": "x"}, "Project name has to be between 2 and 250 characters long"),
    ({"name": "x" * 251}, "Project name has to be between 2 and 250 characters long"),
    ({"name": "<b>"}, 'You entered wrong value. Don\'t use "<" and ">" characters'),
    ({"name": "ok", "clientId": "unknown"}, "Client doesn't belong to Workspace"),
    ({"name": "ok", "color": "blue"}, "color is not valid"),
    ({"name": "ok", "note": "x" * 16385}, "note is too long"),
    ({"name": "ok", "hourlyRate": {"amount": -1}}, "amount is not valid"),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_an_invalid_create_is_rejected(sandbox: Driver, body: dict[str, Any], message: str) -> None:
    assert sandbox.refused("POST", "projects", body) == (400, 501, message)
    assert sandbox.ok("GET", "projects") == []


def test_a_project_is_archived_before_it_is_deleted(sandbox: Driver) -> None:
    project = sandbox.project()
    task = sandbox.task(project)
    entry = sandbox.entry(projectId=project["id"], taskId=task["id"])
    path = f"projects/{project['id']}"
    assert sandbox.refused("DELETE", path) == (400, 501, "Cannot delete an active project")
    sandbox.ok("PUT", path, {"archived": True})
    assert sandbox.ok("DELETE", path)["duration"] == "PT1H"
    for method in ("DELETE", "GET"):
        assert sandbox.refused(method, path) == (400, 501, "Project doesn't belong to Workspace")
    assert sandbox.refused("GET", f"{path}/tasks")[2] == "Project doesn't belong to Workspace"
    after = sandbox.ok("GET", f"time-entries/{entry['id']}")
    assert (after["projectId"], after["taskId"], after["timeInterval"]["duration"]) == (None, None, "PT1H")


def test_duration_is_the_sum_of_finished_entries(sandbox: Driver) -> None:
    project = sandbox.project()
    task = sandbox.task(project)
    sandbox.entry(projectId=project["id"], taskId=task["id"])
    sandbox.entry(projectId=project["id"], end="2026-02-13T09:30:00Z")
    sandbox.ok("POST", "time-entries", {"start": "2026-02-13T11:00:00Z", "projectId": project["id"]})
    assert sandbox.ok("GET", f"projects/{project['id']}")["duration"] == "PT1H30M"
    assert sandbox.ok("GET", "projects")[0]["duration"] == "PT1H30M"
    assert sandbox.ok("GET", f"projects/{project['id']}/tasks")[0]["duration"] == "PT1H"


@pytest.mark.parametrize(
    ("reading", "names"),
    [("", ["Design", "Old"]), ("hydrated=without-done", ["Design"]), ("hydrated=unsupported", None)],
)
def test_hydrated_adds_tasks_and_the_client(reading: str, names: list[str] | None) -> None:
    with Driver(reading) as sandbox:
        client = sandbox.client()
        project = sandbox.project(clientId=client["id"])
        sandbox.task(project)
        sandbox.task(project, "Old", status="DONE")
        for found in (
            sandbox.ok("GET", "projects", hydrated="true")[0],
            sandbox.ok("GET", f"projects/{project['id']}", hydrated="true"),
        ):
            if names is None:
                assert "tasks" not in found
            else:
                assert [task["name"] for task in found["tasks"]] == names
                assert found["client"]["id"] == client["id"]
        assert "tasks" not in sandbox.ok("GET", "projects")[0]


@pytest.mark.parametrize(("reading", "names"), [("", ["One", "Two"]), ("inline_tasks=ignored", [])])
def test_inline_tasks_are_kept_or_ignored(reading: str, names: list[str]) -> None:
    with Driver(reading) as sandbox:
        project = sandbox.project(tasks=[{"name": "One"}, {"name": "Two"}])
        assert [task["name"] for task in sandbox.ok("GET", f"projects/{project['id']}/tasks")] == names


def test_inline_tasks_may_be_the_reason_to_refuse_their_project() -> None:
    with Driver("inline_tasks=refused") as sandbox:
        assert sandbox.refused("POST", "projects", {"name": "Website", "tasks": [{"name": "One"}]})[0] == 400
        assert sandbox.ok("GET", "projects") == []
        sandbox.project(tasks=[])


def test_a_rejected_inline_task_creates_no_project(sandbox: Driver) -> None:
    body = {"name": "Website", "tasks": [{"name": "One"}, {"name": "One"}]}
    assert sandbox.refused("POST", "projects", body)[2] == "Task with name 'One' already exists"
    assert sandbox.ok("GET", "projects") == []


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["Alpha", "Alphabet", "Beta", "gamma"]),
    ({"name": "alpha"}, ["Alpha", "Alphabet"]),
    ({"name": "alpha", "strict_name_search": "true"}, ["Alpha"]),
    ({"archived": "true"}, ["gamma"]),
    ({"archived": "false"}, ["Alpha", "Alphabet", "Beta"]),
    ({"billable": "false"}, ["Beta"]),
    ({"access": "PRIVATE"}, ["Alphabet"]),
    ({"clients": "CLIENT"}, ["Beta"]),
    ({"clients": "CLIENT", "contains_client": "false"}, ["Alpha", "Alphabet", "gamma"]),
    ({"client_status": "ACTIVE"}, ["Beta"]),
    ({"users": "unknown"}, []),
    ({"is_template": "true"}, []),
    ({"sort_order": "DESCENDING"}, ["gamma", "Beta", "Alphabet", "Alpha"]),
]


@pytest.mark.parametrize(("params", "names"), FILTERS)
def test_a_list_can_be_filtered_and_sorted(sandbox: Driver, params: dict[str, str], names: list[str]) -> None:
    client = sandbox.client()
    gamma = sandbox.project("gamma")
    sandbox.project("Beta", clientId=client["id"], billable=False)
    sandbox.project("Alphabet", isPublic=False)
    sandbox.project("Alpha")
    sandbox.ok("PUT", f"projects/{gamma['id']}", {"archived": True, "billable": True, "isPublic": True})
    query = {key: client["id"] if value == "CLIENT" else value for key, value in params.items()}
    assert [project["name"] for project in sandbox.ok("GET", "projects", **query)] == names


def test_a_member_sees_no_private_project_and_writes_only_time_entries(studio: Driver) -> None:
    everybody = studio.ok("GET", "projects", page_size=100)
    private = next(project for project in everybody if not project["public"])
    with Driver("role=member", seeded=True) as member:
        seen = member.ok("GET", "projects", page_size=100)
        assert {project["id"] for project in seen} == {project["id"] for project in everybody if project["public"]}
        assert member.refused("GET", f"projects/{private['id']}")[:2] == (400, 501)
        assert member.refused("POST", "clients", {"name": "New"})[0] == 403
        assert member.refused("GET", "users") == (403, 501, "Access Denied")
        member.entry(projectId=seen[0]["id"])


def test_members_can_be_set_on_create_with_their_rates(studio: Driver) -> None:
    sam, me = studio.ok("GET", "users", email="sam@")[0]["id"], studio.me()
    rated = {"userId": me, "hourlyRate": {"amount": 700}, "membershipType": "PROJECT", "membershipStatus": "ACTIVE"}
    project = studio.project("New", memberships=[{"userId": sam}, rated])
    assert [member["userId"] for member in project["memberships"]] == [me, sam]
    assert project["memberships"][0]["hourlyRate"] == {"amount": 700, "currency": "USD"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": {}}, 3002),
        ({"name": "ok", "hourlyRate": 5}, 3002),
        ({"name": "ok", "hourlyRate": {}}, 501),
        ({"name": "ok", "hourlyRate": {"amount": 2**31}}, 3002),
        ({"name": "ok", "tasks": "Design"}, 3002),
        ({"name": "ok", "billable": "perhaps"}, 3002),
        ({"name": "ok", "estimate": {"type": "GUESS"}}, 3002),
    ],
)
def test_values_of_the_wrong_type_are_rejected(sandbox: Driver, body: dict[str, Any], code: int) -> None:
    assert sandbox.refused("POST", "projects", body)[:2] == (400, code)


def test_values_are_converted_from_text_and_numbers(sandbox: Driver) -> None:
    project = sandbox.project("ok", billable="false", note=5)
    assert (project["billable"], project["note"]) == (False, "5")
