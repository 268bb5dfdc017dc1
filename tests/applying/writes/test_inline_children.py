"""New tasks sent along with their project, where the service keeps them; where it does not, the same end by the longer way."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Result, approve
from reconciler.planning.forecast import AT_MOST
from reconciler.sandbox import LoggedRequest, Switches
from tests.recorded_runs import Recorded
from tests.sandbox_client import Stage

PROJECTS, TASKS = 4, 3
MANIFEST: dict[str, Any] = {
    "projects": [
        {"name": f"Project {number}", "tasks": [{"name": f"Task {n}", "estimate": f"PT{n + 1}H"} for n in range(TASKS)]}
        for number in range(PROJECTS)
    ]
}


class Inlined:
    """A stage whose manifest was applied, and what that took."""

    def __init__(self, stage: Stage, manifest: Mapping[str, Any]) -> None:
        stage.app.state.log.clear()
        self.report = stage.apply(manifest)
        log = list(stage.app.state.log)
        self.writes = [logged for logged in log if logged.method == "POST"]
        first = next(at for at, logged in enumerate(log) if logged.method == "POST")
        self.reads = [logged for logged in log[first:] if logged.method == "GET"]
        self.rest = stage.plan(manifest)[0]

    @property
    def inside(self) -> list[int]:
        """How many tasks went along in each project's create."""
        return [len(json.loads(w.body).get("tasks", ())) for w in self.writes if _is_project(w)]

    @property
    def posted(self) -> int:
        """How many tasks had a request of their own."""
        return sum(not _is_project(write) for write in self.writes) - self.copies

    @property
    def copies(self) -> int:
        """How many copies of a project were asked for."""
        return sum(write.path.endswith("/from-template") for write in self.writes)


def _is_project(logged: LoggedRequest) -> bool:
    return logged.path.endswith("/projects")


def _tasks(stage: Stage) -> Counter[tuple[str, str | None]]:
    """Every task by its name and estimate."""
    return Counter((task["name"], task["estimate"]) for task in stage.snapshot()["tasks"])


def _wanted() -> Counter[tuple[str, str | None]]:
    return Counter({(f"Task {n}", f"PT{n + 1}H"): PROJECTS for n in range(TASKS)})


def test_where_they_are_kept_tasks_cost_no_request_of_their_own_and_are_read_back_in_two_lists() -> None:
    with Stage() as stage:
        run = Inlined(stage, MANIFEST)
        assert run.report.exit_code == 0
        assert run.inside == [TASKS] * PROJECTS
        assert run.posted == 0
        assert len([read for read in run.reads if read.path.endswith("/tasks")]) == 1
        assert len(run.reads) == 2  # the probe's tasks, then all projects
        assert "page-size=1000" in run.reads[1].query, "all tasks of a page are held at once"
        assert _tasks(stage) == _wanted()
        assert run.rest.is_empty


def test_where_they_are_ignored_only_the_probe_carries_any_and_all_are_posted() -> None:
    with Stage(Switches(rate="off", inline_tasks="ignored", from_template="missing")) as stage:
        run = Inlined(stage, MANIFEST)
        assert run.report.exit_code == 0
        assert run.inside == [TASKS, 0, 0, 0]
        assert (run.posted, run.copies) == (PROJECTS * TASKS, 1)
        assert len(run.reads) == 1
        assert _tasks(stage) == _wanted()
        assert run.rest.is_empty


def test_where_the_request_is_refused_for_them_it_is_sent_without_and_never_tried_again() -> None:
    with Stage(Switches(rate="off", inline_tasks="refused")) as stage:
        run = Inlined(stage, MANIFEST)
        assert run.report.exit_code == 0
        assert run.inside == [TASKS] + [0] * PROJECTS
        assert (run.posted, [r for r in run.reads if r.path.endswith("/tasks")]) == (PROJECTS * TASKS, [])
        assert _tasks(stage) == _wanted()
        assert run.rest.is_empty


