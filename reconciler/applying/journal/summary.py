"""Runs as plain JSON values: who applied what, how each change ended, and every write with what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from reconciler.applying.journal.events import JournalEvent
from reconciler.applying.journal.history import IN_DOUBT, History, RecordedSession, Write
from reconciler.applying.journal.run import Run
from reconciler.applying.report import Result
from reconciler.model import Address

FORMAT = "reconciler.run/1"
LIST_FORMAT = "reconciler.runs/1"


class Status(StrEnum):
    """How a run stands."""

    COMPLETE = "complete"
    IN_PART = "in_part"
    """Its last session ended with changes left to do."""
    CHANGED = "changed"
    """Its record was changed after it was written: nothing rests on it."""
    CUT_SHORT = "cut_short"
    """Its last session has no end: it was killed, or is still at work."""


def status_of(history: History) -> Status:
    """How a run stands, by its journal."""
    if history.is_complete:
        return Status.COMPLETE
    return Status.CUT_SHORT if history.end is None else Status.IN_PART


def run_to_json(run: Run) -> dict[str, Any]:
    """Everything that is recorded of a run. Raises JournalError where the journal cannot be read."""
    history = run.history
    return {
        "format": FORMAT,
        **_head(run),
        "sessions": [_session_to_json(session) for session in history.sessions],
        "changes": _changes(history),
        "writes": [_write_to_json(write) for write in history.writes],
        "damaged_lines": history.damaged,
        **({"problem": run.problem} if run.problem else {}),
    }


def runs_to_json(runs: Iterable[Run]) -> dict[str, Any]:
    """An entry for each run, newest first."""
    return {"format": LIST_FORMAT, "runs": [_head(run) for run in runs]}


def _head(run: Run) -> dict[str, Any]:
    history = run.history
    first = history.sessions[0].started if history.sessions else None
    return {
        "run": run.id,
        "status": str(Status.CHANGED if run.problem else status_of(history)),
        "digest": first.digest if first else None,
        "started_at": first.at if first else None,
        "ended_at": history.ended_at,
        "workspace": first.workspace if first else None,
        **_created_workspace(history),
        "user": first.user if first else None,
        "gateway": first.gateway if first else None,
        "connection": first.connection if first else None,
        "summary": dict(Counter(str(change["result"]) for change in _changes(history))),
        "in_doubt": sum(write.result == IN_DOUBT for write in history.writes),
    }


def _created_workspace(history: History) -> dict[str, Any]:
    """The workspace that the run created, or may have: then its id is null. Nothing of a run that created none."""
    if history.workspace is None:
        return {}
    name = history.sessions[0].started.workspace.get("name") if history.sessions else None
    return {"created_workspace": {"id": history.workspace or None, "name": name}}


def _changes(history: History) -> list[dict[str, Any]]:
    """Every change of a run, that of its workspace first."""
    return [*_workspace_change(history), *map(_facts, history.changes)]


def _workspace_change(history: History) -> list[dict[str, Any]]:
    """The create of the workspace, the first change of a run that created one; as other changes are."""
    if history.workspace is None:
        return []
    name = history.sessions[0].started.workspace.get("name") if history.sessions else None
    result = Result.DONE if history.workspace else Result.IN_DOUBT
    address = Address("workspace", (str(name or "?"),))
    return [{"address": str(address), "action": "create", "result": str(result), "id": history.workspace}]


def _session_to_json(session: RecordedSession) -> dict[str, Any]:
    ended = {"ended_at": session.ended.at, **_facts(session.ended)} if session.ended else {"ended_at": None}
    return {"started_at": session.started.at, **_facts(session.started), **ended}


def _write_to_json(write: Write) -> dict[str, Any]:
    """The intent, then its outcome, then what a look showed; `result` and `id` are what all of them come to."""
    line = {"at": write.intent.at, **_facts(write.intent), "result": write.result}
    if write.outcome is not None:
        facts = _facts(write.outcome)
        line |= {key: value for key, value in facts.items() if key not in ("n", "address", "result", "id")}
        line["ended_at"] = write.outcome.at
    if write.resolved is not None:
        line["settled_as"] = str(write.resolved.result)
    return {**line, "id": write.id}


def _facts(event: JournalEvent) -> dict[str, Any]:
    return {key: value for key, value in event.to_json().items() if key not in ("event", "at")}
