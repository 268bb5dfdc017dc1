"""Time entry records: new ones, their duration, and the end of a running one."""

from __future__ import annotations

from datetime import datetime

from reconciler.sandbox.errors import domain
from reconciler.sandbox.instants import iso_duration, iso_instant, parse_instant
from reconciler.sandbox.store import Store
from reconciler.sandbox.tables import Record


def finish(store: Store, entry: Record, end: datetime) -> Record:
    """End a running entry and store it; rejects an end before its start."""
    start = entry["timeInterval"]["start"]
    seconds = int((end - datetime.fromisoformat(start)).total_seconds())
    if seconds < 0:
        raise domain("entry.order")
    entry["timeInterval"] = {"start": start, "end": iso_instant(end), "duration": iso_duration(seconds)}
    store.save_entry(entry, seconds)
    return entry


def new_entry(store: Store, workspace: str, user: str, start: datetime, end: datetime | None, **more: object) -> Record:
    """Store a new time entry; `more` are its other keys, as in responses."""
    entry: Record = blank_entry(store.new_id(), workspace, user, start, end) | more
    store.save_entry(entry, seconds_of(entry))
    return entry


def seconds_of(entry: Record) -> int:
    """The duration of an entry in seconds; 0 while it runs."""
    start, end = (parse_instant(entry["timeInterval"][key] or "") for key in ("start", "end"))
    return int((end - start).total_seconds()) if start and end else 0


def blank_entry(entry_id: str, workspace: str, user: str, start: datetime, end: datetime | None) -> Record:
    """An entry with only a user and an interval."""
    interval = {
        "start": iso_instant(start),
        "end": iso_instant(end) if end else None,
        "duration": iso_duration(int((end - start).total_seconds())) if end else None,
    }
    return {
        "id": entry_id,
        "description": "",
        "tagIds": None,
        "userId": user,
        "billable": False,
        "taskId": None,
        "projectId": None,
        "workspaceId": workspace,
        "timeInterval": interval,
        "customFieldValues": [],
        "type": "REGULAR",
        "kioskId": None,
        "hourlyRate": None,
        "costRate": None,
        "isLocked": False,
    }
