"""Instants and durations as the API writes them: in bodies, in query parameters, and stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from reconciler.sandbox.errors import domain, not_convertible, wrong_shape
from reconciler.sandbox.fields import INT32, string

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_SINCE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DURATION = re.compile(r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.[0-9]+)?S)?)?")
_DIGITS = len(str(INT32))
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Body = Mapping[str, Any]


def instant(body: Body, key: str) -> datetime | None:
    """A time with its zone (RFC 3339, the `date-time` of the contract), as UTC to the second."""
    value = string(body, key)
    if value is None:
        return None
    moment = parse_instant(value, key)
    if moment is None:
        raise wrong_shape(f"Cannot deserialize value of type `java.time.Instant` for {key}")
    return moment


def since(body: Body) -> str:
    """The `since` of a rate, `yyyy-MM-ddThh:mm:ssZ` [openapi]; empty if it is absent."""
    value = string(body, "since")
    if value is None:
        return ""
    if not _SINCE.fullmatch(value) or parse_instant(value, "since") is None:
        raise domain("not_valid", field="since")
    return value


def parse_instant(value: str, field: str = "time") -> datetime | None:
    """`2026-02-13T09:00:00Z` (fractions and offsets are allowed) as UTC to the second; None for anything else.

    A time that no calendar of four-digit years from 1 has in UTC is rejected.
    """
    if not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise domain("not_valid", field=field) from None
    except ValueError:
        return None


def query_instant(value: str, name: str, zone: tzinfo) -> datetime:
    """A time of a query as UTC. Its digits are read in the account's time zone; a zone in the text is ignored [live]."""
    if not _INSTANT.fullmatch(value):
        raise not_convertible(value, name)
    try:
        return datetime.fromisoformat(value).replace(tzinfo=zone, microsecond=0).astimezone(UTC)
    except OverflowError:
        raise domain("not_valid", field=name) from None
    except ValueError:
        raise not_convertible(value, name) from None


def earlier(moment: datetime, by: timedelta, name: str) -> datetime:
    """A time before another one; rejected if it is before the year 1."""
    try:
        return moment - by
    except OverflowError:
        raise domain("not_valid", field=name) from None


def iso_instant(moment: datetime) -> str:
    """A time in UTC as the API writes it, the year with four digits."""
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}Z"


def iso_of(seconds: float) -> str:
    """Unix time as the API writes it."""
    return iso_instant(datetime.fromtimestamp(int(seconds), UTC))


def duration(body: Body, key: str, *, spelling: str = "normalised") -> str | None:
    """An ISO 8601 duration, in the server's own spelling unless that of the request is kept; its numbers are 32-bit integers."""
    value = string(body, key)
    if value is None:
        return None
    match = _DURATION.fullmatch(value)
    if match is None or value[-1] in "PT":
        raise domain("not_valid", field=key)
    if any(len(group.lstrip("0")) > _DIGITS or int(group.lstrip("0") or 0) > INT32 for group in match.groups("0")):
        raise not_convertible(value, key)
    if spelling == "kept":
        return value
    days, hours, minutes, seconds = (int(group.lstrip("0") or 0) for group in match.groups("0"))
    return iso_duration(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def seconds_in(text: str) -> int:
    """The seconds of a stored duration."""
    match = _DURATION.fullmatch(text)
    days, hours, minutes, seconds = (int(group.lstrip("0") or 0) for group in match.groups("0")) if match else (0,) * 4
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def iso_duration(seconds: int) -> str:
    """Seconds as `PT1H30M`; zero is `PT0S`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return "PT" + ("".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if n) or "0S")


def http_date(seconds: float) -> str:
    """A time in seconds since 1970 as HTTP writes it (RFC 9110, section 5.6.7), in English whatever the locale is."""
    moment = datetime.fromtimestamp(int(seconds), UTC)
    day, month = _WEEKDAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} GMT"
