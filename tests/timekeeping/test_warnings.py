"""What a person is told before a write: overlaps, the future, long entries, locked periods and what the workspace requires."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.timekeeping.entries import TimeEntry
from reconciler.timekeeping.times import Moment
from reconciler.timekeeping.warnings import Surroundings, entry_warnings
from reconciler.timekeeping.zones import zone_of

NOW = datetime(2026, 2, 13, 12, tzinfo=UTC)
MOMENT = Moment(NOW, zone_of("Europe/Berlin"))
HOUR = timedelta(hours=1)
ENTRY = TimeEntry("e", "u", NOW - 3 * HOUR, NOW - 2 * HOUR)


def warnings(entry: TimeEntry, *nearby: TimeEntry, **rules: Any) -> str:
    return "\n".join(entry_warnings(entry, Surroundings(MOMENT, rules, nearby)))


def other(start: float, end: float | None) -> TimeEntry:
    return TimeEntry("o", "u", NOW + start * HOUR, None if end is None else NOW + end * HOUR)


def test_an_ordinary_entry_has_no_warning() -> None:
    assert warnings(ENTRY, ENTRY, other(-4, -3), other(-2, -1), other(-1.5, None)) == ""


@pytest.mark.parametrize(("start", "end"), [(-4, -2.5), (-2.5, -1), (-2.9, -2.1), (-9, None)])
def test_an_overlap_names_the_other_entry(start: float, end: float | None) -> None:
    assert "it overlaps with Fri 2026-02-13" in warnings(ENTRY, other(start, end))
    assert "id o" in warnings(ENTRY, other(start, end))


def test_a_running_timer_overlaps_with_what_lies_after_its_start() -> None:
    assert "it overlaps" in warnings(replace(ENTRY, end=None), other(-1, -0.5))
    assert warnings(replace(ENTRY, start=NOW, end=None), other(-1, -0.5)) == ""


def test_many_overlaps_are_counted() -> None:
    assert "and 2 more" in warnings(ENTRY, *(replace(other(-3, -2), id=f"o{number}") for number in range(5)))


def test_the_future_and_a_long_entry_are_warned_of() -> None:
    assert "it starts in the future, 2h from now" in warnings(replace(ENTRY, start=NOW + 2 * HOUR, end=NOW + 3 * HOUR))
    assert "it ends in the future, 1h from now" in warnings(replace(ENTRY, end=NOW + HOUR))
    assert "it is longer than a day: 25h" in warnings(replace(ENTRY, start=NOW - 25 * HOUR, end=NOW))
    assert "longer" not in warnings(replace(ENTRY, start=NOW - 24 * HOUR, end=NOW))


@pytest.mark.parametrize(
    ("rules", "is_locked"),
    [
        ({"lockTimeEntries": "2026-02-13T10:00:00Z"}, True),
        ({"lockTimeEntries": "2026-02-13T09:00:00Z"}, False),
        ({"lockTimeEntries": "nonsense"}, False),
        ({"lockTimeEntries": 5, "automaticLock": "odd"}, False),
        ({"automaticLock": {"type": "OLDER_THAN", "olderThanValue": 0, "olderThanPeriod": "DAYS"}}, True),
        ({"automaticLock": {"type": "OLDER_THAN", "olderThanValue": 1, "olderThanPeriod": "WEEKS"}}, False),
        ({"automaticLock": {"type": "OLDER_THAN", "olderThanValue": 10**12, "olderThanPeriod": "MONTHS"}}, False),
        ({"automaticLock": {"type": "WEEKLY"}}, False),
    ],
)
def test_a_locked_period_is_warned_of(rules: dict[str, Any], *, is_locked: bool) -> None:
    assert ("locked period" in warnings(ENTRY, **rules)) is is_locked


def test_a_locked_entry_and_an_automatic_lock_are_warned_of() -> None:
    assert "the entry is locked" in warnings(replace(ENTRY, is_locked=True))
    old = replace(ENTRY, start=NOW - 200 * HOUR, end=NOW - 199 * HOUR)
    assert "locks entries automatically (weekly)" in warnings(old, automaticLock={"type": "WEEKLY"})


def test_what_the_workspace_requires_is_warned_of() -> None:
    rules = {"forceProjects": True, "forceTasks": True, "forceTags": True, "forceDescription": True}
    assert warnings(ENTRY, **rules).count("the workspace requires") == 4
    assert warnings(replace(ENTRY, project_id="p", task_id="t", tag_ids=("g",), description="d"), **rules) == ""
