"""Durations as people write them: `1h30m`, `90m`, `1:30`, `1.5h`, `PT1H30M`."""

from __future__ import annotations

import re

from reconciler.text import sanitize
from reconciler.timekeeping.zones import WrittenTimeError

LONGEST = 60
"""Characters of a duration or a time that are looked at."""
LONGEST_SECONDS = 366 * 24 * 3600
_UNITS = re.compile(
    r"(?:(?P<h>\d{1,6}(?:\.\d{1,4})?)\s*h(?:ours?|rs?)?)?\s*"
    r"(?:(?P<m>\d{1,8}(?:\.\d{1,4})?)\s*m(?:in(?:ute)?s?)?)?\s*"
    r"(?:(?P<s>\d{1,9})\s*s(?:ec(?:ond)?s?)?)?",
    re.ASCII,
)
_ISO = re.compile(
    r"pt(?=\d)(?:(?P<h>\d{1,6}(?:\.\d{1,4})?)h)?(?:(?P<m>\d{1,8}(?:\.\d{1,4})?)m)?(?:(?P<s>\d{1,9})s)?", re.ASCII
)
_CLOCK = re.compile(r"(?P<h>\d{1,4}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?", re.ASCII)
FORMS = "1h30m, 90m, 1.5h, 1:30 or PT1H30M"


def parse_duration(text: str) -> int:
    """Seconds of a duration, above zero. Raises WrittenTimeError, also for a number without a unit."""
    plain = text.strip().lower()
    matches = (pattern.fullmatch(plain) for pattern in (_UNITS, _ISO, _CLOCK)) if 0 < len(plain) <= LONGEST else ()
    match = next((found for found in matches if found), None)
    if match is None or not any(match.groupdict().values()):
        raise WrittenTimeError(f"invalid duration {sanitize(text, LONGEST)!r}; write {FORMS}")
    hours, minutes, seconds = (float(match[unit] or 0) for unit in "hms")
    total = round(hours * 3600 + minutes * 60 + seconds)
    if not 0 < total <= LONGEST_SECONDS:
        raise WrittenTimeError(f"invalid duration {sanitize(text, LONGEST)!r}; it is from 1 s to 366 days")
    return total


def show_duration(seconds: float) -> str:
    """Seconds for people: `1h30m`, `45s`, `0m`; seconds only where they are not zero."""
    hours, rest = divmod(int(seconds), 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, f"{hours}h"), (minutes, f"{minutes:02d}m" if hours else f"{minutes}m"), (left, f"{left}s"))
    return "".join(text for number, text in parts if number) or "0m"
