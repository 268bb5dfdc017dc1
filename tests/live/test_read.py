"""Readings: what is asked, what is not, and what comes of it."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import ForbiddenError, GatewayError, IncompleteReadError
from reconciler.live import read, reread, with_access_role
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, FieldChange, Impact, Plan, Step, Target
from reconciler.state import AccessRole, Usage
from tests.gateway.support import Asked, Reply, Service, page, reader_of, refusal
from tests.live.fake_workspace import HOME, Object, World, client, desired, project, tag, task

LISTS = ["GET /clients", "GET /projects", "GET /tags"]
PEOPLE = [{"id": "u1", "email": "Jo@Acme.example"}, {"id": "u2", "email": None}]


def acme(**more: Any) -> World:
    """A client with a project of one task, and something archived of every kind."""
    world = World(**more)
    world.clients.append(client("c1", "Acme"))
    world.projects.append(project("p1", "Web", "c1", tasks=[task("t1", "Do", assigneeIds=["u1"])]))
    world.tags.append(tag("g1", "urgent", archived=False))
    return world


def entry(key: str, duration: str | None = "PT1H") -> Object:
    return {"id": key, "timeInterval": {"start": "2026-01-01T00:00:00Z", "duration": duration}}


def plan_of(*changes: Change) -> Plan:
    return Plan(Target("maton", "https://api.maton.ai", "w", "Acme Studio"), changes)


def test_an_unchanged_workspace_costs_one_request_a_list() -> None:
    world = acme()
    live = read(world.reader, desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", "tag:urgent"), HOME).live
    assert world.lines == LISTS
    assert live.requests == 3
    assert {proof.what: proof.items for proof in live.proofs} == {"clients": 2, "projects": 2, "tasks": 1, "tags": 2}
    assert live.users == {}


def test_projects_come_with_their_tasks() -> None:
    world = acme()
    read(world.reader, desired(), HOME)
    asked = next(asked for asked in world.service.asked if asked.path.endswith("/projects"))
    assert asked.params["hydrated"] == "true"


def test_people_are_read_only_where_a_manifest_names_some() -> None:
    world = acme(users=PEOPLE)
    wanted = desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", assignees=("jo@acme.example",))
    live = read(world.reader, wanted, HOME).live
    assert world.lines == [*LISTS, "GET /users"]
    assert live.resources[Address.parse("task:Acme/Web/Do")].values["assignees"] == ("jo@acme.example",)
    assert live.users == {"u1": "jo@acme.example"}


def test_people_that_may_not_be_seen_are_an_error_where_a_manifest_names_some() -> None:
    world = acme(refused={"/users": refusal(403, 501)})
    wanted = desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", assignees=("jo@acme.example",))
    with pytest.raises(ForbiddenError):
        read(world.reader, wanted, HOME)


def test_a_new_task_asks_for_the_finished_ones_of_its_project() -> None:
    world = acme(finished={"p1": [task("t9", "New", status="DONE")]})
    live = read(world.reader, desired("client:Acme", "project:Acme/Web", "task:Acme/Web/New"), HOME).live
    assert world.lines == [*LISTS, "GET /projects/p1/tasks"]
    assert live.resources[Address.parse("task:Acme/Web/New")].id == "t9"
    assert live.tasks_proven == {"p1"}
    assert live.requests == 4


def test_a_hydrated_answer_that_shows_finished_tasks_spares_that() -> None:
    world = acme()
    world.projects[0]["tasks"] = [task("t0", "Past", status="DONE")]
    live = read(world.reader, desired("client:Acme", "project:Acme/Web", "task:Acme/Web/New"), HOME).live
    assert world.lines == LISTS
    assert live.tasks_proven == {"p0", "p1"}


def test_a_service_that_hydrates_nothing_is_asked_project_by_project() -> None:
    world = acme()
    tasks = world.projects[1].pop("tasks")
    world.projects[0]["tasks"] = None
    world.finished = {"p1": tasks}
    live = read(world.reader, desired(), HOME).live
    assert world.lines == [
        "GET /clients",
        "GET /projects",
        "GET /projects/p0/tasks",
        "GET /projects/p1/tasks",
        "GET /tags",
    ]
    assert live.resources[Address.parse("task:Acme/Web/Do")].parent_id == "p1"
    assert live.tasks_proven == {"p0", "p1"}


def test_candidates_for_removal_are_asked_for_person_by_person() -> None:
    world = acme(users=PEOPLE)

    def entries(person: str, params: dict[str, str]) -> list[Object]:
        if params["tags"] != "g1":
            return []
        return [entry("e1"), entry("e2", None), entry("e3", "odd")] if person == "u1" else [entry("e4", "PT30M")]

    world.entries = entries
    reading = read(world.reader, desired(sections=frozenset({("tag", None)})), HOME)
    assert reading.usage == {"g0": Usage(), "g1": Usage(5400, 4, users=2, last_used="2026-01-01", running=1)}
    assert [line for line in world.lines if line not in LISTS][:3] == [
        "GET /users",
        "GET /user/u1/time-entries",
        "GET /user/u2/time-entries",
    ]


def test_what_has_tracked_time_by_its_own_word_is_not_asked_for() -> None:
    world = acme(users=PEOPLE)
    world.projects = [project("p0", "Past", archived=True, duration="PT1H")]
    reading = read(world.reader, desired(sections=frozenset({("project", None)})), HOME)
    assert reading.usage == {}
    assert "GET /users" not in world.lines


@pytest.mark.parametrize("refused", ["/users", "/user/u1/time-entries"])
@pytest.mark.parametrize("reply", [refusal(403, 501), refusal(403)])
def test_a_refused_question_counts_as_used(refused: str, reply: Reply) -> None:
    world = acme(users=PEOPLE, refused={refused: reply})
    usage = read(world.reader, desired(sections=frozenset({("tag", None)})), HOME).usage
    assert not usage["g1"].known
    assert usage["g1"].is_used


def test_no_people_at_all_means_that_nothing_is_known() -> None:
    usage = read(acme().reader, desired(sections=frozenset({("tag", None)})), HOME).usage
    assert not usage["g1"].known


@pytest.mark.parametrize("reply", [page([], last="false"), page([client("c1", "A"), client("c1", "A")])])
def test_a_list_that_is_not_whole_ends_the_reading(reply: Reply) -> None:
    with pytest.raises(IncompleteReadError):
        read(acme(refused={"/clients": reply}).reader, desired(), HOME)


@pytest.mark.parametrize("path", ["/clients", "/projects", "/tags"])
def test_a_list_that_fails_ends_the_reading(path: str) -> None:
    with pytest.raises(GatewayError):
        read(acme(refused={path: refusal(403, 501)}).reader, desired(), HOME)


def test_tasks_that_repeat_within_their_project_end_the_reading() -> None:
    world = acme()
    world.projects[1]["tasks"] = [task("t1", "A"), task("t1", "B")]
    with pytest.raises(GatewayError, match="repeats"):
        read(world.reader, desired(), HOME)


def test_an_empty_plan_is_reread_by_the_lists_alone() -> None:
    world = acme()
    reading = reread(world.reader, plan_of(), HOME)
    assert world.lines == LISTS
    assert (reading.live.requests, reading.usage) == (3, {})


def test_a_reread_lists_the_tasks_that_the_plan_is_about() -> None:
    world = acme()
    world.projects.append(project("p2", "Shop", "c1"))
    renamed = Change(Address.parse("project:Acme/Site"), Action.UPDATE, (Step.UPDATE,), "p1")
    under_it = Change(Address.parse("task:Acme/Site/New"), Action.CREATE, (Step.CREATE,))
    reread(world.reader, plan_of(renamed, under_it), HOME)
    assert world.lines == [*LISTS, "GET /projects/p1/tasks"]
    gone = Change(Address.parse("task:Acme/Web/Do"), Action.DELETE, (Step.DELETE,), "t1", impact=Impact(0, None))
    new = Change(Address.parse("task:Acme/Shop/New"), Action.CREATE, (Step.CREATE,))
    nowhere = Change(Address.parse("task:Acme/Planned/New"), Action.CREATE, (Step.CREATE,))
    reread(world.reader, plan_of(gone, new, nowhere), HOME)
    assert world.lines == [*LISTS, "GET /projects/p1/tasks", "GET /projects/p2/tasks"]
    whole = Change(Address.parse("project:Acme/Shop"), Action.DELETE, (Step.DELETE,), "p2", impact=Impact(3600, None))
    reread(world.reader, plan_of(whole), HOME)
    assert world.lines == [*LISTS, "GET /projects/p2/tasks"]


def test_a_reread_asks_again_for_the_time_behind_what_goes() -> None:
    world = acme(users=PEOPLE)
    world.entries = lambda person, _: [entry("e1")] if person == "u2" else []
    gone = Change(Address.parse("tag:urgent"), Action.DELETE, (Step.DELETE,), "g1", impact=Impact(0, 0))
    lost = Change(Address.parse("tag:nowhere"), Action.DELETE, (Step.DELETE,), "g9", impact=Impact(0, 0))
    assert reread(world.reader, plan_of(gone, lost), HOME).usage == {
        "g1": Usage(3600, 1, users=1, last_used="2026-01-01")
    }
    assert world.lines == [*LISTS, "GET /users", "GET /user/u1/time-entries", "GET /user/u2/time-entries"]


@pytest.mark.parametrize(
    ("people", "asked"), [(("jo@acme.example",), True), (("u1",), False), ((), False)], ids=["addresses", "ids", "none"]
)
def test_a_reread_turns_ids_into_addresses_where_the_plan_was_made_with_them(people: Any, *, asked: bool) -> None:
    world = acme(users=PEOPLE)
    fields = (FieldChange("assignees", people, ()),)
    change = Change(Address.parse("task:Acme/Web/Do"), Action.UPDATE, (Step.UPDATE,), "t1", fields)
    reread(world.reader, plan_of(change), HOME)
    assert ("GET /users" in world.lines) == asked


REMOVING = desired(sections=frozenset({("tag", None)}))
SHOWN = replace(HOME, shows_members=True)
ROLES = ["GET /workspaces"]


@pytest.mark.parametrize(
    ("role", "access_role", "asked"),
    [("OWNER", AccessRole.OWNER, 1), ("WORKSPACE_ADMIN", AccessRole.ADMIN, 2), ("", AccessRole.LIMITED, 2)],
)
def test_a_removal_asks_whose_eyes_these_are(role: str, access_role: AccessRole, asked: int) -> None:
    world = acme(users=PEOPLE, role=role, workspaces=[{"id": "w", "name": "Acme Studio"}])
    live = read(world.reader, REMOVING, SHOWN).live
    assert live.access_role is access_role
    assert [line for line in world.lines if line in ROLES] == ROLES * asked
    assert live.requests == len(LISTS) + 1 + 2 * len(PEOPLE) + asked


def test_nobody_asks_for_the_role_where_nothing_goes() -> None:
    world = acme(users=PEOPLE)
    assert read(world.reader, desired("tag:urgent"), SHOWN).live.access_role is AccessRole.NOT_REQUESTED
    assert world.lines == LISTS
    settled = acme(users=PEOPLE)
    settled.tags = [tag("g0", "old")]
    settled.entries = lambda *_: [entry("e1")]
    assert read(settled.reader, REMOVING, SHOWN).live.access_role is AccessRole.NOT_REQUESTED


def test_a_service_that_says_nothing_of_members_is_not_asked_for_roles() -> None:
    world = acme(users=PEOPLE)
    assert read(world.reader, REMOVING, HOME).live.access_role is AccessRole.UNKNOWN
    assert not set(ROLES) & set(world.lines)


@pytest.mark.parametrize(
    ("reply", "access_role"),
    [
        (refusal(403, 501), AccessRole.LIMITED),
        (refusal(400, 3000), AccessRole.UNKNOWN),
        (refusal(404, 3000), AccessRole.UNKNOWN),
    ],
)
def test_a_refused_question_for_the_role(reply: Reply, access_role: AccessRole) -> None:
    world = acme(users=PEOPLE, refused={"/workspaces": reply})
    assert read(world.reader, REMOVING, SHOWN).live.access_role is access_role


def test_a_question_for_the_role_that_fails_ends_the_reading() -> None:
    world = acme(users=PEOPLE, refused={"/workspaces": refusal(401, 4003)})
    with pytest.raises(GatewayError):
        read(world.reader, REMOVING, SHOWN)


def test_people_who_left_are_asked_for_too() -> None:
    world = acme(users=[*PEOPLE, {"id": "u3", "email": "jo@acme.example", "status": "DELETED"}])
    world.entries = lambda person, _: [entry("e1")] if person == "u3" else []
    reading = read(world.reader, REMOVING, HOME)
    assert reading.usage["g1"].users == 1
    asked = next(asked for asked in world.service.asked if asked.path.endswith("/users"))
    assert asked.params["status"] == "ALL"
    assert "LIMITED_DELETED" in asked.params["account-statuses"].split(",")
    assert [proof.what for proof in reading.live.proofs] == ["clients", "projects", "tasks", "tags", "users"]


def test_people_who_left_are_nobody_to_assign_a_task_to() -> None:
    world = acme(users=[{"id": "u1", "email": "jo@acme.example", "status": "DELETED"}, PEOPLE[1]])
    wanted = desired("client:Acme", "project:Acme/Web", "task:Acme/Web/Do", assignees=("jo@acme.example",))
    assert read(world.reader, wanted, HOME).live.users == {}


def test_where_nobody_can_be_sure_to_have_everybody_nothing_is_known() -> None:
    world = acme(users=PEOPLE)

    def picky(asked: Asked) -> Reply:
        return refusal(400, 3000) if "account-statuses" in asked.params else world.answer(asked)

    usage = read(reader_of(Service(picky)), REMOVING, HOME).usage
    assert not usage["g1"].known


def test_a_saved_plan_asks_for_the_role_again_only_where_it_removes() -> None:
    world = acme(users=PEOPLE, role="OWNER", workspaces=[{"id": "w", "name": "Acme Studio"}])
    reader = world.reader
    gone = Change(Address.parse("tag:urgent"), Action.DELETE, (Step.DELETE,), "g1", impact=Impact(0, 0), removal=True)
    new = Change(Address.parse("tag:new"), Action.CREATE, (Step.CREATE,))
    for changes, access_role, requests in (((gone,), AccessRole.OWNER, 4), ((new,), AccessRole.NOT_REQUESTED, 3)):
        reading = reread(reader, plan_of(), SHOWN)
        found = with_access_role(reading, reader, plan_of(*changes))
        assert (found.live.access_role, found.live.requests) == (access_role, requests)
