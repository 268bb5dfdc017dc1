"""A state with every finished task, for what asks for all of them."""

from __future__ import annotations

import pytest

from reconciler.live import read_everything
from reconciler.model import Address
from tests.gateway.fake_service import Reply
from tests.live.fake_workspace import HOME, FakeWorkspace, project, task


def _studio() -> FakeWorkspace:
    """Two projects, the first with an open and a finished task; answers for one object show it as the list does."""
    do, past = task("t1", "Do"), task("t2", "Past", status="DONE")
    projects = [project("p1", "Site", tasks=[do]), project("p2", "Shop")]
    shown = {f"/projects/{each['id']}": Reply(each) for each in projects}
    shown |= {f"/projects/p1/tasks/{each['id']}": Reply(each) for each in (do, past)}
    return FakeWorkspace(clients=[], projects=projects, tags=[], errors=shown, finished={"p1": [past]})


@pytest.mark.parametrize(("archived", "tasks"), [(True, ["Do", "Past"]), (False, ["Do"])])
def test_finished_tasks_are_read_where_they_are_asked_for(tasks: list[str], *, archived: bool) -> None:
    workspace = _studio()
    live = read_everything(workspace.reader, HOME, archived=archived)
    assert [resource.name for resource in live.of_kind("task")] == tasks


def test_finished_tasks_are_read_of_the_wanted_projects_alone() -> None:
    workspace = _studio()
    read_everything(workspace.reader, HOME, archived=True, is_wanted=lambda resource: resource.name == "Shop")
    assert [line for line in workspace.lines if line.endswith("/tasks")] == ["GET /projects/p2/tasks"]


def test_who_manages_a_project_is_read_with_its_members() -> None:
    workspace = _studio()
    workspace.projects.append(project("p3", "Team", memberships=[{"userId": "u1"}, {"userId": "u2"}]))
    role = {"role": "PROJECT_MANAGER", "entities": [{"id": "p3"}]}
    workspace.users = [
        {"id": "u1", "email": "jo@acme.example", "roles": [role]},
        {"id": "u2", "email": "bo@acme.example"},
    ]
    live = read_everything(workspace.reader, HOME, is_wanted=lambda _: False)
    members = live.resources[Address.parse("project:Team")].values["members"]
    assert list(members) == ["bo@acme.example", "jo@acme.example manager true"]
