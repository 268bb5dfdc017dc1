"""New projects as copies of one that the same run created, where the service does not keep tasks that go along with their project."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.applying import Result
from reconciler.sandbox import Switches
from tests.applying.writes.copying import (
    COPYING,
    MANIFEST,
    PROJECTS,
    TASKS,
    copies_of,
    is_copy,
    outcome_of,
    posts_of,
    projects_of,
    stage_of,
)
from tests.sandbox_client import Stage, seen


@pytest.mark.parametrize("inline", ["ignored", "refused"])
def test_one_project_is_created_task_by_task_and_the_others_are_copies_of_it(inline: str) -> None:
    with stage_of(f"inline_tasks={inline},from_template=any") as stage:
        report = stage.apply(MANIFEST)
        assert report.exit_code == 0
        first = next(item["id"] for item in stage.snapshot()["projects"] if item["name"] == "Project 0")
        assert [(body["name"], body["templateProjectId"]) for body in copies_of(stage)] == [
            (f"Project {n}", first) for n in range(1, PROJECTS)
        ]
        assert posts_of(stage, "tasks") == len(TASKS)
        assert stage.plan(MANIFEST)[0].is_empty


WAYS = ("kept", "ignored,from_template=missing", "ignored,from_template=any", "refused,from_template=any")


@pytest.mark.parametrize("billable", [True, False, None])
@pytest.mark.parametrize("copied", ["all", "tasks", "nothing"])
@pytest.mark.parametrize("way", WAYS)
def test_the_end_is_the_same_in_every_way(way: str, copied: str, *, billable: bool | None) -> None:
    own: list[dict[str, Any]] = [{"client": "Acme", "color": "#445566"}, {"public": True}, {"client": "Zephyr"}, {}]
    manifest: dict[str, Any] = {
        "clients": ["Acme", "Zephyr"],
        "projects": [project | more for project, more in zip(projects_of(), own, strict=True)],
    }
    for project in manifest["projects"]:
        project["billable"] = billable
        if billable is None:
            del project["billable"]
    defaults = "project_defaults=false"
    plain = outcome_of(f"inline_tasks=ignored,from_template=missing,{defaults}", manifest)
    assert outcome_of(f"inline_tasks={way},template_copies={copied},{defaults}", manifest) == plain


def test_where_tasks_go_along_nothing_is_copied() -> None:
    with stage_of("from_template=any") as stage:
        assert stage.apply({"projects": projects_of(40)}).exit_code == 0
        assert copies_of(stage) == []


def test_a_copy_is_made_once_the_first_project_is_done_with_all_its_tasks() -> None:
    with stage_of() as stage:
        stage.apply(MANIFEST)
        writes = [one for one in stage.app.state.log if one.method != "GET"]
        first = next(at for at, one in enumerate(writes) if is_copy(one))
        before = [(one.method, one.path.rsplit("/", 1)[-1]) for one in writes[:first]]
        assert before.count(("POST", "tasks")) == len(TASKS)
        # What a create of a task does not take is in the copies already.
        assert not any("/tasks" in one.path and one.method == "POST" for one in writes[first:])


def test_what_was_there_before_is_never_copied() -> None:
    """Its rates, notes and members are in no plan."""
    with stage_of("inline_tasks=ignored,from_template=marked") as stage:
        model = stage.call("POST", "/projects", {"name": "Model", "note": "theirs", "hourlyRate": {"amount": 9900}})
        stage.call("PATCH", f"/projects/{model['id']}/template", {"isTemplate": True})
        for name in ("Plan", "Build"):
            stage.call("POST", f"/projects/{model['id']}/tasks", {"name": name})
        plain = [{"name": f"Project {n}", "tasks": ["Plan", "Build"]} for n in range(8)]
        report = stage.apply({"projects": [*plain, {"name": "Model"}], "policy": {"prune": {"tasks": "keep"}}})
        assert report.exit_code == 0
        assert model["id"] not in {body["templateProjectId"] for body in copies_of(stage)}
        notes = {item["name"]: item["note"] for item in stage.snapshot()["projects"]}
        assert notes == {"Model": "theirs", **{f"Project {n}": "" for n in range(8)}}


@pytest.mark.parametrize("template", ["marked", "missing"])
def test_after_a_refusal_no_copy_is_asked_for_again(template: str) -> None:
    with stage_of(f"inline_tasks=refused,from_template={template}") as stage:
        assert stage.apply(MANIFEST).exit_code == 0
        assert len(copies_of(stage)) == 1
        assert posts_of(stage, "tasks") == PROJECTS * len(TASKS)


def test_where_a_copy_has_no_tasks_only_the_first_is_made() -> None:
    with stage_of(f"{COPYING},template_copies=nothing") as stage:
        assert stage.apply(MANIFEST).exit_code == 0
        assert len(copies_of(stage)) == 1
        assert posts_of(stage, "tasks") == PROJECTS * len(TASKS)


DIFFERENT: list[tuple[str, list[dict[str, Any]]]] = [
    ("one value", [{"note": f"note {n}"} for n in range(PROJECTS)]),
    ("one task", [{"tasks": [*TASKS, f"Task {n}"]} for n in range(PROJECTS)]),
    (
        "a value of a task",
        [{"tasks": [*TASKS[1:], {"name": "Plan", "estimate": f"PT{n + 1}H"}]} for n in range(PROJECTS)],
    ),
    ("archived", [{"archived": True}] * PROJECTS),
    ("since when a rate applies", [{"hourly_rate": {"amount": "95.00", "since": "2026-01-01"}}] * PROJECTS),
    ("access that some declare", [{"public": True}, {"public": False}, {}, {"public": False, "note": "other"}]),
    ("too few", [{"tasks": TASKS[:1]}] * PROJECTS),
]


@pytest.mark.parametrize("values", [values for _, values in DIFFERENT], ids=[name for name, _ in DIFFERENT])
def test_projects_that_differ_or_cannot_be_compared_are_no_copies(values: list[dict[str, Any]]) -> None:
    with stage_of() as stage:
        manifest = {"projects": [project | more for project, more in zip(projects_of(), values, strict=True)]}
        assert stage.apply(manifest).exit_code == 0
        assert copies_of(stage) == []


@pytest.mark.parametrize(("number", "tasks", "copies"), [(2, 5, 0), (2, 6, 1), (3, 2, 0), (3, 3, 2)])
def test_a_copy_is_only_tried_where_it_saves_more_than_trying_takes(number: int, tasks: int, copies: int) -> None:
    names = [f"Task {n}" for n in range(tasks)]
    with stage_of() as stage:
        assert stage.apply({"projects": projects_of(number, tasks=names)}).exit_code == 0
        assert len(copies_of(stage)) == copies


def test_client_color_and_access_are_those_of_each_project() -> None:
    with stage_of() as stage:
        stage.call("POST", "/clients", {"name": "Acme"})
        projects = projects_of(public=True)
        for n, project in enumerate(projects):
            project.update({"client": "Acme"} if n % 2 else {"color": f"#00000{n}"})
        assert stage.apply({"clients": ["Acme"], "projects": projects}).exit_code == 0
        [acme] = stage.snapshot()["clients"]
        found = {p["name"]: (p["clientId"], p["color"], p["public"]) for p in stage.snapshot()["projects"]}
        assert found == {
            "Project 0": ("", "#000000", True),
            "Project 1": (acme["id"], "#112233", True),
            "Project 2": ("", "#000002", True),
            "Project 3": (acme["id"], "#112233", True),
        }
        clients = {body["name"]: body.get("clientId") for body in copies_of(stage)}
        assert {name: found[name][0] or None for name in clients} == clients
        assert len(clients) == PROJECTS - 1


def test_an_undeclared_color_is_not_sent_and_the_access_of_the_workspace_is() -> None:
    projects = [{"name": f"Project {n}", "tasks": TASKS} for n in range(PROJECTS)]
    with stage_of() as stage:
        assert stage.apply({"projects": projects}).exit_code == 0
        default = {p["public"] for p in stage.snapshot()["projects"]}
        assert [set(body) for body in copies_of(stage)] == [{"name", "templateProjectId", "isPublic"}] * (PROJECTS - 1)
        assert {body["isPublic"] for body in copies_of(stage)} == default


def test_each_group_of_equal_projects_has_a_template_of_its_own() -> None:
    projects = [
        *projects_of(),
        *({**project, "name": f"Other {n}", "note": "other"} for n, project in enumerate(projects_of())),
    ]
    with stage_of() as stage:
        assert stage.apply({"projects": projects}).exit_code == 0
        ids = {item["name"]: item["id"] for item in stage.snapshot()["projects"]}
        sources = {body["name"]: body["templateProjectId"] for body in copies_of(stage)}
        assert sources == {
            **{f"Project {n}": ids["Project 0"] for n in range(1, PROJECTS)},
            **{f"Other {n}": ids["Other 0"] for n in range(1, PROJECTS)},
        }
        assert posts_of(stage, "tasks") == 2 * len(TASKS)


def test_rates_and_members_of_a_copy_are_those_that_were_approved() -> None:
    with Stage(Switches.parse(f"rate=off,{COPYING}"), seeded=True) as stage:
        members = {"members": ["sam@acme.example", {"email": "jo@acme.example", "hourly_rate": "80.00"}]}
        reading = stage.plan({"projects": [{"name": "X1", **members}]})[1]
        known = set(reading.live.users.values())
        assert {"sam@acme.example", "jo@acme.example"} <= known
        keep = {"policy": {"prune": dict.fromkeys(("clients", "projects", "tasks", "tags"), "keep")}}
        projects = [{**project, **members} for project in projects_of()]
        assert stage.apply({**keep, "projects": projects}).exit_code == 0
        assert len(copies_of(stage)) == PROJECTS - 1
        assert stage.plan({**keep, "projects": projects})[0].is_empty


class _Altering:
    """An application that alters the body of requests for a copy, and the answers to them."""

    def __init__(
        self, stage: Stage, asked: Callable[[dict[str, Any]], Any], answered: Callable[[dict[str, Any], Any], Any]
    ) -> None:
        self.stage, self.asked, self.answered = stage, asked, answered

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["path"].endswith("/from-template"):
            await self.stage.app(scope, receive, send)
            return
        body = json.loads((await receive())["body"])
        changed = json.dumps({**body, **self.asked(body)}).encode()

        async def altered() -> Any:
            return {"type": "http.request", "body": changed, "more_body": False}

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(k, v) for k, v in message["headers"] if k != b"content-length"]
            elif message.get("body"):
                message["body"] = json.dumps(self.answered(json.loads(message["body"]), body)).encode()
            await send(message)

        await self.stage.app(scope, altered, answer)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (lambda _: {"clientId": ""}, lambda answer, _: answer),
        (lambda body: {"name": f"Copy of {body['name']}"}, lambda answer, _: answer),
        (lambda _: {"isPublic": True}, lambda answer, _: answer),
        (lambda _: {}, lambda answer, body: {**answer, "id": body["templateProjectId"]}),
        (lambda _: {}, lambda answer, _: {"id": answer["id"]}),
        (lambda _: {}, lambda *_: {}),
    ],
    ids=["no client", "another name", "public", "the id of the original", "the id alone", "nothing"],
)
def test_a_service_that_does_or_answers_something_else_leads_to_the_same_end(asked: Any, answered: Any) -> None:
    manifest = {"clients": [{"name": "Acme", "projects": projects_of()}]}
    with stage_of() as stage:
        stage.use(_Altering(stage, asked, answered))
        report = stage.apply(manifest)
        assert [(o.change.address, o.result, o.message) for o in report.outcomes if o.result is not Result.DONE] == []
        assert seen(stage.snapshot()) == outcome_of("inline_tasks=kept", manifest)
        assert len(copies_of(stage)) == PROJECTS - 1


@pytest.mark.parametrize(("copied", "copies"), [("all", PROJECTS - 1), ("tasks", 1)])
def test_where_updates_of_what_a_copy_lacks_take_as_much_as_its_tasks_only_the_first_is_made(
    copied: str, copies: int
) -> None:
    tasks = [{"name": name, "assignees": ["jo@acme.example"]} for name in ("a", "b", "c")]
    keep = {"policy": {"prune": dict.fromkeys(("clients", "projects", "tasks", "tags"), "keep")}}
    with Stage(Switches.parse(f"rate=off,{COPYING},template_copies={copied}"), seeded=True) as stage:
        assert stage.apply({**keep, "projects": projects_of(tasks=tasks)}).exit_code == 0
        assert len(copies_of(stage)) == copies
