"""Lists of time entries with their names, filtered by instant, and their totals per project and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.gateway import Reader
from reconciler.kinds.durations import duration_of
from reconciler.timekeeping.entries import TimeEntry, entry_of, iso_utc
from reconciler.timekeeping.labels import Labeller, Labels
from reconciler.timekeeping.look import MARGIN
from reconciler.timekeeping.times import Moment
from reconciler.timekeeping.zones import local_day, local_time
from reconciler.value_types import Wire


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A time entry with the names that people know it by."""

    entry: TimeEntry
    labels: Labels

    def to_json(self, moment: Moment) -> dict[str, Any]:
        """The entry as plain JSON values, with the instants in UTC and in the zone; durations up to now while it runs."""
        entry, labels = self.entry, self.labels
        seconds = int(entry.duration(moment.now).total_seconds())
        return {
            "id": entry.id,
            "user": labels.user,
            "user_id": entry.user_id,
            "start": iso_utc(entry.start),
            "end": entry.end and iso_utc(entry.end),
            "start_local": local_time(entry.start, moment.zone).isoformat(),
            "end_local": entry.end and local_time(entry.end, moment.zone).isoformat(),
            "zone": moment.zone.key,
            "duration": duration_of(seconds),
            "seconds": seconds,
            "running": entry.is_running,
            "project": labels.project,
            "project_id": entry.project_id or None,
            "task": labels.task,
            "task_id": entry.task_id or None,
            "tags": list(labels.tags),
            "tag_ids": list(entry.tag_ids),
            "description": entry.description,
            "billable": entry.billable,
            "type": entry.type,
            "locked": entry.is_locked,
        }


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries of a user are listed: those that start from `since` until before `until`, with these ids where given."""

    user_id: str
    since: datetime | None = None
    until: datetime | None = None
    project_id: str = ""
    task_id: str = ""
    tag_ids: tuple[str, ...] = ()

    def params(self) -> dict[str, Any]:
        """The filters of the request: the range with a margin, as the service reads its digits in the account's zone."""
        return {
            "start": self.since and iso_utc(_moved(self.since, -1)),
            "end": self.until and iso_utc(_moved(self.until, 1)),
            "project": self.project_id or None,
            "task": self.task_id or None,
            "tags": self.tag_ids or None,
        }

    def has(self, entry: TimeEntry) -> bool:
        """Whether an entry is among them, whatever the service made of the filters."""
        return (
            entry.user_id == self.user_id
            and (self.since is None or entry.start >= self.since)
            and (self.until is None or entry.start < self.until)
            and self.project_id in ("", entry.project_id)
            and self.task_id in ("", entry.task_id)
            and (not self.tag_ids or not set(self.tag_ids).isdisjoint(entry.tag_ids))
        )


def listed_entries(reader: Reader, workspace_id: str, wanted: EntryFilter) -> Iterator[ListedEntry]:
    """The entries of a filter, newest first, a page at a time."""
    labeller = Labeller(reader, workspace_id)
    found = reader.iterate_time_entries(workspace_id, wanted.user_id, hydrated=True, **wanted.params())
    for wire in found:
        entry = entry_of(wire)
        if wanted.has(entry):
            yield ListedEntry(entry, labeller.labels_of(wire))


def running_entries(reader: Reader, workspace_id: str, user_id: str = "") -> list[ListedEntry]:
    """The running timers of a user, or of everybody; the oldest first.

    Where the service has no list of everybody's timers, the list of each user is read.
    """
    labeller = Labeller(reader, workspace_id)
    found: tuple[Wire, ...] | None
    if user_id:
        found = reader.running_entries_of(workspace_id, user_id, hydrated=True)
    else:
        found = reader.running_entries(workspace_id)
        if found is None:
            people = [item["id"] for item in reader.users(workspace_id).items]
            found = tuple(
                wire for one in people for wire in reader.running_entries_of(workspace_id, one, hydrated=True)
            )
    listed = [ListedEntry(entry_of(wire), labeller.labels_of(wire)) for wire in found]
    return sorted(listed, key=lambda one: (one.entry.start, one.entry.id))


@dataclass
class Totals:
    """Seconds of the entries so far: in all, by project and by the day of their start in the zone."""

    moment: Moment
    seconds: int = 0
    count: int = 0
    by_project: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """By name and id."""
    by_day: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, listed: ListedEntry) -> None:
        """Count an entry."""
        seconds = int(listed.entry.duration(self.moment.now).total_seconds())
        self.seconds += seconds
        self.count += 1
        self.by_project[listed.labels.project, listed.entry.project_id] += seconds
        self.by_day[local_day(listed.entry.start, self.moment.zone).isoformat()] += seconds

    def to_json(self) -> dict[str, Any]:
        """The totals as plain JSON values, days newest first."""
        return {
            "entries": self.count,
            "seconds": self.seconds,
            "by_project": [
                {"project": key[0], "project_id": key[1] or None, "seconds": self.by_project[key]}
                for key in sorted(self.by_project)
            ],
            "by_day": [{"day": day, "seconds": self.by_day[day]} for day in sorted(self.by_day, reverse=True)],
        }


def _moved(moment: datetime, direction: int) -> datetime:
    try:
        return moment + direction * MARGIN
    except OverflowError:
        return moment
