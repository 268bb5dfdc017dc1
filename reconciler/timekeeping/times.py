"""Times as people write them: ISO 8601, `09:00`, `yesterday 9:00`, `last monday at 17:30`, `2 hours ago`, `now`.

A grammar of our own decides which words have a meaning here; dateparser, with its language, parsers and base time pinned, says which
day or moment they name. Alone it would read `27 Nov 9:00` as a day of 1927, `a` as January, and drop the hour of `yesterday 25:00`.
The only module that imports dateparser, and only where such words are used: that takes a fifth of a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.text import sanitize
from reconciler.timekeeping.durations import LONGEST
from reconciler.timekeeping.zones import WrittenTimeError, day_start, instant_of, local_day, next_day

FORMS: Final = "09:00, yesterday 9:00, last monday 17:30, 2 hours ago, now, 2026-02-13 09:00 or 2026-02-13T09:00:00Z"
_OFFSET = r"(?P<offset>z|utc|[+-]\d{2}:?\d{2})"
_CLOCK = re.compile(
    rf"(?:at )?(?:(?P<h>\d{{1,2}}):(?P<m>\d{{2}})(?::(?P<s>\d{{2}}))?(?: ?(?P<ampm>[ap]m))?|(?P<h12>\d{{1,2}}) ?(?P<ampm12>[ap]m)"
    rf"|(?P<word>noon|midnight))(?: ?{_OFFSET})?",
    re.ASCII,
)
_ISO = re.compile(
    rf"(?P<day>\d{{4}}-\d{{2}}-\d{{2}})(?:[t ](?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?) ?{_OFFSET}?)?",
    re.ASCII,
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
_WEEKDAYS: Final = {
    name[:3]: name for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}
_DAY = re.compile(
    rf"today|yesterday|tomorrow|day before yesterday|day after tomorrow|(?:(?:last|next) )?(?:{_WEEKDAY})"
    r"|(?:\d{1,4}|a) (?:day|week)s? ago|in (?:\d{1,4}|a) (?:day|week)s?",
    re.ASCII,
)
_UNIT = r"(?:\d{1,5}(?:\.\d{1,3})? ?(?:hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)|an hour|a minute)"
_ELAPSED = re.compile(rf"(?P<ago>{_UNIT}(?: ?{_UNIT}){{0,2}} ago)|in {_UNIT}(?: ?{_UNIT}){{0,2}}", re.ASCII)
_SETTINGS: Final = {
    "PARSERS": ["relative-time", "absolute-time"],
    "DATE_ORDER": "YMD",
    "PREFER_DATES_FROM": "current_period",
    "RETURN_AS_TIMEZONE_AWARE": False,
    "RETURN_TIME_AS_PERIOD": False,
    "NORMALIZE": True,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """The present, as an instant in UTC, and the zone in which times are read and shown."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The present day in the zone."""
        return local_day(self.now, self.zone)


@dataclass(frozen=True, slots=True)
class _Written:
    """The parts of a written time: an instant, or a day (None: it names none) with a clock time (None: the whole day)."""

    instant: datetime | None = None
    day: date | None = None
    clock: time | None = None
    offset: tzinfo | None = None


def parse_time(text: str, moment: Moment, *, day: date | None = None) -> datetime:
    """The instant of a written time, in UTC and to the second. A time without a day is one of `day`, by default today.

    Raises WrittenTimeError: for other words, a day alone, and a time that the zone skips or repeats.
    """
    written = _read(text, moment)
    if written.instant is not None:
        return written.instant
    if written.clock is None:
        raise WrittenTimeError(
            f"{sanitize(text, LONGEST)!r} is a day; add the time, for example {text.strip()[:30]} 09:00"
        )
    return _combine(written, day or moment.today, moment.zone)


def parse_bound(text: str, moment: Moment, *, is_end: bool = False) -> datetime:
    """As `parse_time`, for the bound of a range: a day alone is its first instant, for an end the first one of the next day."""
    written = _read(text, moment)
    if written.instant is None and written.clock is None and written.day is not None:
        return day_start(next_day(written.day) if is_end else written.day, moment.zone)
    return parse_time(text, moment)


