"""ISO 8601 durations as the API sends them and as manifests write them."""

from __future__ import annotations

import re

DURATION_PATTERN = r"^PT(?=[0-9])(?:[0-9]{1,7}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?$"
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
