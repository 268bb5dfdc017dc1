"""A stage for tests of copies: a manifest of equal projects, and the requests that were sent for them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Result, RunReport, approve
from reconciler.sandbox import LoggedRequest, Switches
from tests.recorded_runs import Recorded
from tests.sandbox_client import Stage, seen

PROJECTS = 4
TASKS: list[Any] = [
    {"name": "Plan", "estimate": "PT2H"},
    {"name": "Build", "billable": False},
    {"name": "Old", "status": "done"},
]
VALUES = {"color": "#112233", "note": "as agreed", "estimate": "PT40H", "hourly_rate": "95.00", "billable": True}
COPYING = "inline_tasks=ignored,from_template=any"


def projects_of(number: int = PROJECTS, **values: Any) -> list[dict[str, Any]]:
    return [{"name": f"Project {n}", **VALUES, "tasks": TASKS, **values} for n in range(number)]


MANIFEST: dict[str, Any] = {"projects": projects_of()}


def stage_of(text: str = COPYING) -> Stage:
    return Stage(Switches.parse(f"rate=off,{text}"))


def copies_of(stage: Stage) -> list[dict[str, Any]]:
    """The bodies of the requests for a copy."""
    return [json.loads(one.body) for one in stage.app.state.log if is_copy(one)]


def is_copy(one: LoggedRequest) -> bool:
    return one.method == "POST" and one.path.endswith("/from-template")


def posts_of(stage: Stage, plural: str) -> int:
    return sum(one.method == "POST" and one.path.endswith(f"/{plural}") for one in stage.app.state.log)


def outcome_of(switches: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a person sees after an apply that changed everything it planned."""
    with stage_of(switches) as stage:
        report = stage.apply(manifest)
        assert [(o.change.address, o.result, o.message) for o in report.outcomes if o.result is not Result.DONE] == []
        assert stage.plan(manifest)[0].is_empty
        return seen(stage.snapshot())


class KilledError(BaseException):
    """The process ends here."""


def finished_after_kill(stage: Stage, app: Any, folder: Path) -> tuple[Recorded, RunReport]:
    """The manifest, applied until `app` ends the process, then by the same approval: the report of the second session."""
    plan, _ = stage.plan(MANIFEST)
    recorded, approved = Recorded(stage, folder), approve(plan, plan.digest)
    stage.use(app)
    with pytest.raises(KilledError):
        recorded.apply(approved)
    stage.use(stage.app)
    return recorded, recorded.apply(approved)


class Meddling:
    """An application before which somebody does something, in a request of their own, when a copy with this number is asked for, or
    another request of this method and end of its path.
    """

    def __init__(
        self,
        stage: Stage,
        at: int,
        meddle: Callable[[Stage, str], None],
        method: str = "POST",
        end: str = "/from-template",
    ) -> None:
        self.stage, self.at, self.meddle, self.method, self.end = stage, at, meddle, method, end

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == self.method and scope["path"].endswith(self.end):
            self.at -= 1
            if self.at == -1:
                first = next(p["id"] for p in self.stage.snapshot()["projects"] if p["name"] == "Project 0")
                thread = threading.Thread(target=self.meddle, args=(self.stage, first))
                thread.start()
                thread.join()
        await self.stage.app(scope, receive, send)
