"""Copies that the service refuses, that fail, or at which the process ends: the end state is the same."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import ApplyOptions, Result, approve
from tests.applying.writes.copying import (
    COPYING,
    MANIFEST,
    PROJECTS,
    TASKS,
    KilledError,
    copies_of,
    finished_after_kill,
    outcome_of,
    posts_of,
    projects_of,
    stage_of,
)
from tests.recorded_runs import Recorded
from tests.sandbox_client import Stage, seen


class _Failing:
    """An application that answers this status to every request for a copy, which it does not pass on."""

    def __init__(self, stage: Stage, status: int) -> None:
        self.stage, self.status, self.asked = stage, status, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST" and scope["path"].endswith("/from-template"):
            self.asked += 1
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": self.status, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.stage.app(scope, receive, send)


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405, 410, 422])
def test_a_refusal_in_any_form_leads_to_usual_creates(status: int) -> None:
    with stage_of() as stage:
        failing = _Failing(stage, status)
        stage.use(failing)
        assert stage.apply(MANIFEST).exit_code == 0
        assert failing.asked == 1
        assert stage.plan(MANIFEST)[0].is_empty


def test_after_a_rejected_key_no_usual_create_is_tried(tmp_path: Path) -> None:
    with stage_of() as stage:
        plan, _ = stage.plan(MANIFEST)
        stage.use(_Failing(stage, 401))
        report = Recorded(stage, tmp_path).apply(approve(plan, plan.digest))
        assert report.exit_code == 4
        assert [p["name"] for p in stage.snapshot()["projects"]] == ["Project 0"]


@pytest.mark.parametrize("status", [500, 501, 409])
def test_where_every_copy_fails_one_project_is_lost_to_it_and_the_next_apply_creates_it(
    tmp_path: Path, status: int
) -> None:
    with stage_of() as stage:
        plan, _ = stage.plan(MANIFEST)
        recorded, approved = Recorded(stage, tmp_path), approve(plan, plan.digest)
        stage.use(_Failing(stage, status))
        report = recorded.apply(approved)
        failed = [str(o.change.address) for o in report.outcomes if o.result is Result.FAILED]
        assert (report.exit_code, failed) == (4, ["project:Project 1"])
        assert {p["name"] for p in stage.snapshot()["projects"]} == {"Project 0", "Project 2", "Project 3"}
        stage.use(stage.app)
        assert recorded.apply(approved).exit_code == 0
        assert stage.plan(MANIFEST)[0].is_empty


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(PROJECTS - 1))
def test_a_run_that_is_killed_at_a_copy_is_finished_by_the_same_approval(
    tmp_path: Path, at: int, *, after: bool
) -> None:
    class Fatal:
        left = at

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            is_copy = scope["method"] == "POST" and scope["path"].endswith("/from-template")
            self.left -= is_copy
            if is_copy and self.left < 0:
                if after:
                    await stage.app(scope, receive, lambda _: _nothing())
                raise KilledError
            await stage.app(scope, receive, send)

    async def _nothing() -> None:
        pass

    with stage_of() as stage:
        recorded, report = finished_after_kill(stage, Fatal(), tmp_path)
        assert report.exit_code == 0, report.stopped
        assert seen(stage.snapshot()) == outcome_of("inline_tasks=kept", MANIFEST)
        run = next(iter(recorded.runs))
        assert run.is_complete
        assert not run.history.in_doubt


def test_a_project_whose_first_one_failed_is_created_as_usual() -> None:
    class Refusing:
        asked = False

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["method"] == "POST" and scope["path"].endswith("/tasks") and not self.asked:
                self.asked = True
                await send({"type": "http.response.start", "status": 400, "headers": []})
                await send({"type": "http.response.body", "body": b'{"message": "no", "code": 501}'})
            else:
                await stage.app(scope, receive, send)

    with stage_of() as stage:
        stage.use(Refusing())
        report = stage.apply(MANIFEST)
        assert [o.result for o in report.outcomes if o.result is not Result.DONE] == [Result.FAILED]
        assert copies_of(stage) == []
        assert posts_of(stage, "tasks") == PROJECTS * len(TASKS) - 1


class _Losing:
    """An application whose answer to the copy with this number is lost in some way."""

    def __init__(self, stage: Stage, at: int, how: str) -> None:
        self.stage, self.left, self.how = stage, at, how

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_copy = scope["method"] == "POST" and scope["path"].endswith("/from-template")
        self.left -= is_copy
        if not is_copy or self.left != -1:
            await self.stage.app(scope, receive, send)
            return

        async def unanswered(_: Any) -> None:
            pass

        await self.stage.app(scope, receive, unanswered)
        if self.how == "killed":
            raise KilledError
        if self.how == "dropped":
            raise OSError("gone")
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize("how", ["dropped", "error", "killed"])
@pytest.mark.parametrize(("at", "copied"), [(0, "all"), (0, "tasks"), (0, "nothing"), (1, "all"), (1, "tasks")])
def test_a_copy_whose_answer_is_lost_is_recognised_whatever_it_lacks(
    tmp_path: Path, at: int, copied: str, how: str
) -> None:
    manifest = {"projects": projects_of(billable=False, tasks=[*TASKS, "More", "Even more"])}
    with stage_of(f"{COPYING},template_copies={copied}") as stage:
        plan, _ = stage.plan(manifest)
        recorded, approved = Recorded(stage, tmp_path), approve(plan, plan.digest)
        stage.use(_Losing(stage, at, how))
        if how == "killed":
            with pytest.raises(KilledError):
                recorded.apply(approved)
        assert recorded.apply(approved).exit_code == 0
        assert seen(stage.snapshot()) == outcome_of("inline_tasks=kept", manifest)


@pytest.mark.parametrize("at_once", [1, 2, 16])
@pytest.mark.parametrize("inline", ["kept", "ignored"])
def test_a_refused_project_keeps_no_other_one_waiting(tmp_path: Path, inline: str, at_once: int) -> None:
    """Its name is taken meanwhile; what was sent with its tasks before that is no template of those that come after it."""
    tasks = [f"Task {n}" for n in range(6)]
    manifest = {"projects": [{"name": "Alpha", "tasks": ["a", "b"]}, *projects_of(5, tasks=tasks)]}

    class Taking:
        left = 2

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["method"] == "POST" and scope["path"].endswith("/projects"):
                self.left -= 1
                if not self.left:
                    body = {"name": "Project 1", "note": "theirs"}
                    thread = threading.Thread(target=stage.call, args=("POST", "/projects", body))
                    thread.start()
                    thread.join()
            await stage.app(scope, receive, send)

    with stage_of(f"inline_tasks={inline},from_template=any") as stage:
        plan, _ = stage.plan(manifest)
        stage.use(Taking())
        report = Recorded(stage, tmp_path).apply(
            approve(plan, plan.digest), options=ApplyOptions(max_concurrency=at_once)
        )
        undone = {str(o.change.address): o.message for o in report.outcomes if o.result is not Result.DONE}
        assert [address for address in undone if address.startswith("project:")] == ["project:Project 1"]
        assert len(undone) == 1 + len(tasks)
        assert not any("ended first" in message for message in undone.values())


@pytest.mark.parametrize("inline", ["kept", "refused"])
def test_tasks_of_a_project_that_somebody_else_created_first_are_left_as_they_are(inline: str) -> None:
    class Taking:
        left = 2

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["method"] == "POST" and scope["path"].endswith(("/projects", "/from-template")):
                self.left -= 1
                if not self.left:
                    thread = threading.Thread(target=self.take)
                    thread.start()
                    thread.join()
            await stage.app(scope, receive, send)

        def take(self) -> None:
            for number in range(PROJECTS):
                if not any(p["name"] == f"Project {number}" for p in stage.snapshot()["projects"]):
                    made = stage.call("POST", "/projects", {"name": f"Project {number}"})
                    stage.call("POST", f"/projects/{made['id']}/tasks", {"name": "Plan", "estimate": "PT99H"})

    with stage_of(f"inline_tasks={inline},from_template=any") as stage:
        stage.use(Taking())
        report = stage.apply({"projects": [{"name": p["name"], "tasks": p["tasks"]} for p in projects_of()]})
        failed = {str(o.change.address) for o in report.outcomes if o.result is Result.FAILED}
        theirs = [t for t in stage.snapshot()["tasks"] if t["estimate"] == "PT99H"]
        assert len(theirs) == len(failed) >= PROJECTS - 1
        assert {address.rpartition("/")[2] for address in failed} == {"Plan"}
