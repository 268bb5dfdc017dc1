"""The groups of a workspace, which not every role and plan may list."""

from __future__ import annotations

import pytest

from reconciler.errors import ApiError
from reconciler.live import read
from tests.gateway.fake_service import error_reply
from tests.live.fake_workspace import HOME, FakeWorkspace, project
from tests.planning.literals import desired_of

DESIRED = desired_of({"projects": [{"name": "Web", "members": ["jo@acme.example"]}]})


def _workspace(status: int) -> FakeWorkspace:
    workspace = FakeWorkspace(users=[{"id": "u1", "email": "jo@acme.example"}])
    workspace.projects.append(project("p1", "Web", memberships=[]))
    workspace.errors = {"/user-groups": error_reply(status, 501, "not here")}
    return workspace


@pytest.mark.parametrize("status", [400, 402, 403, 404])
def test_a_workspace_that_lists_no_groups_is_read_without_them(status: int) -> None:
    live = read(_workspace(status).reader, DESIRED, HOME).live
    assert dict(live.users) == {"u1": "jo@acme.example"}


@pytest.mark.parametrize("status", [401, 409])
def test_any_other_answer_to_the_list_of_groups_is_an_error(status: int) -> None:
    with pytest.raises(ApiError):
        read(_workspace(status).reader, DESIRED, HOME)
