"""The state of a workspace that is still to be created: nothing, and what reading it will take."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.live import empty_reading
from reconciler.live.new_workspace import REQUESTS, read_new
from reconciler.state import Workspace
from tests.gateway.fake_service import Reply
from tests.live.fake_workspace import FakeWorkspace
from tests.planning.literals import desired_of, plan_of

SITE: dict[str, Any] = {"name": "Site"}


@pytest.mark.parametrize(
    ("project", "people"),
    [
        (SITE, 0),
        # The users, for who is assigned; the caller and the user groups too, for members.
        ({**SITE, "tasks": [{"name": "Do", "assignees": ["jo@x.example"]}]}, 1),
        ({**SITE, "members": ["jo@x.example"]}, 3),
    ],
)
def test_a_saved_plan_for_a_new_workspace_counts_the_lists_of_its_people(project: dict[str, Any], people: int) -> None:
    plan = plan_of({"projects": [project]}, {"users": {"u1": "jo@x.example"}})
    reading = empty_reading(plan, Workspace("", "New"))
    assert reading.live.requests == REQUESTS + people
    assert not reading.live.resources


@pytest.mark.parametrize(
    ("project", "people"),
    [
        (SITE, 0),
        # The caller now, and the users later; for members also the caller once more, and the user groups.
        ({**SITE, "tasks": [{"name": "Do", "assignees": ["jo@x.example"]}]}, 2),
        ({**SITE, "members": ["jo@x.example"]}, 4),
    ],
)
def test_a_plan_for_a_new_workspace_counts_the_requests_about_its_people(project: dict[str, Any], people: int) -> None:
    service = FakeWorkspace(errors={"/user": Reply({"id": "u1", "email": "Jo@x.example"})})
    manifest = desired_of({"workspace": {"name": "New", "create": True}, "projects": [project]})
    reading = read_new(service.reader, manifest, Workspace("", "New"))
    assert reading.live.requests == REQUESTS + people
    assert service.lines == ["GET /user"] * bool(people)
    assert (reading.live.caller, dict(reading.live.users)) == (("u1", {"u1": "jo@x.example"}) if people else ("", {}))
