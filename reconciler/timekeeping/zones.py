"""Between wall-clock times of a zone and instants. A time that a zone skips or repeats is refused with what to write instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reconciler.text import sanitize


class WrittenTimeError(ValueError):
    """Raised for a time, a duration or a zone that a person wrote and that has no single meaning; the text says what to write."""


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this IANA name, such as `Europe/Berlin`. Raises WrittenTimeError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrittenTimeError(
            f"unknown time zone {sanitize(name, 60)!r}; use an IANA name such as Europe/Berlin or UTC"
        ) from None


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time (without zone) in a zone, in UTC.

    Raises WrittenTimeError where the zone skips that time or has it twice, as when daylight-saving time begins and ends.
    """
    first, second = (_utc(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    shown = f"{wall:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if _wall(first, zone) != wall:
        later = _wall(first, zone)
        raise WrittenTimeError(
            f"{shown} does not exist in {zone.key}: the clocks go forward then; the same moment is {later:%H:%M} there"
        )
    if first != second:
        choices = " or ".join(_wall(one, zone, keep=True).isoformat() for one in (first, second))
        raise WrittenTimeError(f"{shown} happens twice in {zone.key}: the clocks go back then; write {choices}")
    return first


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in a zone, in UTC: the first of two midnights, and the end of a gap that begins at midnight."""
    return _utc(datetime.combine(day, time()).replace(tzinfo=zone, fold=0))


def local_time(moment: datetime, zone: tzinfo) -> datetime:
    """An instant in a zone; in UTC where the zone's clock would be beyond the calendar, as for entries of a mistyped year."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day of an instant in a zone."""
    return local_time(moment, zone).date()


def next_day(day: date) -> date:
    """The day after. Raises WrittenTimeError at the end of the calendar."""
    try:
        return day + timedelta(days=1)
    except OverflowError:
        raise WrittenTimeError(f"{day} is the last day of the calendar") from None


def show_instant(moment: datetime, zone: ZoneInfo) -> str:
    """An instant for people, in a zone: `Fri 2026-02-13 10:00:00 CET (UTC+01:00)`."""
    local = local_time(moment, zone)
    offset = f"{local:%z}"
    name = local.tzname() or ""
    label = f" {name}" if name.isalpha() else ""
    return f"{local:%a} {local.replace(tzinfo=None).isoformat(sep=' ')}{label} (UTC{offset[:3]}:{offset[3:5]})"


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise WrittenTimeError("the time is beyond the calendar") from None


def _wall(moment: datetime, zone: ZoneInfo, *, keep: bool = False) -> datetime:
    local = moment.astimezone(zone)
    return local if keep else local.replace(tzinfo=None, fold=0)
