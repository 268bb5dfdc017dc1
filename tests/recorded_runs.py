"""Recorded runs on a stage, for tests of quotas, crashes and resuming: the same approval, applied as often as it takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from reconciler.applying import ApplyHooks, ApplyOptions, ApprovedPlan, Event, RunReport, Runs, apply_recorded, approve
from reconciler.gateway import RetryPolicy, open_limiter, open_reader, open_writer
from reconciler.live import reread
from reconciler.planning import Plan
from tests.sandbox_client import Stage

ONE_BY_ONE = ApplyOptions(max_concurrency=1)
"""The fake clock adds up what threads sleep, so only one at a time makes sense of hours."""


class Recorded:
    """A stage with a folder of runs. One limiter paces each session, as in a run of the command."""

    def __init__(self, stage: Stage, folder: Path, *, retry_policy: RetryPolicy | None = None) -> None:
        self.stage, self.runs, self.retry_policy = stage, Runs(folder), retry_policy or RetryPolicy()
        self.events: list[Event] = []

    def apply(
        self,
        approved: ApprovedPlan,
        *,
        options: ApplyOptions = ONE_BY_ONE,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> RunReport:
        """One session: read again what the plan was made from, then carry out what is left of it."""
        stage, time = self.stage, self.stage.time
        paced: dict[str, Any] = {
            "limiter": open_limiter(stage.config, time.gateway_clock),
            "clock": time.gateway_clock,
            "retry_policy": self.retry_policy,
            "on_request": stage.sent.append,
        }
        with open_reader(stage.config, **paced) as reader:
            reading = reread(reader, approved.plan, stage.workspace)
        hooks = ApplyHooks(time.clock, time.clock, self.events.append, should_stop)
        with open_writer(stage.config, **paced) as writer:
            return apply_recorded(approved, writer, reading, self.runs, hooks, connection="conn-1", options=options)


def recorded(stage: Stage, plan: Plan, folder: Path) -> RunReport:
    """One session of a plan that is approved by its digest, with its journal below `folder`."""
    return Recorded(stage, folder).apply(approve(plan, plan.digest))


def journal_lines(folder: Path) -> list[Mapping[str, Any]]:
    """The lines of the newest run's journal, as they stand in the file."""
    return lines_of(next(iter(Runs(folder))).path)


def lines_of(folder: Path) -> list[Mapping[str, Any]]:
    """The lines of the journal in a run's folder that are whole, as JSON values."""
    lines = []
    with suppress(FileNotFoundError):
        for text in (folder / "journal.jsonl").read_bytes().splitlines():
            with suppress(ValueError):
                lines.append(json.loads(text))
    return lines
