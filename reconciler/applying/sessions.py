"""A recorded run: begun, or taken up where an earlier session of it ended; finished, or left so that the next one can."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.applying.apply import apply
from reconciler.applying.approve import ApprovedPlan
from reconciler.applying.executor.executor import DEFAULT_OPTIONS, ApplyOptions
from reconciler.applying.journal.history import EMPTY_HISTORY, History
from reconciler.applying.journal.runs import Run, Runs
from reconciler.applying.journal.writer import FORMAT, Journal
from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.applying.recovery import resolutions
from reconciler.applying.report import ChangeFinished, Event, Result, RunReport
from reconciler.applying.verify import verify
from reconciler.errors import JournalError, ReconcilerError
from reconciler.gateway import Writer
from reconciler.live import Reading
from reconciler.planning.plan import Plan
from reconciler.version import __version__


@dataclass(frozen=True, slots=True)
class ApplyHooks:
    """Time, and whoever watches a run: `now` is Unix time, `clock` monotonic, both in seconds."""

    now: Callable[[], float]
    clock: Callable[[], float]
    on_event: Callable[[Event], None]
    should_stop: Callable[[], bool]


def apply_recorded(
    approved: ApprovedPlan,
    writer: Writer,
    reading: Reading,
    runs: Runs,
    hooks: ApplyHooks,
    *,
    connection: str = "",
    options: ApplyOptions = DEFAULT_OPTIONS,
    reading_again: Callable[[], Reading] | None = None,
) -> RunReport:
    """Carry out an approved plan, with its journal in a folder of `runs`; see `apply` for what it raises, and JournalError.

    A run of the same plan that is not complete is taken up. Where nothing is left to do, nothing is begun. `reading_again` reads the
    workspace once more, to look for every change that counts as done.
    """
    plan = approved.plan
    run = runs.of(plan, complete=False)
    history = _history(run, plan)
    preconditions = evaluate_preconditions(plan.changes, reading.live, reading.usage, history)
    statuses = {precondition.status for precondition in preconditions}
    arguments: dict[str, Any] = {
        "history": history,
        "preconditions": preconditions,
        "options": options,
        "on_event": hooks.on_event,
    }
    arguments |= {"should_stop": hooks.should_stop, "clock": hooks.clock}
    # A protection that the plan takes away is gone only once that is on record.
    idle = PreconditionStatus.READY not in statuses and not plan.withdrawn
    if run is None and (idle or PreconditionStatus.MOVED in statuses):
        before = runs.of(plan, complete=True)
        return replace(apply(approved, writer, reading, **arguments), run=before.id if before else "")
    who = writer.user() if PreconditionStatus.READY in statuses else {}
    run = run or runs.begin(plan, hooks.now())
    with run.journal(hooks.now) as journal:
        journal.record("session_started", _started(run, plan, approved.token, who, connection))
        for facts in resolutions(history, plan.changes, preconditions, reading.live):
            journal.record("settled", facts)
        report = replace(apply(approved, writer, reading, journal=journal, **arguments), run=run.id)
        if reading_again is not None:
            report = _verify_again(report, reading_again, journal, hooks)
        try:
            journal.record("session_ended", _ended(report))
        except JournalError as error:
            report = replace(report, stopped=report.stopped or error.message)  # what was done is told all the same
    return report


def _verify_again(
    report: RunReport, reading_again: Callable[[], Reading], journal: Journal, hooks: ApplyHooks
) -> RunReport:
    """The report after a second look; what was done stays told, also where the look fails."""
    if report.interrupted or not any(outcome.result is Result.DONE for outcome in report.outcomes):
        return report
    try:
        again = verify(report, reading_again())
        for before, after in zip(report.outcomes, again.outcomes, strict=True):
            if after != before:
                journal.record("change", after.facts())
                hooks.on_event(ChangeFinished(after, len(again.outcomes), len(again.outcomes)))
    except ReconcilerError as error:
        return replace(report, unverified=error.message)
    return again


def _history(run: Run | None, plan: Plan) -> History:
    """What the run has written so far. A plan that was made since was computed from what is there now: whatever the run made
    and somebody deleted meanwhile is then meant to be made again, and would else be refused for ever by the same digest.
    """
    if run is None:
        return EMPTY_HISTORY
    seconds = len("2026-01-31T12:00:00")
    is_since = plan.created_at[:seconds] > str(run.lines[-1].get("at", "") if run.lines else "")[:seconds]
    return replace(run.history, created={}) if is_since else run.history


def record_policy(plan: Plan, runs: Runs, now: Callable[[], float]) -> None:
    """Keep the policy of a plan that has nothing to do, where it protects more than the one that was applied last.

    Later plans may take that away only by themselves. Raises JournalError.
    """
    before = runs.last_policy(plan.target.workspace_id).get("protect", ())
    if not set(plan.policy.protect) - set(before):
        return
    run = runs.begin(plan, now())
    with run.journal(now) as journal:
        journal.record("session_started", _started(run, plan, "", {}, ""))
        journal.record("session_ended", _ended(RunReport(plan.digest, ())))


def _started(run: Run, plan: Plan, token: str, who: Mapping[str, Any], connection: str) -> dict[str, Any]:
    target = plan.target
    return {
        "format": FORMAT,
        "run": run.id,
        "digest": plan.digest,
        "approved_as": token or None,
        "user": {"id": who.get("id"), "email": who.get("email")},
        "gateway": target.gateway,
        "base_url": target.base_url,
        "connection": connection or None,
        "workspace": {"id": target.workspace_id, "name": target.workspace_name},
        "tool_version": __version__,
        "pid": os.getpid(),
        "host": socket.gethostname(),
    }


def _ended(report: RunReport) -> dict[str, Any]:
    return {
        "summary": report.summary,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "stopped": report.stopped or None,
        "interrupted": report.interrupted,
        "exit_code": report.exit_code,
        "complete": report.is_complete,
    }
