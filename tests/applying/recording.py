"""Recorded runs on a sandbox in this process, for tests: apply, break off, apply again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconciler.applying import Manner, RunReport, Runs, Watch, apply_recorded, approve
from reconciler.gateway import Writer
from reconciler.live import reread
from reconciler.planning import Plan
from tests.stage import Stage


def recorded(
    stage: Stage, plan: Plan, folder: Path, *, writer: Writer | None = None, most_at_once: int = 1
) -> RunReport:
    """Apply a plan with its journal below `folder`, on a fresh reading."""
    with stage.reader() as reader:
        reading = reread(reader, plan, stage.workspace)
    watch = Watch(stage.time.clock, stage.time.clock, lambda _: None, lambda: False)
    with writer or stage.writer() as client:
        return apply_recorded(
            approve(plan, plan.digest),
            client,
            reading,
            Runs(folder),
            watch,
            connection="conn-1",
            manner=Manner(most_at_once=most_at_once),
        )


def journal_lines(folder: Path) -> list[Mapping[str, Any]]:
    """The lines of the newest run."""
    return list(next(iter(Runs(folder))).lines)