def _combine(written: _Written, day: date, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(written.day or day, written.clock or time())
    if written.offset is None:
        return instant_of(wall, zone)
    try:
        return wall.replace(tzinfo=written.offset).astimezone(UTC)
    except OverflowError:
        raise WrittenTimeError("the time is beyond the calendar") from None


def _read(text: str, moment: Moment) -> _Written:
    plain = " ".join(text.lower().split())
    if not plain or len(plain) > LONGEST:
        raise _invalid(text)
    if plain == "now":
        return _Written(instant=moment.now.replace(microsecond=0))
    if match := _ISO.fullmatch(plain):
        return _iso(match, text)
    if _ELAPSED.fullmatch(plain):
        return _Written(instant=_ask(plain, moment.now.astimezone(UTC), text).replace(microsecond=0, tzinfo=UTC))
    if match := _CLOCK.fullmatch(plain):
        return _Written(clock=_clock(match, text), offset=_offset(match["offset"], text))
    if _DAY.fullmatch(plain):
        return _Written(day=_day(plain, moment, text))
    return _day_and_clock(plain, moment, text)


def _day_and_clock(plain: str, moment: Moment, text: str) -> _Written:
    """A day and a clock time, in either order."""
    words = plain.split(" ")
    for at in range(1, len(words)):
        parts = " ".join(words[:at]), " ".join(words[at:])
        for day, clock in (parts, parts[::-1]):
            match = _CLOCK.fullmatch(clock)
            if match and _DAY.fullmatch(day):
                return _Written(
                    day=_day(day, moment, text), clock=_clock(match, text), offset=_offset(match["offset"], text)
                )
    raise _invalid(text)


def _iso(match: re.Match[str], text: str) -> _Written:
    try:
        day = date.fromisoformat(match["day"])
        clock = time.fromisoformat(match["clock"].partition(".")[0].zfill(5)) if match["clock"] else None
    except ValueError:
        raise _invalid(text) from None
    return _Written(day=day, clock=clock, offset=_offset(match["offset"], text))


def _clock(match: re.Match[str], text: str) -> time:
    if match["word"]:
        return time(12 if match["word"] == "noon" else 0)
    hour, suffix = int(match["h"] or match["h12"]), match["ampm"] or match["ampm12"]
    if suffix and not 1 <= hour <= 12:
        raise _invalid(text)
    hour = hour % 12 + 12 * (suffix == "pm") if suffix else hour
    try:
        return time(hour, int(match["m"] or 0), int(match["s"] or 0))
    except ValueError:
        raise _invalid(text) from None


def _offset(written: str | None, text: str) -> tzinfo | None:
    if written is None:
        return None
    if written in ("z", "utc"):
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 18 or minutes > 59:
        raise _invalid(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def _day(words: str, moment: Moment, text: str) -> date:
    """The day that words name, counted from the present day of the zone."""
    noon = datetime.combine(moment.today, time(12))
    full = " ".join(_WEEKDAYS.get(word, word) for word in words.replace("day after tomorrow", "in 2 days").split(" "))
    return _ask(full, noon, text).date()


def _ask(words: str, base: datetime, text: str) -> datetime:
    """What dateparser makes of words that have passed the grammar; `base` is the present, without a zone in the answer."""
    from dateparser.date import DateDataParser  # noqa: PLC0415 - start-up: takes a fifth of a second, and few times need it

    options = {**_SETTINGS, "RELATIVE_BASE": base.replace(tzinfo=None)}
    try:
        found = DateDataParser(languages=["en"], settings=options).get_date_data(words).date_obj
    except (OverflowError, ValueError):
        found = None
    if found is None:
        raise _invalid(text)
    moment: datetime = found
    return moment.replace(tzinfo=None)


def _invalid(text: str) -> WrittenTimeError:
    return WrittenTimeError(f"invalid time {sanitize(text, LONGEST)!r}; write {FORMS}")
