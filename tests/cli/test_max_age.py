"""`apply --max-age`: somebody edits a resource after the run began to write."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.cli.altered_answers import Service, Told, call, make_plan_file, manifest
from tests.cli.program import Desk

KEEP = {"prune": {"clients": "keep", "projects": "keep"}}
MOVED = {"name": "Site", "was": "Old/Site", "note": "new"}
BODY = {"name": "Site", "note": "old", "billable": False, "isPublic": True}


def _apply(desk: Desk, studio: Service, edit: dict[str, Any], *words: str) -> Any:
    """Apply a plan that creates a client and then moves a project to it; the edit of the project follows the create."""
    old = studio.call("POST", "clients", {"name": "Old"})["id"]
    project = studio.call("POST", "projects", {"name": "Site", "note": "old", "clientId": old, "billable": False})
    manifest(desk, clients=[{"name": "New client", "projects": [MOVED]}], policy=KEEP)
    digest = make_plan_file(desk, studio)["digest"]
    studio.asked.clear()

    def edit_project() -> None:
        studio.call("PUT", f"projects/{project['id']}", {**BODY, **edit})

    def alter(answer: Told) -> Told:
        if answer.method == "POST":
            thread = threading.Thread(target=edit_project)
            thread.start()
            thread.join()
        return answer

    studio.alter = alter
    result = call(desk, studio, "apply", "--approve", digest, *words)
    return result, studio.call("GET", f"projects/{project['id']}")


def test_an_undeclared_value_that_was_edited_meanwhile_survives(desk: Desk, studio: Service) -> None:
    result, project = _apply(desk, studio, {"billable": True}, "--max-age", "0")
    assert result.exit_code == 0, result.stderr
    assert (project["note"], project["billable"]) == ("new", True)


def test_a_declared_value_that_was_edited_meanwhile_is_left_out_by_name(desk: Desk, studio: Service) -> None:
    result, project = _apply(desk, studio, {"note": "theirs"}, "--max-age", "0")
    assert result.exit_code == 4
    assert project["note"] == "theirs"
    assert "note is now 'theirs', not 'old'" in result.stdout + result.stderr


@pytest.mark.parametrize("value", ["-1", "soon", "1.5", "nan"])
def test_an_age_that_is_not_a_number_of_seconds_is_a_usage_error(desk: Desk, studio: Service, value: str) -> None:
    manifest(desk, clients=[])
    result = call(desk, studio, "apply", "--max-age", value)
    assert result.exit_code == 64
    assert studio.asked == []
