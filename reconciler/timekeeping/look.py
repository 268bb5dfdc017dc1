"""Looks for time entries in the workspace: those nearby, those that equal another, and what became of a write without an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from reconciler.applying.journal.events import Resolution
from reconciler.errors import ApiError
from reconciler.gateway import Reader
from reconciler.timekeeping.entries import TimeEntry, entry_of, iso_utc

MARGIN: Final = timedelta(days=2)
"""Added to both ends of every range that is requested: the service reads its digits in the account's zone, and by the start alone.
What lies outside the range is left out here, by its instant."""
LOOKS: Final = 3
_GONE: Final = frozenset({400, 404})


class Step(StrEnum):
    """The request of a time run."""

    CREATE = "create"
    UPDATE = "update"
    STOP = "stop"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class TimeWrite:
    """One write of a time entry, complete before anything is sent.

    `wanted`: the entry as it is meant to be, None for a delete. `before`: as it was read, None for a create. `existed`: ids of
    entries with the same start, project and description before a create. `is_own`: the entry is the caller's. `undoes`: the run
    that it reverses, or "".
    """

    action: str
    step: Step
    wanted: TimeEntry | None = None
    before: TimeEntry | None = None
    existed: tuple[str, ...] = ()
    is_own: bool = True
    undoes: str = ""

    @property
    def subject(self) -> TimeEntry:
        """The entry that it is about."""
        entry = self.wanted or self.before
        if entry is None:
            raise ValueError("a time write has an entry before or after it")
        return entry


def fetch_entry(reader: Reader, workspace_id: str, entry_id: str) -> TimeEntry | None:
    """An entry by its id; None where the service does not have it, which alone does not prove a deletion."""
    try:
        return entry_of(reader.time_entry(workspace_id, entry_id))
    except ApiError as error:
        if error.status in _GONE:
            return None
        raise


def entries_between(
    reader: Reader, workspace_id: str, user_id: str, start: datetime, end: datetime
) -> Iterator[TimeEntry]:
    """A user's entries that begin from `start` up to `end`, and up to two days around that; newest first."""
    bounds = {"start": iso_utc(_moved(start, -MARGIN)), "end": iso_utc(_moved(end, MARGIN))}
    return map(entry_of, reader.iterate_time_entries(workspace_id, user_id, **bounds))


def running_of(reader: Reader, workspace_id: str, user_id: str) -> tuple[TimeEntry, ...]:
    """A user's running timers."""
    found = map(entry_of, reader.running_entries_of(workspace_id, user_id))
    return tuple(entry for entry in found if entry.user_id == user_id)


def nearby_entries(reader: Reader, workspace_id: str, entry: TimeEntry, now: datetime) -> tuple[TimeEntry, ...]:
    """The entries of the same person that may share time with this one, running timers included."""
    around = entries_between(reader, workspace_id, entry.user_id, entry.start, entry.end or max(now, entry.start))
    running = running_of(reader, workspace_id, entry.user_id)
    return tuple({other.id: other for other in (*around, *running)}.values())


def is_alike(entry: TimeEntry, other: TimeEntry) -> bool:
    """Whether two entries have the same person, start, project and description."""
    key = (entry.user_id, entry.start, entry.project_id, entry.description)
    return key == (other.user_id, other.start, other.project_id, other.description)


def look(reader: Reader, workspace_id: str, write: TimeWrite) -> tuple[Resolution, TimeEntry | None]:
    """What a look shows of a write without an answer, and the entry where it is there."""
    if write.step is Step.CREATE:
        return _look_for_created(reader, workspace_id, write)
    current = fetch_entry(reader, workspace_id, write.subject.id)
    if write.step is Step.DELETE:
        if current is not None:
            return Resolution.ABSENT, current
        day = write.subject.start
        listed = entries_between(reader, workspace_id, write.subject.user_id, day, day)
        is_listed = any(entry.id == write.subject.id for entry in listed)
        return (Resolution.MOVED if is_listed else Resolution.GONE), None
    if current is None or write.wanted is None or write.before is None:
        return Resolution.MOVED, None
    if not current.differences(write.wanted):
        return Resolution.FOUND, current
    return (Resolution.MOVED if current.differences(write.before) else Resolution.ABSENT), current


def _look_for_created(reader: Reader, workspace_id: str, write: TimeWrite) -> tuple[Resolution, TimeEntry | None]:
    wanted = write.subject
    near = nearby_entries(reader, workspace_id, wanted, wanted.start)
    matches = [entry for entry in near if is_alike(entry, wanted) and entry.id not in write.existed]
    if not matches:
        return Resolution.ABSENT, None
    return (Resolution.FOUND, matches[0]) if len(matches) == 1 else (Resolution.MOVED, None)


def _moved(moment: datetime, by: timedelta) -> datetime:
    """A moment earlier or later, within the calendar."""
    try:
        return moment + by
    except OverflowError:
        return moment
