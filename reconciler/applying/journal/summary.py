"""What the journal of a run says, put together: who applied what, how each change ended, and every write with what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from reconciler.applying.journal.history import is_about
from reconciler.applying.journal.runs import Run

FORMAT = "reconciler.run/1"
LIST_FORMAT = "reconciler.runs/1"


class Status(StrEnum):
    """How a run stands."""

    COMPLETE = "complete"
    IN_PART = "in_part"
    """Its last session ended before every change was as meant."""
    CUT_SHORT = "cut_short"
    """Its last session has no end: it was killed, or is still at work."""


def status_of(run: Run) -> Status:
    """How a run stands, by its journal."""
    if run.is_complete:
        return Status.COMPLETE
    return Status.CUT_SHORT if run.end is None else Status.IN_PART


def run_to_json(run: Run) -> dict[str, Any]:
    """Everything that is recorded of a run, as plain JSON values. Raises JournalError where it cannot be read."""
    changes, writes = list(_changes(run.lines)), writes_of(run.lines)
    return {
        "format": FORMAT,
        **_head(run, changes, writes),
        "sessions": list(_sessions(run.lines)),
        "changes": changes,
        "writes": writes,
        "damaged_lines": run.damaged,
    }


def runs_to_json(runs: Iterable[Run]) -> dict[str, Any]:
    """A line for each run, newest first."""
    return {"format": LIST_FORMAT, "runs": [_head(run, _changes(run.lines), writes_of(run.lines)) for run in runs]}


def writes_of(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every intent with its outcome, in the order in which they left. `result` is `in_doubt` where nothing tells it."""
    writes: dict[int, dict[str, Any]] = {}
    for line in lines:
        if line["event"] == "intent":
            facts = {key: value for key, value in line.items() if key != "event"}
            writes[line["n"]] = {**facts, "result": "in_doubt"}
        elif line["event"] == "outcome" and line["n"] in writes:
            facts = {key: value for key, value in line.items() if key not in ("event", "at", "n", "address", "id")}
            write = writes[line["n"]]
            write |= {**facts, "ended_at": line["at"], "id": line.get("id") or write["id"]}
            if write["result"] == "unknown":
                write["result"] = "in_doubt"
        elif line["event"] == "settled":
            _resolve(writes, line)
    return list(writes.values())


def _resolve(writes: Mapping[int, dict[str, Any]], line: Mapping[str, Any]) -> None:
    """A look at the workspace decides what became of writes in doubt."""
    for write in writes.values():
        if is_about(line, write) and write["result"] == "in_doubt":
            write["result"] = {"found": "done", "gone": "done", "absent": "not_done"}.get(line["result"], "in_doubt")
            write["settled_as"] = line["result"]
            write["id"] = line.get("id") or write["id"]


def _head(run: Run, changes: Iterable[Mapping[str, Any]], writes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    sessions = run.sessions
    first = sessions[0] if sessions else {}
    last_ends = [line for line in run.lines if line["event"] == "session_ended"]
    return {
        "run": run.id,
        "status": str(status_of(run)),
        "digest": first.get("digest"),
        "started_at": first.get("at"),
        "ended_at": last_ends[-1]["at"] if last_ends else None,
        "workspace": first.get("workspace"),
        "user": first.get("user"),
        "gateway": first.get("gateway"),
        "connection": first.get("connection"),
        "summary": dict(Counter(change["result"] for change in changes)),
        "in_doubt": sum(1 for write in writes if write["result"] == "in_doubt"),
    }


def _sessions(lines: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    session: dict[str, Any] | None = None
    for line in lines:
        facts = {key: value for key, value in line.items() if key not in ("event", "at")}
        if line["event"] == "session_started":
            if session is not None:
                yield session
            session = {"started_at": line["at"], **facts, "ended_at": None}
        elif line["event"] == "session_ended" and session is not None:
            session |= {"ended_at": line["at"], **facts}
    if session is not None:
        yield session


def _changes(lines: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """How each change stands: its last result; what a later session found as meant was done before."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        if line["event"] == "change":
            facts = {key: value for key, value in line.items() if key not in ("event", "at")}
            key = (line["address"], line["action"])
            before = last.get(key)
            if before is not None and before["result"] == "done" and facts["result"] == "already":
                facts["result"] = "done"
            last[key] = facts
    return last.values()
