"""What a person should know before a time entry is written: overlaps, the future, long entries, locked periods, missing parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from reconciler.timekeeping.durations import show_duration
from reconciler.timekeeping.entries import TimeEntry, parse_utc
from reconciler.timekeeping.times import Moment
from reconciler.timekeeping.zones import show_instant

DAY: Final = timedelta(days=1)
_REQUIRED: Final = (
    ("forceProjects", "project_id", "a project"),
    ("forceTasks", "task_id", "a task"),
    ("forceTags", "tag_ids", "a tag"),
    ("forceDescription", "description", "a description"),
)
_PERIODS: Final = {"DAYS": 1, "WEEKS": 7, "MONTHS": 31}
_LISTED = 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What warnings depend on: the present, the workspace's settings, and the entries of the same person nearby."""

    moment: Moment
    rules: Mapping[str, Any] = field(default_factory=dict)
    nearby: Sequence[TimeEntry] = ()


def entry_warnings(entry: TimeEntry, around: Surroundings) -> list[str]:
    """Warnings on an entry as it would be after the write."""
    moment = around.moment
    warnings = []
    if entry.start > moment.now:
        warnings.append(
            f"it starts in the future, {show_duration((entry.start - moment.now).total_seconds())} from now"
        )
    elif entry.end is not None and entry.end > moment.now:
        warnings.append(f"it ends in the future, {show_duration((entry.end - moment.now).total_seconds())} from now")
    if entry.end == entry.start:
        warnings.append("it has no duration: it ends when it starts")
    if entry.duration(moment.now) > DAY:
        warnings.append(f"it is longer than a day: {show_duration(entry.duration(moment.now).total_seconds())}")
    warnings += _overlaps(entry, around)
    warnings += lock_warnings(entry, around)
    missing = [noun for rule, name, noun in _REQUIRED if around.rules.get(rule) is True and not getattr(entry, name)]
    return warnings + [f"the workspace requires {noun}; the service will refuse the entry" for noun in missing]


def lock_warnings(entry: TimeEntry, around: Surroundings) -> list[str]:
    """Warnings on a period that the workspace has locked, and on an entry that is locked by itself."""
    if entry.is_locked:
        return ["the entry is locked; the service may refuse"]
    limit = lock_limit(around.rules, around.moment.now)
    if limit is not None and entry.start < limit:
        return [f"it is in a locked period: entries before {show_instant(limit, around.moment.zone)} are locked"]
    automatic = around.rules.get("automaticLock")
    kind = automatic.get("type") if isinstance(automatic, Mapping) else None
    days = {"WEEKLY": 7, "MONTHLY": 31}.get(str(kind))
    if days and entry.start < around.moment.now - timedelta(days=days):
        return [f"the workspace locks entries automatically ({str(kind).lower()}), so it may be in a locked period"]
    return []


def lock_limit(rules: Mapping[str, Any], now: datetime) -> datetime | None:
    """The instant before which the workspace's entries are locked: `lockTimeEntries`, or an age in `automaticLock`."""
    limits = []
    try:
        if isinstance(rules.get("lockTimeEntries"), str):
            limits.append(parse_utc(rules["lockTimeEntries"]))
        automatic = rules.get("automaticLock")
        if isinstance(automatic, Mapping) and automatic.get("type") == "OLDER_THAN":
            days = int(automatic["olderThanValue"]) * _PERIODS[str(automatic["olderThanPeriod"])]
            limits.append(now - timedelta(days=days))
    except (ValueError, OverflowError, KeyError, TypeError):
        pass
    return max(limits, default=None)


def _overlaps(entry: TimeEntry, around: Surroundings) -> Iterable[str]:
    """One warning for all entries that share time with this one."""
    now, zone = around.moment.now, around.moment.zone
    end = entry.end or max(now, entry.start + timedelta(seconds=1))
    others = [
        other
        for other in around.nearby
        if other.id != entry.id and other.start < end and (other.end or max(now, other.start)) > entry.start
    ]
    if not others:
        return ()
    shown = [
        f"{show_instant(other.start, zone)} to {show_instant(other.end, zone) if other.end else 'now (running)'}, id {other.id}"
        for other in sorted(others, key=lambda one: one.start)[:_LISTED]
    ]
    more = f" and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
    return (f"it overlaps with {'; '.join(shown)}{more}",)
