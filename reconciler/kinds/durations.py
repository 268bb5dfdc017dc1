"""ISO 8601 durations as the API sends them and as manifests write them."""

from __future__ import annotations

import re
from functools import lru_cache

DURATION_PATTERN = r"^PT(?=[0-9])(?:[0-9]{1,7}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?$"
PERIOD_PATTERN = (
    r"^P(?=.*[1-9])(?:[0-9]{1,3}W|(?=[0-9T])(?:[0-9]{1,4}D)?(?:T(?=[0-9])(?:[0-9]{1,5}H)?(?:[0-9]{1,6}M)?)?)$"
)
"""A period from a minute: weeks, or days, hours and minutes."""
PERIOD_FORM = (
    "use ISO 8601 weeks, or days, hours and minutes (months and years differ in length), e.g. P2W, P3D or PT12H"
)
_PERIOD = re.compile(PERIOD_PATTERN)
_DURATION = re.compile(r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.[0-9]+)?S)?)?")


def seconds_of(duration: str | None) -> int:
    """Seconds of an ISO 8601 duration; 0 for None. Raises ValueError for anything else, including negative ones."""
    if not duration:
        return 0
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f"invalid duration {duration!r}; use ISO 8601, for example PT1H30M")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def duration_of(seconds: int) -> str:
    """Seconds as a canonical ISO 8601 duration in hours, minutes and seconds: `PT1H30M`."""
    if not seconds:
        return "PT0S"
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return "PT" + "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if n)


@lru_cache(maxsize=4096)
def canonical_duration(duration: str | None) -> str | None:
    """A duration in hours, minutes and seconds; None for zero. Raises as `seconds_of`.

    Each text is parsed once: 100,000 tasks have a few hundred estimates, and each is declared, live and compared.
    """
    seconds = seconds_of(duration)
    return duration_of(seconds) if seconds else None


def period_seconds(text: str) -> int:
    """Seconds of a period such as P3D, P2W or PT12H. Raises ValueError for anything else."""
    if _PERIOD.fullmatch(text) is None:
        raise ValueError(f"invalid period {text[:60]!r}; {PERIOD_FORM}")
    if text.endswith("W"):
        return int(text[1:-1]) * 7 * 24 * 3600
    return seconds_of(text)


def period_of(seconds: int) -> str:
    """Seconds as a canonical period in days, hours and minutes: `P3D`, `P1DT12H`."""
    days, rest = divmod(seconds, 24 * 3600)
    time = duration_of(rest).removeprefix("P") if rest else ""
    return f"P{days}D{time}" if days else f"P{time}"
