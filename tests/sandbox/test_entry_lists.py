"""Lists of time entries: docs/clockify.md section 10."""

from __future__ import annotations

import pytest

from tests.sandbox.driving import UNLIMITED, Driver


def test_a_list_is_newest_first_and_narrowed_by_each_filter(sandbox: Driver) -> None:
    project, tag = sandbox.project(), sandbox.tag()
    task = sandbox.task(project)
    early = sandbox.entry(projectId=project["id"], taskId=task["id"], description="Kick-off")
    late = sandbox.entry(start="2026-02-14T09:00:00Z", end="2026-02-14T10:00:00Z", tagIds=[tag["id"]])
    running = sandbox.ok("POST", "time-entries", {"start": "2026-02-15T09:00:00Z"})
    path = f"user/{sandbox.me()}/time-entries"
    for params, expected in (
        ({}, [running, late, early]),
        ({"project": project["id"]}, [early]),
        ({"task": task["id"]}, [early]),
        ({"tags": tag["id"]}, [late]),
        ({"description": "kick"}, [early]),
        ({"start": "2026-02-14T00:00:00Z"}, [running, late]),
        ({"end": "2026-02-14T00:00:00Z"}, [early]),
        ({"in_progress": "true"}, [running]),
        ({"project_required": "true"}, [early]),
        ({"task_required": "true"}, [early]),
        ({"page_size": "1", "page": "2"}, [late]),
    ):
        assert sandbox.ok("GET", path, **params) == expected, params


def test_start_and_end_are_read_in_the_time_zone_of_the_account(studio: Driver) -> None:
    lee = studio.ok("GET", "users", email="lee@")[0]["id"]
    path = f"user/{lee}/time-entries"
    body = {"start": "2026-03-01T20:00:00Z", "end": "2026-03-01T21:00:00Z"}
    studio.ok("POST", path, body)  # 05:00 on 2 March in Tokyo
    assert len(studio.ok("GET", path, start="2026-03-02T00:00:00Z")) == 1
    assert studio.ok("GET", path, start="2026-03-02T06:00:00Z") == []
    assert studio.refused("GET", path, start="soon")[:2] == (400, 3000)


def test_hydrated_adds_what_an_entry_refers_to(sandbox: Driver) -> None:
    project, tag = sandbox.project(), sandbox.tag()
    entry = sandbox.entry(projectId=project["id"], tagIds=[tag["id"]])
    for found in (
        sandbox.ok("GET", f"user/{sandbox.me()}/time-entries", hydrated="true")[0],
        sandbox.ok("GET", f"time-entries/{entry['id']}", hydrated="true"),
    ):
        assert (found["project"]["name"], found["task"], found["tags"]) == ("Website", None, [tag])
        assert found["user"]["id"] == sandbox.me()


def test_the_collection_is_a_list_only_with_the_switch() -> None:
    with Driver(UNLIMITED) as sandbox:
        for path in ("time-entries", "time-entries/"):
            response = sandbox("GET", path)
            assert response.status_code == 405
            assert response.json() == {"message": "Request method 'GET' is not supported", "code": 3000}
            assert response.headers["Allow"] == "POST"
    with Driver("in_progress_list") as sandbox:
        assert sandbox.ok("GET", "time-entries") == []


def test_running_timers_have_pages_of_ten(sandbox: Driver) -> None:
    for _ in range(11):
        sandbox.ok("POST", "time-entries", {"start": "2026-02-15T09:00:00Z"})
    response = sandbox("GET", "time-entries/status/in-progress")
    assert (len(response.json()), response.headers["last-page"]) == (10, "false")


@pytest.mark.parametrize("user", ["unknown", "null"])
def test_a_user_outside_the_workspace_has_no_list(sandbox: Driver, user: str) -> None:
    assert sandbox.refused("GET", f"user/{user}/time-entries") == (400, 501, "User doesn't belong to Workspace")
