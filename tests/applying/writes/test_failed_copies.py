"""Copies that the service refuses, that fail, or at which the process ends: the end state is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Result, approve
from tests.applying.writes.copying import (
    MANIFEST,
    PROJECTS,
    TASKS,
    copies_of,
    outcome_of,
    posts_of,
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


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405])
def test_a_refusal_in_any_form_leads_to_usual_creates(status: int) -> None:
    with stage_of() as stage:
        failing = _Failing(stage, status)
        stage.use(failing)
        assert stage.apply(MANIFEST).exit_code == 0
        assert failing.asked == 1
        assert stage.plan(MANIFEST)[0].is_empty


def test_where_every_copy_fails_one_project_is_lost_to_it_and_the_next_apply_creates_it(tmp_path: Path) -> None:
    with stage_of() as stage:
        plan, _ = stage.plan(MANIFEST)
        recorded, approved = Recorded(stage, tmp_path), approve(plan, plan.digest)
        stage.use(_Failing(stage, 500))
        report = recorded.apply(approved)
        failed = [str(o.change.address) for o in report.outcomes if o.result is Result.FAILED]
        assert (report.exit_code, failed) == (4, ["project:Project 1"])
        assert {p["name"] for p in stage.snapshot()["projects"]} == {"Project 0", "Project 2", "Project 3"}
        stage.use(stage.app)
        assert recorded.apply(approved).exit_code == 0
        assert stage.plan(MANIFEST)[0].is_empty


class _KilledError(BaseException):
    """The process ends here."""


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
                raise _KilledError
            await stage.app(scope, receive, send)

    async def _nothing() -> None:
        pass

    with stage_of() as stage:
        plan, _ = stage.plan(MANIFEST)
        recorded, approved = Recorded(stage, tmp_path), approve(plan, plan.digest)
        stage.use(Fatal())
        with pytest.raises(_KilledError):
            recorded.apply(approved)
        stage.use(stage.app)
        report = recorded.apply(approved)
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
