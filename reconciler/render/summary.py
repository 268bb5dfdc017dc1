"""The summary of a command for programs: what a webhook or a job summary needs, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reconciler.applying.report import COMPLETED, RunReport
from reconciler.planning import Plan
from reconciler.planning.plan import Change
from reconciler.version import __version__


def command_summary(
    form: str,
    command: str,
    exit_code: int,
    *,
    plan: Plan | None,
    report: RunReport | None,
    messages: Sequence[str] = (),
) -> dict[str, Any]:
    """The summary as plain JSON values. `form`: its format and version. `messages`: of the error that ended the command, the message and the hint."""
    message, hint = [*messages, "", ""][:2]
    return {
        "format": form,
        "tool_version": __version__,
        "command": command,
        "exit_code": exit_code,
        "error": {"message": message, "hint": hint or None} if message else None,
        "plan": _plan(plan) if plan else None,
        "run": _run(report) if report else None,
    }


def _plan(plan: Plan) -> dict[str, Any]:
    target = plan.target
    return {
        "digest": plan.digest,
        "gateway": target.gateway,
        "base_url": target.base_url,
        "workspace": {"id": target.workspace_id or None, "name": target.workspace_name},
        "changes": plan.summary,
        "removals": [_removal(change) for change in plan.changes if change.is_removal],
        "blocked": [
            {"address": str(change.address), "guard": change.blocked.guard, "allow": change.blocked.allow}
            for change in plan.changes
            if change.blocked
        ],
        "warnings": list(plan.warnings),
    }


def _removal(change: Change) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "action": str(change.action),
        "tracked_seconds": change.impact.tracked_seconds,
        "time_entries": change.impact.time_entries,
    }


def _run(report: RunReport) -> dict[str, Any]:
    left = [outcome for outcome in report.outcomes if outcome.result not in COMPLETED]
    return {
        "id": report.run or None,
        "complete": report.is_complete,
        "summary": report.summary,
        "not_done": [
            {"address": str(o.change.address), "result": str(o.result), "message": o.message or None} for o in left
        ],
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "stopped": report.stopped or None,
    }
