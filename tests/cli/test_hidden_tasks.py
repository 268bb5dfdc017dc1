"""DONE tasks that the answer for a project leaves out: what is not seen counts as gone only where the list that would show it was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from reconciler.cli import connect
from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from reconciler.sandbox import Store, Switches, create_app
from reconciler.sandbox.faults import Fault, FaultInjector, IncomingRequest
from reconciler.sandbox.seed import blank
from tests.cli.altered_answers import blocks
from tests.cli.program import Desk, digest_in

KEPT = ["K0", "K1", "K2", "K3"]
SITE_2024 = {"projects": [{"name": "Site 2024", "was": "Site", "tasks": KEPT}]}


@dataclass
class Hiding:
    """A workspace in this process whose projects come without their DONE tasks, and what was requested of it."""

    store: Store
    asked: list[IncomingRequest] = field(default_factory=list)
    fails: Callable[[IncomingRequest], bool] = lambda _: False

    def __post_init__(self) -> None:
        self.home = blank(self.store)
        self.app = create_app(self.store, Switches(rate="off", hydrated="without-done"))
        self.watched = FaultInjector(self.app, self._watch)

    def _watch(self, request: IncomingRequest) -> Fault | None:
        self.asked.append(request)
        return Fault.ERROR_BEFORE if self.fails(request) else None

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request below the workspace, past all that is watched."""
        raw = AsgiTransport(self.app, {"Authorization": "Bearer any-k3y-will-do"})
        answer = raw.send(Request(method, f"/clockify/api/v1/workspaces/{self.home}/{path}", body=body))
        raw.close()
        assert answer.status < 300, (method, path, answer.body)
        return answer.json()

    @property
    def task_lists(self) -> int:
        """Number of task lists that were read."""
        return sum(request.method == "GET" and request.path.endswith("/tasks") for request in self.asked)


@pytest.fixture
def hiding(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hiding]:
    """What the sandbox of the command line is in these tests."""
    with Store(":memory:") as store:
        service = Hiding(store)

        @contextmanager
        def opened(*_: Any, **__: Any) -> Iterator[Store]:
            yield store

        monkeypatch.setattr(Interrupt, "pause", lambda *_: None)
        monkeypatch.setattr(connect, "open_sandbox_store", opened)
        monkeypatch.setattr(connect, "create_app", lambda _: service.watched)
        yield service


def call(desk: Desk, *words: str) -> Any:
    return desk.call("--sandbox", "--rate", "9999/s", *words)


def _make(hiding: Hiding, name: str, tasks: Sequence[str], *, client: str = "", done: Sequence[str] = ()) -> str:
    """A project with these tasks; its id."""
    owner = hiding.call("POST", "clients", {"name": client})["id"] if client else ""
    project = hiding.call("POST", "projects", {"name": name, "clientId": owner})["id"]
    for task in (*tasks, *done):
        created = hiding.call("POST", f"projects/{project}/tasks", {"name": task})["id"]
        if task in done:
            _finish(hiding, project, created, task)
    return str(project)


def _finish(hiding: Hiding, project: str, task: str, name: str) -> None:
    hiding.call("PUT", f"projects/{project}/tasks/{task}", {"name": name, "status": "DONE"})


def _tasks(hiding: Hiding, project: str) -> dict[str, str]:
    """The status of each task of a project, by name."""
    found = hiding.call("GET", f"projects/{project}/tasks")
    return {task["name"]: task["status"] for task in found}


def _declare(desk: Desk, **sections: Any) -> None:
    policy = {"removal_budget": {"count": 9, "share": "90%"}}
    desk.write(yaml.safe_dump({"version": 1, "policy": policy, **sections}))


def _plan(desk: Desk, *words: str) -> Any:
    result = call(desk, "plan", "--format", "json", *words)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def _steps(plan: Any) -> list[str]:
    return [f"{change['action']} {change['address']}" for change in plan["changes"]]


def _apply(desk: Desk, *words: str) -> tuple[int, Any]:
    """The exit code and the summary."""
    result = call(desk, "apply", "--format", "json", "--quiet", *words)
    lines = result.stdout.splitlines()
    return result.exit_code, json.loads(lines[-1]) if lines else result.stderr


# What a run left behind