@pytest.mark.parametrize("hydrated", ["without-done", "unsupported"])
def test_where_a_list_of_projects_does_not_show_all_tasks_each_project_is_asked_itself(hydrated: str) -> None:
    done = {"name": "FinishedJob", "status": "done"}
    manifest = {"projects": [{**project, "tasks": [*project["tasks"], done]} for project in MANIFEST["projects"]]}
    with Stage(Switches(rate="off", hydrated=hydrated)) as stage:
        run = Inlined(stage, manifest)
        assert run.report.exit_code == 0
        assert run.rest.is_empty
        assert Counter(task["status"] for task in stage.snapshot()["tasks"]) == {"ACTIVE": 12, "DONE": 4}
        assert len(stage.snapshot()["tasks"]) == PROJECTS * (TASKS + 1)


class _Forgetful:
    """An application that loses the estimates of tasks that come within their project."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def without() -> Any:
            message = await receive()
            if scope["path"].endswith("/projects") and message.get("body"):
                body = json.loads(message["body"])
                inside = [{"name": task["name"]} for task in body.get("tasks", ())]
                message["body"] = json.dumps({**body, "tasks": inside}).encode()
            return message

        await self.app(scope, without, send)


def test_where_they_lose_a_field_on_the_way_only_the_probe_carries_any_and_gets_it_afterwards() -> None:
    with Stage() as stage:
        stage.use(_Forgetful(stage.app))
        run = Inlined(stage, MANIFEST)
        assert run.report.exit_code == 0
        assert (run.posted, run.copies) == ((PROJECTS - 1) * TASKS, 1)
        assert _tasks(stage) == _wanted()
        assert run.rest.is_empty


def test_more_tasks_than_a_body_should_hold_are_posted() -> None:
    manifest = {
        "projects": [{"name": f"Big {n}", "tasks": [f"Task {t:03}" for t in range(AT_MOST + 5)]} for n in (1, 2)]
    }
    with Stage() as stage:
        run = Inlined(stage, manifest)
        assert run.report.exit_code == 0
        assert run.inside == [AT_MOST, AT_MOST]
        assert run.posted == 10
        assert len(stage.snapshot()["tasks"]) == 2 * (AT_MOST + 5)
        assert run.rest.is_empty


def test_one_project_alone_is_its_own_probe() -> None:
    with Stage() as stage:
        run = Inlined(stage, {"projects": MANIFEST["projects"][:1]})
        assert run.report.exit_code == 0
        assert run.inside == [TASKS]
        assert run.posted == 0
        assert len(run.reads) == 1


def test_a_single_task_is_posted_since_a_probe_would_cost_more() -> None:
    with Stage() as stage:
        run = Inlined(stage, {"projects": [{"name": "Small", "tasks": ["Only"]}]})
        assert run.inside == [0]
        assert run.posted == 1
        assert run.reads == []


class _KilledError(BaseException):
    """The process ends here."""


class _Fatal:
    """An application that kills its client at the first read after it created a number of projects, before they are read back."""

    def __init__(self, app: Any, projects: int) -> None:
        self.app, self.projects = app, projects

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST" and scope["path"].endswith("/projects"):
            self.projects -= 1
        elif scope["method"] == "GET" and self.projects <= 0:
            raise _KilledError
        await self.app(scope, receive, send)


@pytest.mark.parametrize(("inline", "projects"), [("kept", 1), ("kept", PROJECTS), ("ignored", 1)])
def test_a_run_that_is_killed_before_it_read_back_what_went_along_is_finished_by_the_same_approval(
    tmp_path: Path, projects: int, inline: str
) -> None:
    with Stage(Switches(rate="off", inline_tasks=inline)) as stage:
        plan, _ = stage.plan(MANIFEST)
        recorded, approved = Recorded(stage, tmp_path), approve(plan, plan.digest)
        stage.use(_Fatal(stage.app, projects))
        with pytest.raises(_KilledError):
            recorded.apply(approved)
        assert len(stage.snapshot()["projects"]) == projects
        stage.use(stage.app)
        report = recorded.apply(approved)
        assert report.exit_code == 0, report.stopped
        assert _tasks(stage) == _wanted()
        assert len(stage.snapshot()["projects"]) == PROJECTS
        assert stage.plan(MANIFEST)[0].is_empty
        run = next(iter(recorded.runs))
        assert run.is_complete
        assert not run.history.in_doubt


def test_tasks_that_somebody_changed_before_the_run_is_taken_up_are_left_as_they_are(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, _ = stage.plan(MANIFEST)
        recorded, approved = Recorded(stage, tmp_path), approve(plan, plan.digest)
        stage.use(_Fatal(stage.app, PROJECTS))
        with pytest.raises(_KilledError):
            recorded.apply(approved)
        stage.use(stage.app)
        read, *_, unread = (task for task in stage.snapshot()["tasks"] if task["name"] == "Task 1")
        for task in (read, unread):
            path = f"/projects/{task['projectId']}/tasks/{task['id']}"
            stage.call("PUT", path, {"name": "Task 1", "estimate": "PT99H"})
        report = recorded.apply(approved)
        assert report.summary["moved"] == 2
        assert report.exit_code == 3  # nothing but what moved is left
        assert _tasks(stage)[("Task 1", "PT99H")] == 2


class _Renaming:
    """An application in which somebody renames the task `Task 1` of a project right after its create."""

    def __init__(self, stage: Stage, project: str, *, adds: bool = False, deletes: bool = False) -> None:
        self.stage, self.project, self.adds, self.deletes = stage, project, adds, deletes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.stage.app(scope, receive, send)
        if scope["method"] == "POST" and scope["path"].endswith("/projects"):
            store, workspace = self.stage.store, self.stage.workspace.id
            snapshot = store.snapshot(workspace)
            projects = {item["id"] for item in snapshot["projects"] if item["name"] == self.project}
            for task in snapshot["tasks"]:
                if task["projectId"] in projects and task["name"] == "Task 1":
                    thread = threading.Thread(target=self._edit, args=(task,))
                    thread.start()
                    thread.join()

    def _edit(self, task: Mapping[str, Any]) -> None:
        path = f"/projects/{task['projectId']}/tasks"
        if self.deletes:
            self.stage.call("PUT", f"{path}/{task['id']}", {"name": "Task 1", "status": "DONE"})
            self.stage.call("DELETE", f"{path}/{task['id']}")
        else:
            self.stage.call("PUT", f"{path}/{task['id']}", {"name": "Theirs", "estimate": task["estimate"]})
        if self.adds:
            self.stage.call("POST", path, {"name": "Stranger", "estimate": "PT50H"})


@pytest.mark.parametrize("project", ["Project 0", "Project 2"])
@pytest.mark.parametrize("adds", [False, True])
def test_a_task_that_is_renamed_before_it_is_read_back_moved_and_is_not_created_again(
    tmp_path: Path, project: str, *, adds: bool
) -> None:
    with Stage() as stage:
        plan, _ = stage.plan(MANIFEST)
        recorded, approved = Recorded(stage, tmp_path), approve(plan, plan.digest)
        stage.use(_Renaming(stage, project, adds=adds))
        for _ in range(2):  # a second session comes to the same result
            report = recorded.apply(approved)
            moved = [o for o in report.outcomes if o.result is Result.MOVED]
            assert [(str(o.change.address), o.message) for o in moved] == [
                (f"task:{project}/Task 1", "its name is now 'Theirs'")
            ]
            assert len(stage.snapshot()["tasks"]) == PROJECTS * TASKS + adds
            assert _tasks(stage)[("Theirs", "PT2H")] == 1
            stage.use(stage.app)


def test_a_task_that_is_deleted_before_it_is_read_back_is_posted() -> None:
    with Stage() as stage:
        stage.use(_Renaming(stage, "Project 2", deletes=True))
        run = Inlined(stage, MANIFEST)
        assert (run.report.exit_code, run.posted) == (0, 1)
        assert _tasks(stage) == _wanted()


def test_where_they_are_ignored_a_task_of_somebody_else_is_not_taken_for_one_of_them() -> None:
    class Adding:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await stage.app(scope, receive, send)
            if scope["method"] == "POST" and scope["path"].endswith("/projects"):
                thread = threading.Thread(target=self.add)
                thread.start()
                thread.join()

        def add(self) -> None:
            (project,) = stage.snapshot()["projects"]
            for number in range(TASKS):
                stage.call("POST", f"/projects/{project['id']}/tasks", {"name": f"Theirs {number}"})

    names = [f"Task {number}" for number in range(TASKS)]
    with Stage(Switches(rate="off", inline_tasks="ignored")) as stage:
        stage.use(Adding())
        report = stage.apply({"projects": [{"name": "Alone", "tasks": names}]})
        assert report.exit_code == 0
        assert {task["name"] for task in stage.snapshot()["tasks"]} >= set(names)
