"""Single time entries: docs/clockify.md section 10."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.driving import Driver

KEYS = (
    "id,description,tagIds,userId,billable,taskId,projectId,workspaceId,timeInterval,customFieldValues,type,kioskId,hourlyRate,"
    "costRate,isLocked"
)


def test_a_new_entry_has_the_documented_keys_and_is_the_callers_own(sandbox: Driver) -> None:
    response = sandbox(
        "POST", "time-entries", {"start": "2026-02-13T09:00:00Z", "end": "2026-02-13T10:30:00Z", "userId": "other"}
    )
    assert response.status_code == 201
    entry = response.json()
    assert set(entry) == set(KEYS.split(","))
    assert entry["userId"] == sandbox.me()
    assert entry["timeInterval"] == {
        "start": "2026-02-13T09:00:00Z",
        "end": "2026-02-13T10:30:00Z",
        "duration": "PT1H30M",
    }
    assert (entry["projectId"], entry["taskId"], entry["tagIds"]) == (None, None, None)


def test_an_entry_without_end_is_a_running_timer(sandbox: Driver) -> None:
    sandbox.ok("POST", "time-entries", {"description": "timer"})
    path = f"user/{sandbox.me()}/time-entries"
    running = sandbox.ok("GET", "time-entries/status/in-progress")
    assert running[0]["timeInterval"] == {"start": "2026-02-13T09:18:02Z", "end": None, "duration": None}
    stopped = sandbox.ok("PATCH", path, {"end": "2026-02-13T10:18:02Z"})
    assert stopped["timeInterval"]["duration"] == "PT1H"
    assert sandbox.refused("PATCH", path, {"end": "2026-02-13T11:00:00Z"}) == (
        404, 404, "currently running time entry doesn't exist",
    )  # fmt: skip


def test_an_update_replaces_every_field_and_requires_a_start(sandbox: Driver) -> None:
    project = sandbox.project()
    entry = sandbox.entry(projectId=project["id"], billable=True, tagIds=[sandbox.tag()["id"]], description="x")
    path = f"time-entries/{entry['id']}"
    after = sandbox.ok("PUT", path, {"start": "2026-02-13T08:00:00Z", "end": "2026-02-13T09:00:00Z"})
    assert (after["projectId"], after["billable"], after["tagIds"], after["description"]) == (None, False, None, "")
    assert sandbox.refused("PUT", path, {"end": "2026-02-13T09:00:00Z"})[:2] == (400, 501)


def test_a_delete_returns_204_with_an_empty_body(sandbox: Driver) -> None:
    path = f"time-entries/{sandbox.entry()['id']}"
    response = sandbox("DELETE", path)
    assert (response.status_code, response.content) == (204, b"")
    assert sandbox.refused("GET", path) == (400, 501, "Time entry doesn't belong to Workspace")


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"end": "2026-02-13T09:00:00Z"}, 501, "Can't create time entry with end time only."),
    ({"projectId": "gone"}, 501, "Project doesn't belong to Workspace"),
    ({"taskId": "gone"}, 501, "Task doesn't belong to Project"),
    ({"tagIds": ["gone"]}, 501, "Tag doesn't belong to Workspace"),
    ({"description": "a <b>"}, 501, 'You entered wrong value. Don\'t use "<" and ">" characters'),
    ({"description": "x" * 3001}, 501, "description is too long"),
    ({"start": "2026-02-13T10:00:00Z", "end": "2026-02-13T09:00:00Z"}, 501, "Start time must be before end time"),
    ({"start": "yesterday"}, 3002, "Cannot deserialize value of type `java.time.Instant` for start"),
]


@pytest.mark.parametrize(("body", "code", "message"), REFUSED)
def test_an_invalid_create_is_rejected(sandbox: Driver, body: dict[str, Any], code: int, message: str) -> None:
    assert sandbox.refused("POST", "time-entries", body) == (400, code, message)


@pytest.mark.parametrize("forced", ["forceProjects", "forceTasks", "forceTags", "forceDescription"])
def test_fields_that_the_workspace_forces_are_required(forced: str) -> None:
    with Driver(settings={forced: True}) as sandbox:
        assert sandbox.refused("POST", "time-entries", {"start": "2026-02-13T09:00:00Z"})[:2] == (400, 501)
        project = sandbox.project()
        full = {"projectId": project["id"], "taskId": sandbox.task(project)["id"], "tagIds": [sandbox.tag()["id"]]}
        sandbox.entry(**full, description="x")


def test_an_archived_project_accepts_entries(sandbox: Driver) -> None:
    project = sandbox.project()
    sandbox.ok("PUT", f"projects/{project['id']}", {"archived": True})
    assert sandbox.entry(projectId=project["id"])["projectId"] == project["id"]


def test_an_entry_can_be_created_for_another_user(studio: Driver) -> None:
    sam = studio.ok("GET", "users", email="sam@")[0]["id"]
    body = {"start": "2026-02-13T09:00:00Z", "end": "2026-02-13T10:00:00Z"}
    assert studio.ok("POST", f"user/{sam}/time-entries", body)["userId"] == sam
    assert studio.refused("POST", "user/unknown/time-entries", body) == (400, 501, "User doesn't belong to Workspace")


def test_several_entries_are_updated_and_deleted_at_once(sandbox: Driver) -> None:
    one, two, me = sandbox.entry(), sandbox.entry(), sandbox.me()
    path = f"user/{me}/time-entries"
    after = sandbox.ok("PUT", path, [{"id": one["id"], "description": "new", "end": "2026-02-13T11:00:00Z"}])
    assert after[0]["timeInterval"]["duration"] == "PT2H"
    copy = sandbox.ok("POST", f"{path}/{one['id']}/duplicate")
    assert (copy["description"], copy["id"] != one["id"]) == ("new", True)
    assert sandbox.refused("DELETE", path)[:2] == (400, 3001)
    gone = sandbox.ok("DELETE", path, time_entry_ids=f"{one['id']},{two['id']}")
    assert [entry["id"] for entry in gone] == [one["id"], two["id"]]
    assert [entry["id"] for entry in sandbox.ok("GET", path)] == [copy["id"]]


def test_a_timer_cannot_be_stopped_before_its_start(sandbox: Driver) -> None:
    sandbox.ok("POST", "time-entries", {"start": "2026-02-13T09:00:00Z"})
    path = f"user/{sandbox.me()}/time-entries"
    assert sandbox.refused("PATCH", path, {"end": "2026-02-13T08:00:00Z"})[2] == "Start time must be before end time"
    assert sandbox.refused("PATCH", path, {})[:2] == (400, 501)


def test_an_entry_is_found_under_its_own_user_and_project_only(studio: Driver) -> None:
    sam = studio.ok("GET", "users", email="sam@")[0]["id"]
    mine = studio.entry()
    path = f"user/{sam}/time-entries"
    assert studio.refused("DELETE", path, time_entry_ids=mine["id"])[2] == "Time entry doesn't belong to Workspace"
    one, other = studio.project("One"), studio.project("Other")
    body = {"projectId": other["id"], "taskId": studio.task(one)["id"]}
    assert studio.refused("POST", "time-entries", body)[2] == "Task doesn't belong to Project"
