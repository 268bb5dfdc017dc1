"""Reading a workspace: which requests are sent, and the resulting state."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import ApiError, ForbiddenError, GatewayError, IncompleteReadError
from reconciler.live import read, read_everything, read_for_undo, reread, with_access_role
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, FieldChange, Impact, Plan, Step, Target
from reconciler.planning.precondition import Precondition
from reconciler.state import AccessRole, Desired, Live, Usage
from tests.gateway.fake_service import ReceivedRequest, Reply, Service, error_reply, page, reader_of
from tests.live.fake_workspace import HOME, FakeWorkspace, Object, client, desired, project, tag, task

LISTS = ["GET /clients", "GET /projects", "GET /tags"]
PEOPLE = [{"id": "u1", "email": "Jo@Acme.example"}, {"id": "u2", "email": None}]


def acme(**more: Any) -> FakeWorkspace:
    """A client with a project of one task, and something archived of every kind."""
    workspace = FakeWorkspace(**more)
    workspace.clients.append(client("c1", "Acme"))
    workspace.projects.append(project("p1", "Web", "c1", tasks=[task("t1", "Do", assigneeIds=["u1"])]))
    workspace.tags.append(tag("g1", "urgent", archived=False))
    return workspace


def entry(key: str, duration: str | None = "PT1H") -> Object:
    return {"id": key, "timeInterval": {"start": "2026-01-01T00:00:00Z", "duration": duration}}


def plan_of(*changes: Change) -> Plan:
    return Plan(Target("maton", "https://api.maton.ai", "w", "Acme Studio"), changes)


def test_an_unchanged_workspace_takes_one_request_per_list() -> None:
    workspace = acme()
    live = read(
        workspace.reader, desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", "tag:urgent"), HOME
    ).live
    assert workspace.lines == LISTS
    assert live.requests == 3
    assert {proof.what: proof.items for proof in live.proofs} == {"clients": 2, "projects": 2, "tasks": 1, "tags": 2}
    assert {proof.what: proof.pages for proof in live.proofs} == {"clients": 1, "projects": 1, "tasks": 0, "tags": 1}
    assert live.users == {}


def test_projects_are_requested_with_their_tasks() -> None:
    workspace = acme()
    read(workspace.reader, desired(), HOME)
    request = next(request for request in workspace.service.requests if request.path.endswith("/projects"))
    assert request.params["hydrated"] == "true"


def test_users_are_read_only_if_a_manifest_names_people() -> None:
    workspace = acme(users=PEOPLE)
    wanted = desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", assignees=("jo@acme.example",))
    live = read(workspace.reader, wanted, HOME).live
    assert workspace.lines == [*LISTS, "GET /users"]
    assert live.resources[Address.parse("task:Acme/Web/Do")].values["assignees"] == ("jo@acme.example",)
    assert live.users == {"u1": "jo@acme.example", "u2": "u2"}


def test_an_address_that_two_users_share_stands_for_one_of_them() -> None:
    workspace = acme(users=[*PEOPLE, {"id": "u0", "email": "jo@acme.example"}])
    wanted = desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", assignees=("jo@acme.example",))
    assert read(workspace.reader, wanted, HOME).live.users == {"u0": "u0", "u1": "jo@acme.example", "u2": "u2"}


def test_users_that_may_not_be_listed_are_an_error_if_a_manifest_names_people() -> None:
    workspace = acme(errors={"/users": error_reply(403, 501)})
    wanted = desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", assignees=("jo@acme.example",))
    with pytest.raises(ForbiddenError):
        read(workspace.reader, wanted, HOME)


def test_a_new_task_requires_the_task_list_of_its_project() -> None:
    workspace = acme(finished={"p1": [task("t9", "New", status="DONE")]})
    live = read(workspace.reader, desired("client:Acme", "project:Acme/Web", "task:Acme/Web/New"), HOME).live
    assert workspace.lines == [*LISTS, "GET /projects/p1/tasks"]
    assert live.resources[Address.parse("task:Acme/Web/New")].id == "t9"
    assert live.tasks_proven == {"p1"}
    assert live.requests == 4


def test_hydrated_projects_with_a_done_task_need_no_task_lists() -> None:
    workspace = acme()
    workspace.projects[0]["tasks"] = [task("t0", "Past", status="DONE")]
    live = read(workspace.reader, desired("client:Acme", "project:Acme/Web", "task:Acme/Web/New"), HOME).live
    assert workspace.lines == LISTS
    assert live.tasks_proven == {"p0", "p1"}


def test_without_hydration_tasks_are_listed_per_project() -> None:
    workspace = acme()
    tasks = workspace.projects[1].pop("tasks")
    workspace.projects[0]["tasks"] = None
    workspace.finished = {"p1": tasks}
    live = read(workspace.reader, desired(), HOME).live
    assert workspace.lines == [
        "GET /clients",
        "GET /projects",
        "GET /projects/p0/tasks",
        "GET /projects/p1/tasks",
        "GET /tags",
    ]
    assert live.resources[Address.parse("task:Acme/Web/Do")].parent_id == "p1"
    assert live.tasks_proven == {"p0", "p1"}


def test_the_usage_of_removal_candidates_is_read_per_user() -> None:
    workspace = acme(users=PEOPLE)

    def entries(person: str, params: dict[str, str]) -> list[Object]:
        if params["tags"] != "g1":
            return []
        return [entry("e1"), entry("e2", None), entry("e3", "odd")] if person == "u1" else [entry("e4", "PT30M")]

    workspace.entries = entries
    reading = read(workspace.reader, desired(sections=frozenset({("tag", None)})), HOME)
    assert reading.usage == {"g0": Usage(), "g1": Usage(5400, 4, users=2, last_used="2026-01-01", running=1)}
    assert [line for line in workspace.lines if line not in LISTS][:5] == [
        "GET /users",
        "GET /user/u1/time-entries",
        "GET /user/u1/time-entries",
        "GET /user/u2/time-entries",
        "GET /user/u2/time-entries",
    ]


def test_usage_is_not_read_for_resources_that_report_tracked_time() -> None:
    workspace = acme(users=PEOPLE)
    workspace.projects = [project("p0", "Past", archived=True, duration="PT1H")]
    reading = read(workspace.reader, desired(sections=frozenset({("project", None)})), HOME)
    assert reading.usage == {}
    assert "GET /users" not in workspace.lines


@pytest.mark.parametrize("errors", ["/users", "/user/u1/time-entries"])
@pytest.mark.parametrize("reply", [error_reply(403, 501), error_reply(403)])
def test_usage_that_cannot_be_read_counts_as_used(errors: str, reply: Reply) -> None:
    workspace = acme(users=PEOPLE, errors={errors: reply})
    usage = read(workspace.reader, desired(sections=frozenset({("tag", None)})), HOME).usage
    assert not usage["g1"].known
    assert usage["g1"].is_used


def test_without_users_the_usage_is_unknown() -> None:
    usage = read(acme().reader, desired(sections=frozenset({("tag", None)})), HOME).usage
    assert not usage["g1"].known


@pytest.mark.parametrize("reply", [page([], last="false"), page([client("c1", "A"), client("c1", "A")])])
def test_an_incomplete_list_ends_the_read(reply: Reply) -> None:
    with pytest.raises(IncompleteReadError):
        read(acme(errors={"/clients": reply}).reader, desired(), HOME)


@pytest.mark.parametrize("path", ["/clients", "/projects", "/tags"])
def test_a_list_that_fails_ends_the_read(path: str) -> None:
    with pytest.raises(GatewayError):
        read(acme(errors={path: error_reply(403, 501)}).reader, desired(), HOME)


def test_repeated_task_ids_in_a_project_end_the_read() -> None:
    workspace = acme()
    workspace.projects[1]["tasks"] = [task("t1", "A"), task("t1", "B")]
    with pytest.raises(GatewayError, match="repeats"):
        read(workspace.reader, desired(), HOME)


def test_rereading_an_empty_plan_reads_only_the_lists() -> None:
    workspace = acme()
    reading = reread(workspace.reader, plan_of(), HOME)
    assert workspace.lines == LISTS
    assert (reading.live.requests, reading.usage) == (3, {})


def test_a_reread_lists_the_tasks_of_changed_projects() -> None:
    workspace = acme()
    workspace.projects.append(project("p2", "Shop", "c1"))
    renamed = Change(Address.parse("project:Acme/Site"), Action.UPDATE, (Step.UPDATE,), "p1")
    under_it = Change(Address.parse("task:Acme/Site/New"), Action.CREATE, (Step.CREATE,))
    reread(workspace.reader, plan_of(renamed, under_it), HOME)
    assert workspace.lines == [*LISTS, "GET /projects/p1/tasks"]
    gone = Change(Address.parse("task:Acme/Web/Do"), Action.DELETE, (Step.DELETE,), "t1", impact=Impact(0, None))
    new = Change(Address.parse("task:Acme/Shop/New"), Action.CREATE, (Step.CREATE,))
    nowhere = Change(Address.parse("task:Acme/Planned/New"), Action.CREATE, (Step.CREATE,))
    reread(workspace.reader, plan_of(gone, new, nowhere), HOME)
    assert workspace.lines == [*LISTS, "GET /projects/p1/tasks", "GET /projects/p2/tasks"]
    whole = Change(Address.parse("project:Acme/Shop"), Action.DELETE, (Step.DELETE,), "p2", impact=Impact(3600, None))
    reread(workspace.reader, plan_of(whole), HOME)
    assert workspace.lines == [*LISTS, "GET /projects/p2/tasks"]


def test_a_reread_reads_the_usage_of_deletions_again() -> None:
    workspace = acme(users=PEOPLE)
    workspace.entries = lambda person, _: [entry("e1")] if person == "u2" else []
    gone = Change(Address.parse("tag:urgent"), Action.DELETE, (Step.DELETE,), "g1", impact=Impact(0, 0))
    lost = Change(Address.parse("tag:nowhere"), Action.DELETE, (Step.DELETE,), "g9", impact=Impact(0, 0))
    assert reread(workspace.reader, plan_of(gone, lost), HOME).usage == {
        "g1": Usage(3600, 1, users=1, last_used="2026-01-01")
    }
    assert workspace.lines == [*LISTS, "GET /users", "GET /user/u1/time-entries", "GET /user/u2/time-entries"]


@pytest.mark.parametrize(
    ("people", "is_read"),
    [(("jo@acme.example",), True), (("u1",), False), ((), False)],
    ids=["addresses", "ids", "none"],
)
def test_a_reread_reads_users_if_the_plan_has_email_addresses(people: Any, *, is_read: bool) -> None:
    workspace = acme(users=PEOPLE)
    fields = (FieldChange("assignees", people, ()),)
    change = Change(Address.parse("task:Acme/Web/Do"), Action.UPDATE, (Step.UPDATE,), "t1", fields)
    reread(workspace.reader, plan_of(change), HOME)
    assert ("GET /users" in workspace.lines) == is_read


REMOVING = desired(sections=frozenset({("tag", None)}))
WITH_MEMBERS = replace(HOME, shows_members=True)
ROLES = ["GET /workspaces"]


@pytest.mark.parametrize(
    ("role", "access_role", "role_requests"),
    [("OWNER", AccessRole.OWNER, 1), ("WORKSPACE_ADMIN", AccessRole.ADMIN, 2), ("", AccessRole.LIMITED, 2)],
)
def test_a_removal_requires_the_role_of_the_caller(role: str, access_role: AccessRole, role_requests: int) -> None:
    workspace = acme(users=PEOPLE, role=role, workspaces=[{"id": "w", "name": "Acme Studio"}])
    live = read(workspace.reader, REMOVING, WITH_MEMBERS).live
    assert live.access_role is access_role
    assert [line for line in workspace.lines if line in ROLES] == ROLES * role_requests
    assert live.requests == len(LISTS) + 1 + 2 * len(PEOPLE) + role_requests


def test_the_role_is_not_read_without_removals() -> None:
    workspace = acme(users=PEOPLE)
    assert read(workspace.reader, desired("tag:urgent"), WITH_MEMBERS).live.access_role is AccessRole.NOT_REQUESTED
    assert workspace.lines == LISTS
    used = acme(users=PEOPLE)
    used.tags = [tag("g0", "old")]
    used.entries = lambda *_: [entry("e1")]
    assert read(used.reader, REMOVING, WITH_MEMBERS).live.access_role is AccessRole.NOT_REQUESTED


def test_the_role_is_unknown_for_a_service_without_members() -> None:
    workspace = acme(users=PEOPLE)
    assert read(workspace.reader, REMOVING, HOME).live.access_role is AccessRole.UNKNOWN
    assert not set(ROLES) & set(workspace.lines)


@pytest.mark.parametrize(
    ("reply", "access_role"),
    [
        (error_reply(403, 501), AccessRole.LIMITED),
        (error_reply(400, 3000), AccessRole.UNKNOWN),
        (error_reply(404, 3000), AccessRole.UNKNOWN),
    ],
)
def test_an_error_response_to_the_role_request_is_mapped_to_a_role(reply: Reply, access_role: AccessRole) -> None:
    workspace = acme(users=PEOPLE, errors={"/workspaces": reply})
    assert read(workspace.reader, REMOVING, WITH_MEMBERS).live.access_role is access_role


@pytest.mark.parametrize("status", [402, 405, 409, 500])
def test_a_role_request_that_fails_otherwise_ends_the_read(status: int) -> None:
    workspace = acme(users=PEOPLE, errors={"/workspaces": error_reply(status, 501)})
    with pytest.raises(ApiError) as caught:
        read(workspace.reader, REMOVING, WITH_MEMBERS)
    assert caught.value.status == status


def test_a_role_request_with_invalid_credentials_ends_the_read() -> None:
    workspace = acme(users=PEOPLE, errors={"/workspaces": error_reply(401, 4003)})
    with pytest.raises(GatewayError):
        read(workspace.reader, REMOVING, WITH_MEMBERS)


def test_usage_includes_deleted_users() -> None:
    workspace = acme(users=[*PEOPLE, {"id": "u3", "email": "jo@acme.example", "status": "DELETED"}])
    workspace.entries = lambda person, _: [entry("e1")] if person == "u3" else []
    reading = read(workspace.reader, REMOVING, HOME)
    assert reading.usage["g1"].users == 1
    request = next(request for request in workspace.service.requests if request.path.endswith("/users"))
    assert request.params["status"] == "ALL"
    assert "LIMITED_DELETED" in request.params["account-statuses"].split(",")
    assert [proof.what for proof in reading.live.proofs] == ["clients", "projects", "tasks", "tags", "users"]


def test_deleted_users_cannot_be_assigned() -> None:
    workspace = acme(users=[{"id": "u1", "email": "jo@acme.example", "status": "DELETED"}, PEOPLE[1]])
    wanted = desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", assignees=("jo@acme.example",))
    assert read(workspace.reader, wanted, HOME).live.users == {"u2": "u2"}


@pytest.mark.parametrize("status", [400, 404])
def test_usage_is_unknown_if_deleted_users_cannot_be_listed(status: int) -> None:
    workspace = acme(users=PEOPLE)

    def without_status_filter(request: ReceivedRequest) -> Reply:
        return error_reply(status, 3000) if "account-statuses" in request.params else workspace.reply_to(request)

    usage = read(reader_of(Service(without_status_filter)), REMOVING, HOME).usage
    assert not usage["g1"].known


def test_the_role_is_read_again_only_for_a_plan_with_removals() -> None:
    workspace = acme(users=PEOPLE, role="OWNER", workspaces=[{"id": "w", "name": "Acme Studio"}])
    reader = workspace.reader
    gone = Change(Address.parse("tag:urgent"), Action.DELETE, (Step.DELETE,), "g1", impact=Impact(0, 0), removal=True)
    new = Change(Address.parse("tag:new"), Action.CREATE, (Step.CREATE,))
    for changes, access_role, requests in (((gone,), AccessRole.OWNER, 4), ((new,), AccessRole.NOT_REQUESTED, 3)):
        reading = reread(reader, plan_of(), WITH_MEMBERS)
        reading = with_access_role(reading, reader, plan_of(*changes))
        assert (reading.live.access_role, reading.live.requests) == (access_role, requests)


def lacking_email(**answers: Reply) -> FakeWorkspace:
    """A list of clients whose item lacks the e-mail address, which an update would reset."""
    workspace = FakeWorkspace()
    item = client("c1", "Acme")
    del item["email"]
    workspace.clients.append(item)
    workspace.errors = {"/clients/c1": answers.get("answer", Reply(client("c1", "Acme", email="a@b.example")))}
    return workspace


def test_an_object_whose_list_item_lacks_a_key_is_read_by_itself() -> None:
    workspace = lacking_email()
    live = read(workspace.reader, desired("client:Acme", note="new"), HOME).live
    assert workspace.lines == [*LISTS, "GET /clients/c1"]
    assert live.resources[Address.parse("client:Acme")].values["email"] == "a@b.example"
    assert live.completed == {"c1"}


def _without(wire: Object, *keys: str) -> Object:
    return {key: value for key, value in wire.items() if key not in keys}


NOTE, ESTIMATE = (FieldChange("note", None, "new"),), (FieldChange("estimate", None, "PT1H"),)


@pytest.mark.parametrize(
    ("item", "address", "fields", "known", "is_read"),
    [
        (client("c1", "Acme"), "client:Acme", NOTE, ("email",), False),
        (_without(client("c1", "Acme"), "email"), "client:Acme", NOTE, (), True),
        (_without(client("c1", "Acme"), "note"), "client:Acme", NOTE, ("note",), True),
        (_without(client("c1", "Acme"), "note"), "client:Acme", NOTE, (), False),
        (project("p1", "Web", budgetEstimate=None), "project:Web", ESTIMATE, (), False),
        (project("p1", "Web"), "project:Web", ESTIMATE, (), True),
        (project("p1", "Web"), "project:Web", NOTE, (), False),
    ],
)
def test_a_reread_reads_by_itself_what_lacks_a_compared_value_or_one_that_the_write_resets(
    item: Object, address: str, fields: tuple[FieldChange, ...], known: tuple[str, ...], *, is_read: bool
) -> None:
    steps = (Step.PATCH,) if fields is ESTIMATE else (Step.UPDATE,)
    precondition = Precondition(values=dict.fromkeys(known))
    change = Change(Address.parse(address), Action.UPDATE, steps, item["id"], fields, precondition=precondition)
    new = Change(Address.parse("tag:new"), Action.CREATE, (Step.CREATE,))
    workspace = FakeWorkspace(errors={f"/{plural}/{item['id']}": Reply(item) for plural in ("clients", "projects")})
    (workspace.clients if change.kind == "client" else workspace.projects).append(item)
    live = reread(workspace.reader, plan_of(new, change), HOME).live
    assert (workspace.lines[len(LISTS) :] != []) == is_read
    assert live.completed == ({item["id"]} if is_read else frozenset())


def test_an_object_that_vanished_since_the_list_is_an_incomplete_read() -> None:
    workspace = lacking_email(answer=error_reply(404, 501, "gone"))
    with pytest.raises(IncompleteReadError, match="client:Acme was listed and cannot be read"):
        read(workspace.reader, desired("client:Acme", note="new"), HOME)


def test_an_object_that_may_not_be_read_is_what_the_service_says() -> None:
    with pytest.raises(ForbiddenError):
        read(lacking_email(answer=error_reply(403, 501)).reader, desired("client:Acme", note="new"), HOME)


def test_an_undo_reads_the_task_lists_and_the_people_that_its_changes_concern() -> None:
    workspace = acme(users=PEOPLE)
    workspace.finished["p1"] = [task("t2", "Past", status="DONE")]
    change = Change(
        Address.parse("task:Acme/Web/Past"), Action.UPDATE, (Step.UPDATE,), id="t2",
        fields=(FieldChange("assignees", (), ("jo@acme.example",)),),
    )  # fmt: skip
    seen: list[set[str]] = []

    def desired_for(live: Live) -> Desired:
        seen.append(set(live.by_id))
        return desired()

    reading = read_for_undo(workspace.reader, plan_of(change), HOME, desired_for, {"t2": "p1", "t1": "p1"})
    assert workspace.lines == [*LISTS, "GET /users", "GET /projects/p1/tasks"]
    assert {"t1", "t2"} <= seen[0]
    assert reading.live.users["u1"] == "jo@acme.example"


@pytest.mark.parametrize(
    ("address", "steps", "embedded", "concerned"),
    [
        ("tag:urgent", (Step.DELETE,), (), False),
        ("tag:urgent", (Step.UPDATE,), (), False),
        ("client:Acme", (Step.ARCHIVE, Step.DELETE), (), False),
        ("task:Acme/Web/Do", (Step.UPDATE,), (), True),
        ("project:Acme/Web", (Step.UPDATE,), (), False),
        ("project:Acme/Web", (Step.ARCHIVE, Step.DELETE), (), True),
        ("project:Acme/Web", (Step.UPDATE,), ("task:Acme/Web/Do",), True),
    ],
)
def test_an_undo_of_what_may_name_people_reads_them(
    address: str, steps: tuple[Step, ...], embedded: tuple[str, ...], *, concerned: bool
) -> None:
    workspace = acme(users=PEOPLE)
    action = Action.DELETE if Step.DELETE in steps else Action.UPDATE
    impact = Impact(0, None, embedded=tuple(map(Address.parse, embedded)))
    change = Change(Address.parse(address), action, steps, id="x", impact=impact)
    read_for_undo(workspace.reader, plan_of(change), HOME, lambda _: desired(), {})
    assert ("GET /users" in workspace.lines) is concerned


def test_an_undo_of_nothing_below_a_project_reads_the_lists_alone() -> None:
    workspace = acme()
    change = Change(Address.parse("tag:urgent"), Action.UPDATE, (Step.UPDATE,), id="g1")
    read_for_undo(workspace.reader, plan_of(change), HOME, lambda _: desired(), {})
    assert workspace.lines == LISTS


def test_an_export_reads_by_itself_what_the_list_shows_in_part_and_nothing_else() -> None:
    workspace = lacking_email()
    live = read_everything(workspace.reader, HOME, is_wanted=lambda resource: resource.kind == "client")
    assert [line for line in workspace.lines if line.startswith("GET /clients/")] == ["GET /clients/c1"]
    assert live.resources[Address.parse("client:Acme")].values["email"] == "a@b.example"
