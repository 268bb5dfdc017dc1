"""Reading for a plan with targets: what the list leaves out of a targeted resource, and the people of one."""

from __future__ import annotations

from reconciler.live import read
from reconciler.model import Address
from tests.gateway.fake_service import Reply
from tests.live.fake_workspace import HOME, FakeWorkspace, project, task
from tests.planning.literals import desired_of

LISTS = ["GET /clients", "GET /projects", "GET /tags"]


def test_a_targeted_resource_whose_list_item_lacks_a_declared_value_is_read_by_itself_once() -> None:
    whole = project("p1", "Web", note="old")
    workspace = FakeWorkspace(errors={"/projects/p1": Reply(whole)})
    workspace.projects.append({key: value for key, value in whole.items() if key != "note"})
    desired = desired_of({"projects": [{"name": "Web", "note": "new"}]})
    live = read(workspace.reader, desired, HOME, targets=("project:Web",)).live
    assert workspace.lines == [*LISTS, "GET /projects/p1"]
    assert live.resources[Address.parse("project:Web")].values["note"] == "old"


def test_the_people_of_a_targeted_task_are_known_where_nothing_else_is_read() -> None:
    workspace = FakeWorkspace(users=[{"id": "u1", "email": "jo@acme.example"}])
    workspace.projects.append(project("p1", "Web", tasks=[task("t1", "Do")]))
    tasks = [{"name": "Do", "assignees": ["jo@acme.example"]}]
    desired = desired_of({"projects": [{"name": "Web", "tasks": tasks}]})
    reading = read(workspace.reader, desired, HOME, targets=("task:Web/Do",))
    assert workspace.lines == [*LISTS, "GET /users"]
    assert dict(reading.live.users) == {"u1": "jo@acme.example"}
