"""Reading in order to adopt what is there: who is named in what the manifests would remove."""

from __future__ import annotations

import pytest

from reconciler.live import read
from reconciler.model import Address
from tests.live.fake_workspace import HOME, FakeWorkspace, desired, project, task


@pytest.mark.parametrize(("assigned", "is_read"), [(["u1"], True), ([], False)])
def test_the_people_of_a_task_that_is_not_declared_are_read(assigned: list[str], *, is_read: bool) -> None:
    workspace = FakeWorkspace(users=[{"id": "u1", "email": "jo@acme.example"}])
    workspace.projects.append(project("p1", "Site", tasks=[task("t1", "Do", assigneeIds=assigned)]))
    site = Address.parse("project:Site")
    declared = desired(str(site), sections=frozenset({("task", site)}))
    live = read(workspace.reader, declared, HOME, adopts=True).live
    assert dict(live.users) == ({"u1": "jo@acme.example"} if is_read else {})


@pytest.mark.parametrize(("assigned", "is_read"), [(["u1"], True), ([], False)])
def test_the_people_of_a_task_in_a_project_that_is_not_declared_are_read(assigned: list[str], *, is_read: bool) -> None:
    workspace = FakeWorkspace(users=[{"id": "u1", "email": "jo@acme.example"}])
    workspace.projects.append(project("p1", "Site", tasks=[task("t1", "Do", assigneeIds=assigned)]))
    declared = desired(sections=frozenset({("project", None)}))
    live = read(workspace.reader, declared, HOME, adopts=True).live
    assert ("u1" in live.users) is is_read