def test_a_delete_that_failed_is_finished_under_the_new_name_of_its_project(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", [*KEPT, "Old"])
    _declare(desk, **SITE_2024)
    digest = digest_in(call(desk, "plan").stdout)
    hiding.fails = lambda request: request.method == "DELETE"
    assert _apply(desk, "--approve", digest)[0] == 4
    assert _tasks(hiding, project)["Old"] == "DONE"
    hiding.fails = lambda _: False
    code, summary = _apply(desk, "--approve", digest)
    assert (code, summary["summary"]["done"], summary["summary"]["already"]) == (0, 1, 1)
    assert set(_tasks(hiding, project)) == {*KEPT}


def test_a_new_plan_finds_what_a_run_has_not_deleted_yet(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", [*KEPT, "Old"])
    _make(hiding, "Other", [], done=["Past"])
    _declare(desk, projects=[*SITE_2024["projects"], "Other"])
    hiding.fails = lambda request: request.method == "DELETE"
    assert _apply(desk, "--approve", digest_in(call(desk, "plan").stdout))[0] == 4
    hiding.fails = lambda _: False
    hiding.asked.clear()
    plan = _plan(desk)
    assert (_steps(plan), hiding.task_lists) == (["delete task:Site 2024/Old"], 1)
    assert _apply(desk, "--approve", plan["digest"])[0] == 0
    assert set(_tasks(hiding, project)) == {*KEPT}
    hiding.asked.clear()
    assert (_plan(desk)["changes"], hiding.task_lists) == ([], 0)


def test_a_saved_plan_finds_the_hidden_task_under_a_renamed_client(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", [], client="Acme", done=["Old"])
    _declare(desk, clients=[{"name": "Acme Inc", "was": "Acme", "projects": [{"name": "Site", "tasks": ["Old"]}]}])
    shown = call(desk, "plan", "-o", "plan.json")
    hiding.asked.clear()
    code, summary = _apply(desk, "plan.json", "--approve", digest_in(shown.stdout), "--verify", "read")
    assert code == 0, summary
    assert _tasks(hiding, project) == {"Old": "ACTIVE"}
    assert hiding.task_lists == 1


def test_an_undo_reads_where_the_task_is_now(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", ["Design"])
    _declare(desk, projects=[{"name": "Site", "tasks": ["Design", "Build"]}])
    assert _apply(desk, "--approve", "additive")[0] == 0
    made = next(t for t in hiding.call("GET", f"projects/{project}/tasks") if t["name"] == "Build")
    _finish(hiding, project, made["id"], "Build")
    hiding.call("PUT", f"projects/{project}", {"name": "Site 2024", "isPublic": False})
    result = call(desk, "undo", "latest", "--format", "json")
    plan = json.loads(result.stdout)
    assert _steps(plan) == ["delete task:Site 2024/Build"]
    assert plan["warnings"] == []


def test_an_undo_reverts_a_hidden_task_of_a_project_that_the_run_did_not_touch(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", ["Design"])
    _declare(desk, projects=[{"name": "Site", "tasks": [{"name": "Design", "status": "done"}]}])
    digest = digest_in(call(desk, "plan").stdout)
    assert _apply(desk, "--approve", digest)[0] == 0
    hiding.call("PUT", f"projects/{project}", {"name": "Site 2024", "isPublic": False})
    plan = json.loads(call(desk, "undo", "latest", "--format", "json").stdout)
    assert _steps(plan) == ["restore task:Site 2024/Design"]
    assert plan["warnings"] == []


def test_verifying_reads_no_list_of_tasks_that_are_seen(desk: Desk, hiding: Hiding) -> None:
    _make(hiding, "Site", ["Design"])
    _declare(desk, projects=[{"name": "Site", "tasks": ["Design"]}, {"name": "New", "tasks": ["a"]}])
    digest = digest_in(call(desk, "plan").stdout)
    hiding.asked.clear()
    assert _apply(desk, "--approve", digest, "--verify", "read")[0] == 0
    assert hiding.task_lists == 0


@pytest.mark.parametrize("count", [1, 3])
def test_new_done_tasks_are_verified_although_hidden(desk: Desk, hiding: Hiding, count: int) -> None:
    tasks = ["a", {"name": "b", "status": "done"}]
    _declare(desk, projects=[{"name": f"New {number}", "tasks": tasks} for number in range(count)])
    digest = digest_in(call(desk, "plan").stdout)
    code, summary = _apply(desk, "--approve", digest, "--verify", "read")
    assert (code, summary["summary"]["done"]) == (0, 3 * count)
    hiding.asked.clear()
    assert _plan(desk)["changes"] == []
    assert hiding.task_lists == count


# `removed:`


def test_a_removed_task_goes_although_its_project_is_only_archived(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Tracked", ["Secret"])
    _track(hiding, project)
    _declare(desk, projects=["Other"], removed=[{"task": "Tracked/Secret"}])
    allowed = ("--allow-removals", "projects=1", "--allow-removals", "tasks=1")
    digest = digest_in(call(desk, "plan", "-o", "plan.json", *allowed).stdout)
    code, summary = _apply(desk, "plan.json", "--approve", digest)
    assert code == 0, summary
    assert _tasks(hiding, project) == {}
    assert _plan(desk)["changes"] == []


def test_a_removed_task_ends_with_its_project_and_costs_no_reading(desk: Desk, hiding: Hiding) -> None:
    _make(hiding, "Gone", ["Secret"])
    _declare(desk, projects=[], removed=[{"task": "Gone/Secret"}])
    hiding.asked.clear()
    assert _steps(_plan(desk)) == ["delete project:Gone"]
    assert sum(request.path.endswith("/time-entries") for request in hiding.asked) == 1


@pytest.mark.parametrize("name", ["Site", "Site 2024"])
def test_a_hidden_task_under_removed_is_looked_for(desk: Desk, hiding: Hiding, name: str) -> None:
    project = _make(hiding, "Site", ["K0"], done=["Old"])
    _declare(desk, projects=[{"name": name, "was": "Site"}], removed=[{"task": "Site/Old"}])
    plan = _plan(desk, "--allow-removals", "tasks=1")
    assert hiding.task_lists == 1
    assert _steps(plan)[-1] == "delete task:Site/Old"
    assert _apply(desk, "--allow-removals", "tasks=1", "--approve", plan["digest"])[0] == 0
    assert set(_tasks(hiding, project)) == {"K0"}
    assert _plan(desk)["changes"] == []


@pytest.mark.parametrize(("removed", "lists"), [("Site 2024/Old", 1), ("site/Old", 1), ("Elsewhere/Old", 0)])
def test_the_list_is_read_by_any_name_of_the_project(desk: Desk, hiding: Hiding, removed: str, lists: int) -> None:
    _make(hiding, "Site", ["K0"])
    _make(hiding, "Other", [])
    _declare(desk, projects=["Other", {"name": "Site 2024", "was": "Site"}], removed=[{"task": removed}])
    _plan(desk)
    assert hiding.task_lists == lists


# Names that hidden tasks hold


def test_a_rename_onto_the_name_of_a_hidden_task_is_blocked(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", ["Draft"], done=["Design"])
    _declare(desk, projects=[{"name": "Site", "tasks": [{"name": "Design", "was": "Draft"}]}])
    plan = _plan(desk)
    assert _steps(plan) == ["restore task:Site/Design", "delete task:Site/Draft"]
    assert blocks(plan) == {"task:Site/Draft": "was"}
    assert _apply(desk, "--approve", plan["digest"])[0] == 3
    assert _tasks(hiding, project) == {"Draft": "ACTIVE", "Design": "DONE"}


def test_a_swap_of_tasks_that_are_seen_reads_no_list(desk: Desk, hiding: Hiding) -> None:
    _make(hiding, "Site", ["a", "b"])
    tasks = [{"name": "a", "was": "b", "estimate": "PT1H"}, {"name": "b", "was": "a"}]
    _declare(desk, projects=[{"name": "Site", "tasks": tasks}])
    hiding.asked.clear()
    _plan(desk)
    assert hiding.task_lists == 0


def _track(hiding: Hiding, project: str, task: str = "") -> None:
    """A time entry of one hour."""
    entry = {"start": "2026-02-12T09:00:00Z", "end": "2026-02-12T10:00:00Z", "projectId": project}
    hiding.call("POST", "time-entries", {**entry, "taskId": task} if task else entry)


# What a plan finishes


def test_a_plan_that_finishes_a_declared_task_removes_what_later_plans_will_see(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", KEPT, done=["Past"])
    done = {"name": "K0", "status": "done"}
    _declare(desk, projects=[{"name": "Site", "tasks": [done, *KEPT[1:]]}])
    plan = _plan(desk)
    assert _steps(plan) == ["archive task:Site/K0", "delete task:Site/Past"]
    assert _apply(desk, "--approve", plan["digest"])[0] == 0
    assert _tasks(hiding, project) == {"K0": "DONE", **dict.fromkeys(KEPT[1:], "ACTIVE")}
    assert _steps(_plan(desk)) == []


def test_a_plan_that_finishes_a_declared_task_leaves_its_twin_alone(desk: Desk, hiding: Hiding) -> None:
    project = _make(hiding, "Site", ["Résumé", "RÉSUMÉ"])
    policy = {"prune": {"tasks": "keep"}}
    manifest = {"policy": policy, "projects": [{"name": "Site", "tasks": [{"name": "Résumé", "status": "done"}]}]}
    desk.write(yaml.safe_dump({"version": 1, **manifest}))
    assert _apply(desk, "--approve", _plan(desk)["digest"])[0] == 0
    assert _tasks(hiding, project) == {"Résumé": "DONE", "RÉSUMÉ": "ACTIVE"}
    assert _steps(_plan(desk)) == []
