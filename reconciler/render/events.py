"""The events of an apply as a stream for programs: one JSON object per event, the summary last."""

from __future__ import annotations

from typing import Any

from reconciler.applying.report import ChangeFinished, ChangeStarted, Event, Outcome, Result, RunReport
from reconciler.planning.plan import Targeting
from reconciler.render.targets import targets_to_json

FORMAT = "reconciler.events/1"
"""Keys may be added within a version; the meaning of a key changes only with the version."""

_EVENTS = {
    Result.DONE: "change_done",
    Result.ALREADY: "change_done",
    Result.NOT_ACCEPTED: "change_failed",
    Result.FAILED: "change_failed",
    Result.IN_DOUBT: "change_failed",
    Result.MOVED: "change_failed",
    Result.SKIPPED: "change_skipped",
}
"""The event name of each result; the key `result` distinguishes results that share one."""


def event_to_json(event: Event) -> dict[str, Any] | None:
    """The event as plain JSON values; None for a progress event."""
    if isinstance(event, ChangeStarted):
        change = {"address": str(event.change.address), "kind": event.change.kind, "action": str(event.change.action)}
        return {"format": FORMAT, "event": "change_started", **change, "done": event.done, "total": event.total}
    if isinstance(event, ChangeFinished):
        return {
            "format": FORMAT,
            "event": _EVENTS[event.outcome.result],
            **_outcome(event.outcome),
            "done": event.done,
            "total": event.total,
        }
    return None


def summary_to_json(report: RunReport, targeting: Targeting | None = None) -> dict[str, Any]:
    """The last event of every apply: the counts and the exit code; with `targets` for a plan that has some."""
    return {
        "format": FORMAT,
        "event": "summary",
        "digest": report.digest,
        **targets_to_json(targeting),
        "run": report.run or None,
        "summary": report.summary,
        "complete": report.is_complete,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "stopped": report.stopped or None,
        "interrupted": report.interrupted,
        "unverified": report.unverified or None,
        "left": report.left,
        "exit_code": report.exit_code,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "address": str(outcome.change.address),
        "kind": outcome.change.kind,
        "action": str(outcome.change.action),
        "id": outcome.id or outcome.change.id or None,
        "result": str(outcome.result),
        "message": outcome.message or None,
        "not_accepted": [{"name": f.name, "meant": f.before, "has": f.after} for f in outcome.not_accepted],
        "written": outcome.written,
    }
