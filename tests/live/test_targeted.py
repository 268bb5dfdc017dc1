"""Reading for a plan with targets: which requests are sent, and which are not."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import TargetError
from reconciler.live import read, reread
from reconciler.live.new_workspace import REQUESTS, read_new
from reconciler.planning import PlanOptions, make_plan
from reconciler.state import AccessRole, Workspace
from tests.live.fake_workspace import HOME, FakeWorkspace, client, project, tag, task
from tests.planning.literals import TARGET, desired_of

LISTS = ["GET /clients", "GET /projects", "GET /tags"]
PEOPLE: list[dict[str, Any]] = [{"id": "u1", "email": "jo@acme.example"}, {"id": "u2", "email": None}]
MEMBERS = Workspace("w", "Acme Studio", shows_members=True)
MANIFEST: dict[str, Any] = {
    "clients": [
        {
            "name": "Acme",
            "projects": [
                {"name": "Web", "tasks": ["Do", "New"]},
                {"name": "Shop", "tasks": ["Do", {"name": "Ask", "assignees": ["jo@acme.example"]}]},
            ],
        },
        {"name": "Gone", "archived": True},
    ],
    "projects": [{"name": "Past", "archived": True}],
    "tags": ["urgent", {"name": "old", "archived": True}],
}


def studio(*, embeds: bool = True, **more: Any) -> FakeWorkspace:
    """A client with three projects of a task each, one of them not declared, a tag that is and one that is not; and what is archived."""
    workspace = FakeWorkspace(users=PEOPLE, workspaces=[{"id": "w", "name": "Acme Studio"}], **more)
    workspace.clients.append(client("c1", "Acme"))
    workspace.projects += [
        project(key, name, "c1", tasks=[task(f"{key}t", "Do")])
        for key, name in (("p1", "Web"), ("p2", "Shop"), ("p3", "Old"))
    ]
    workspace.tags += [tag("g1", "urgent", archived=False), tag("g2", "spare", archived=False)]
    if not embeds:
        for each in workspace.projects:
            workspace.finished[each["id"]] = each.pop("tasks")
    return workspace


def lines(workspace: FakeWorkspace, *targets: str, manifest: dict[str, Any] | None = None) -> list[str]:
    """The requests of a read after the lists; the plan of the reading must be possible."""
    desired = desired_of(manifest or MANIFEST)
    reading = read(workspace.reader, desired, HOME, targets=targets)
    make_plan(
        desired, reading.live, reading.usage, target=TARGET, options=PlanOptions(targets=targets), draft=reading.draft
    )
    sent = workspace.lines
    assert sent[:3] == LISTS
    assert reading.live.requests == len(sent)
    return sent[3:]


def test_the_whole_plan_reads_more() -> None:
    sent = lines(studio())
    assert "GET /projects/p3/tasks" in sent
    assert len([line for line in sent if "time-entries" in line]) == 4


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (("tag:urgent",), []),
        (("client:Acme",), []),
        (("project:Acme/Web",), []),
        (("task:Acme/Web/*",), ["GET /projects/p1/tasks"]),
        (("task:Acme/Web/Do",), ["GET /projects/p1/tasks"]),
        (("task:Acme/Shop/Do",), ["GET /projects/p2/tasks"]),
        (("task:Acme/Shop/Ask",), ["GET /users", "GET /projects/p2/tasks"]),
    ],
)
def test_nothing_is_asked_about_what_is_outside(targets: tuple[str, ...], expected: list[str]) -> None:
    assert lines(studio(), *targets) == expected


def test_a_removal_asks_about_itself_alone() -> None:
    sent = lines(studio(), "tag:spare")
    assert len([line for line in sent if "time-entries" in line]) == 2
    assert not [line for line in sent if line.endswith("/tasks")]
    sent = lines(studio(), "project:Acme/Old")
    assert [line for line in sent if line.endswith("/tasks")] == ["GET /projects/p3/tasks"]
    assert len([line for line in sent if "time-entries" in line]) == 2


def test_a_new_project_compares_the_tasks_of_the_projects_that_it_may_replace() -> None:
    manifest = {**MANIFEST, "projects": [*MANIFEST["projects"], {"name": "Fresh", "tasks": ["Do"]}]}
    assert lines(studio(), "project:Fresh", manifest=manifest) == ["GET /projects/p3/tasks"]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (("tag:urgent",), []),
        (("client:Acme", "project:Acme/Web"), []),
        (("task:Acme/Web/*",), ["p1"]),
        (("task:Acme/*/Do",), ["p1", "p2", "p3"]),
        (("project:Acme/Old",), ["p3"]),
    ],
)
def test_tasks_that_do_not_come_with_projects_are_listed_for_the_targets_alone(
    targets: tuple[str, ...], expected: list[str]
) -> None:
    sent = lines(studio(embeds=False), *targets)
    assert [line for line in sent if line.endswith("/tasks")] == [f"GET /projects/{key}/tasks" for key in expected]


def test_tasks_that_no_manifest_declares_are_listed_for_a_target_that_may_cover_them() -> None:
    manifest: dict[str, Any] = {"clients": [{"name": "Acme", "projects": ["Web", "Shop", "Old"]}], "tags": ["urgent"]}
    sent = lines(studio(embeds=False), "task:Acme/Web/*", manifest=manifest)
    assert [line for line in sent if line.endswith("/tasks")] == ["GET /projects/p1/tasks"]


def test_the_removal_of_a_task_counts_all_tasks() -> None:
    workspace = studio(embeds=False)
    workspace.finished["p1"].append(task("p1x", "Extra"))
    sent = lines(workspace, "task:Acme/Web/Extra")
    assert [line for line in sent if line.endswith("/tasks")] == [
        f"GET /projects/{key}/tasks" for key in ("p1", "p0", "p2", "p3")
    ]


def test_a_saved_plan_reads_again_what_its_targets_concern() -> None:
    workspace, desired, targets = studio(embeds=False), desired_of(MANIFEST), ("task:Acme/Web/*",)
    reading = read(workspace.reader, desired, HOME, targets=targets)
    options = PlanOptions(targets=targets)
    plan = make_plan(desired, reading.live, reading.usage, target=TARGET, options=options, draft=reading.draft)
    assert workspace.lines == [*LISTS, "GET /projects/p1/tasks"]
    reread(workspace.reader, plan, HOME)
    assert workspace.lines == [*LISTS, "GET /projects/p1/tasks"]


def test_the_role_is_asked_for_a_targeted_removal_alone() -> None:
    desired = desired_of(MANIFEST)
    workspace = studio(role="OWNER")
    assert (
        read(workspace.reader, desired, MEMBERS, targets=("tag:urgent",)).live.access_role is AccessRole.NOT_REQUESTED
    )
    assert read(workspace.reader, desired, MEMBERS, targets=("tag:spare",)).live.access_role is AccessRole.OWNER


def test_what_was_not_read_makes_the_number_outside_the_least_one() -> None:
    workspace, desired = studio(), desired_of(MANIFEST)

    def outside(*targets: str) -> tuple[int, bool]:
        reading = read(workspace.reader, desired, HOME, targets=targets)
        plan = make_plan(desired, reading.live, reading.usage, target=TARGET, options=PlanOptions(targets=targets))
        assert plan.targeting is not None
        return plan.targeting.left_out, plan.targeting.is_exact

    # Sure are the removals of a project and a tag; the two new tasks may exist, finished and unseen.
    assert outside("client:Acme") == (2, False)


def test_a_target_that_matches_nothing_costs_no_more_than_the_lists() -> None:
    workspace = studio()
    for targets in (("tag:urgnt",), ("task:Acme/Web/New", "tag:urgnt")):
        with pytest.raises(TargetError):
            read(workspace.reader, desired_of(MANIFEST), HOME, targets=targets)
        assert workspace.lines == LISTS


def test_an_unfinished_delete_is_looked_up_for_targets_that_may_cover_it() -> None:
    workspace, desired = studio(finished={"p1": [task("t9", "Past", status="DONE")]}), desired_of(MANIFEST)
    read(workspace.reader, desired, HOME, {"t9": "p1"}, ("task:Acme/Web/Past",))
    assert workspace.lines[3:4] == ["GET /projects/p1/tasks"]
    read(workspace.reader, desired, HOME, {"t9": "p1"}, ("tag:urgent",))
    assert workspace.lines == LISTS


def test_a_new_workspace_asks_about_people_of_the_targets_alone() -> None:
    workspace, new = studio(), Workspace("", "New")
    desired = desired_of({"workspace": {"name": "New", "create": True}, **MANIFEST})
    read_new(workspace.reader, desired, new, ("tag:urgent",))
    assert workspace.lines == []
    with pytest.raises(TargetError):
        read_new(workspace.reader, desired, new, ("tag:x",))


def test_users_and_groups_are_read_for_targeted_members_alone() -> None:
    member = {"email": "jo@acme.example", "manager": True}
    manifest = {**MANIFEST, "projects": [*MANIFEST["projects"], {"name": "Fresh", "members": [member]}]}
    desired = desired_of(manifest)
    workspace = studio()
    reading = read(workspace.reader, desired, HOME, targets=("tag:urgent",))
    assert (workspace.lines, reading.live.shows_roles) == (LISTS, False)
    read(workspace.reader, desired, HOME, targets=("project:Fresh",))
    requests = workspace.service.requests
    assert [
        r.params.get("includeRoles", r.params.get("include-roles")) for r in requests if r.path.endswith("/users")
    ] == ["true"]
    assert [line for line in workspace.lines if line not in LISTS] == [
        "GET /users",
        "GET /user",
        "GET /user-groups",
        "GET /projects/p3/tasks",
    ]


def test_a_new_workspace_without_people_takes_the_requests_of_its_lists_alone() -> None:
    desired = desired_of({"workspace": {"name": "New", "create": True}, "tags": ["urgent"]})
    assert read_new(studio().reader, desired, Workspace("", "New")).live.requests == REQUESTS


def test_a_target_that_matches_nothing_is_an_error_once_the_tasks_are_known() -> None:
    workspace = studio(embeds=False)
    with pytest.raises(TargetError):
        read(workspace.reader, desired_of(MANIFEST), HOME, targets=("task:Acme/Web/Nothing",))


def test_the_members_of_a_targeted_project_are_known_by_their_addresses() -> None:
    member = {"clients": [{"name": "Acme", "projects": [{"name": "Web", "members": ["jo@acme.example"]}]}]}
    workspace = studio()
    for each in workspace.projects:
        each["memberships"] = []
    reading = read(workspace.reader, desired_of(member), HOME, targets=("project:Acme/Web",))
    assert workspace.lines == [*LISTS, "GET /users", "GET /user", "GET /user-groups"]
    assert dict(reading.live.users) == {"u1": "jo@acme.example", "u2": "u2"}


def test_a_saved_plan_that_removes_no_task_lists_no_tasks_again() -> None:
    workspace, desired, targets = studio(embeds=False, role="OWNER"), desired_of(MANIFEST), ("tag:spare",)
    reading = read(workspace.reader, desired, HOME, targets=targets)
    options = PlanOptions(targets=targets)
    plan = make_plan(desired, reading.live, reading.usage, target=TARGET, options=options, draft=reading.draft)
    assert [(str(change.address), change.is_removal) for change in plan.changes] == [("tag:spare", True)]
    assert workspace.lines[:3] == LISTS
    reread(workspace.reader, plan, HOME)
    assert not [line for line in workspace.lines if line.endswith("/tasks")]
