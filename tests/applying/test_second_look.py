"""When a run looks at the workspace again afterwards, and when it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.applying import ApplyHooks, RunReport, Runs, apply_recorded, approve
from reconciler.live import Reading, reread
from reconciler.sandbox import Fault, Switches, create_app
from tests.recorded_runs import ONE_BY_ONE
from tests.sandbox_client import Stage


def _looked_again(
    stage: Stage, folder: Path, should_stop: Callable[[], bool], fault: Fault | None = None
) -> tuple[RunReport, int]:
    """The report of a recorded run that creates two tags, and how often it read the workspace afterwards."""
    plan, looks = stage.plan({"tags": ["one", "two"]})[0], []

    def look() -> Reading:
        looks.append(plan)
        with stage.reader() as reader:
            return reread(reader, plan, stage.workspace)

    faults = (lambda incoming: fault if incoming.method == "POST" else None) if fault else None
    stage.use(create_app(stage.store, Switches(rate="off"), faults=faults))
    with stage.reader() as reader:
        reading = reread(reader, plan, stage.workspace)
    hooks = ApplyHooks(stage.time.clock, stage.time.clock, lambda _: None, should_stop)
    with stage.writer() as writer:
        approved, runs = approve(plan, plan.digest), Runs(folder)
        report = apply_recorded(approved, writer, reading, runs, hooks, options=ONE_BY_ONE, reading_again=look)
    return report, len(looks)


def test_a_run_that_did_something_looks_once(tmp_path: Path) -> None:
    with Stage() as stage:
        report, looks = _looked_again(stage, tmp_path, lambda: False)
    assert (report.summary["done"], report.unverified, looks) == (2, "", 1)


@pytest.mark.parametrize("allowed", [0, 2])
def test_a_run_that_is_stopped_sends_nothing_more_to_look_again(tmp_path: Path, allowed: int) -> None:
    answers = iter([False] * allowed)
    with Stage() as stage:
        report, looks = _looked_again(stage, tmp_path, lambda: next(answers, True))
    assert report.interrupted
    assert (report.summary["done"] > 0, looks) == (allowed > 0, 0)


def test_a_run_that_did_nothing_has_nothing_to_look_at(tmp_path: Path) -> None:
    with Stage() as stage:
        report, looks = _looked_again(stage, tmp_path, lambda: False, Fault.DROP_BEFORE)
    assert (report.interrupted, report.summary.get("done", 0), looks) == (False, 0, 0)
