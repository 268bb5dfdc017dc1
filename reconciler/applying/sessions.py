"""A recorded run: begun, or taken up where an earlier session of it ended; finished, or left so that the next one can."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.applying.approval import ApprovedPlan
from reconciler.applying.checking import Standing, Verdict, check
from reconciler.applying.execution import PLAIN, Manner
from reconciler.applying.journal import FORMAT, Journal
from reconciler.applying.ledger import NOTHING, Ledger
from reconciler.applying.outcome import Event, RunReport
from reconciler.applying.run import apply
from reconciler.applying.runs import Run, Runs
from reconciler.errors import JournalError
from reconciler.gateway import Writer
from reconciler.live import Reading
from reconciler.version import __version__


@dataclass(frozen=True, slots=True)
class Watch:
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
    watch: Watch,
    *,
    connection: str = "",
    manner: Manner = PLAIN,
) -> RunReport:
    """Carry out an approved plan, with its journal in a folder of `runs`; see `apply` for what it raises, and JournalError.

    A run of the same plan that is not complete is taken up. Where nothing is left to do, nothing is begun.
    """
    plan = approved.plan
    run = runs.of(plan, complete=False)
    ledger = _ledger(run, approved)
    verdicts = check(plan.changes, reading.live, reading.usage, ledger)
    standings = {verdict.standing for verdict in verdicts}
    options: dict[str, Any] = {"ledger": ledger, "manner": manner, "on_event": watch.on_event}
    options |= {"should_stop": watch.should_stop, "clock": watch.clock}
    if run is None and (Standing.READY not in standings or Standing.MOVED in standings):
        before = runs.of(plan, complete=True)
        return replace(apply(approved, writer, reading, **options), run=before.id if before else "")
    who = writer.user() if Standing.READY in standings else {}
    run = run or runs.begin(plan, watch.now())
    journal = run.journal(watch.now)
    try:
        journal.record("session_started", _started(run, approved, who, connection))
        _settle(run, verdicts, journal, approved)
        report = replace(apply(approved, writer, reading, recorder=journal, **options), run=run.id)
        try:
            journal.record("session_ended", _ended(report))
        except JournalError as error:
            report = replace(report, stopped=report.stopped or error.message)  # what was done is told all the same
    finally:
        journal.close()
    return report


def _ledger(run: Run | None, approved: ApprovedPlan) -> Ledger:
    """What the run has written so far. A plan that was made since was computed from what is there now: whatever the run made
    and somebody deleted meanwhile is then meant to be made again, and would else be refused for ever by the same digest.
    """
    if run is None:
        return NOTHING
    seconds = len("2026-01-31T12:00:00")
    is_since = approved.plan.created_at[:seconds] > str(run.lines[-1].get("at", "") if run.lines else "")[:seconds]
    return replace(run.ledger, created={}) if is_since else run.ledger


def _started(run: Run, approved: ApprovedPlan, who: Mapping[str, Any], connection: str) -> dict[str, Any]:
    plan, target = approved.plan, approved.plan.target
    return {
        "format": FORMAT,
        "run": run.id,
        "digest": plan.digest,
        "approved_as": approved.token,
        "user": {"id": who.get("id"), "email": who.get("email")},
        "gateway": target.gateway,
        "base_url": target.base_url,
        "connection": connection or None,
        "workspace": {"id": target.workspace_id, "name": target.workspace_name},
        "tool_version": __version__,
        "pid": os.getpid(),
        "host": socket.gethostname(),
    }


def _settle(run: Run, verdicts: list[Verdict], journal: Journal, approved: ApprovedPlan) -> None:
    """What the fresh reading shows of writes whose outcome nobody knows, before anything else is sent."""
    at = {str(change.address): position for position, change in enumerate(approved.plan.changes)}
    doubtful = [str(address) for address in run.ledger.doubtful]
    for address in dict.fromkeys([*(str(intent["address"]) for intent in run.ledger.in_doubt), *doubtful]):
        if address in at:
            verdict = verdicts[at[address]]
            found = verdict.standing is Standing.ALREADY or bool(verdict.id)
            result = "found" if found else "moved" if verdict.standing is Standing.MOVED else "absent"
            journal.record("settled", {"address": address, "result": result, "id": verdict.id or None})


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
