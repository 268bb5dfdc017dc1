"""What to write instead of a value in a form that people know and manifests do not have: `40h` → PT40H."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from reconciler.kinds.durations import DURATION_PATTERN, duration_of
from reconciler.kinds.estimates import BUDGET_PATTERN, ESTIMATE_PATTERN
from reconciler.kinds.field_types import EMAIL_PATTERN, Colour
from reconciler.kinds.rates import RATE_PATTERN
from reconciler.manifest.schema.patterns import SHARE_PATTERN

_LONGEST = 40
"""Characters of a value that is looked at: what is longer is no slip of the pen."""
_MOST_HOURS = 9_999_999
_UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std"), 3600),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
}
_ISO_UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_PART = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*([a-z]+)\s*")
_CLOCK = re.compile(r"([0-9]{1,7}):([0-5][0-9])(?::([0-5][0-9]))?")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_HEX = re.compile(r"(?:#|0x)?\s*([0-9a-f]{3}|[0-9a-f]{6})(?:[0-9a-f]{2})?", re.IGNORECASE)
_CURRENCY = re.compile(r"^(?:[A-Z]{3}|[$€£¥])?\s*([0-9.,_ ’']*[0-9.])\s*(?:[A-Z]{3}|[$€£¥])?$")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*%?")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>@\s]+@[^<>@\s]+\.[^<>@\s]+)>\s*")
_COLORS = {
    "black": "#000000", "silver": "#C0C0C0", "gray": "#808080", "grey": "#808080", "white": "#FFFFFF", "maroon": "#800000",
    "red": "#FF0000", "purple": "#800080", "fuchsia": "#FF00FF", "green": "#008000", "lime": "#00FF00", "olive": "#808000",
    "yellow": "#FFFF00", "orange": "#FFA500", "navy": "#000080", "blue": "#0000FF", "teal": "#008080", "aqua": "#00FFFF",
}  # fmt: skip


def correction(pattern: str, written: str) -> str:
    """What to write instead of a value, as written, that a pattern of the schema does not match; empty where that is not certain."""
    correct = _CORRECTIONS.get(pattern)
    return correct(written.strip()) if correct is not None and written and len(written) <= _LONGEST else ""


def _duration(text: str) -> str:
    small = text.lower()
    if _NUMBER.fullmatch(text):
        hours, minutes = _in_units(f"{text}h", _UNITS), _in_units(f"{text}m", _UNITS)
        return f"{hours} for hours or {minutes} for minutes" if hours and minutes and hours != minutes else hours
    if clock := _CLOCK.fullmatch(text):
        parts = [int(part or 0) for part in clock.groups()]
        return _of_seconds(Decimal(parts[0] * 3600 + parts[1] * 60 + parts[2]))
    if small.startswith("p"):
        return _in_units(small[1:].replace("t", "", 1), _ISO_UNITS)
    return _in_units(small.removeprefix("t"), _UNITS)


def _in_units(text: str, units: Mapping[str, int]) -> str:
    """A duration of numbers with different units, the largest first."""
    total, last, end = Decimal(0), None, 0
    for match in _PART.finditer(text):
        seconds = units.get(match[2])
        if seconds is None or match.start() != end or (last is not None and seconds >= last):
            return ""
        total += Decimal(match[1].replace(",", ".")) * seconds
        last, end = seconds, match.end()
    return _of_seconds(total) if last is not None and end == len(text) else ""


def _of_seconds(seconds: Decimal) -> str:
    whole = int(seconds)
    return duration_of(whole) if whole == seconds and whole // 3600 <= _MOST_HOURS else ""


def _color(text: str) -> str:
    if text.lower() in _COLORS:
        return f'"{_COLORS[text.lower()]}"'
    match = _HEX.fullmatch(text)
    if match is None or len(text.lstrip("#0x ")) in (4, 5):
        return ""
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    return f'"#{digits.upper()}"'


def _amount(text: str) -> str:
    match = _CURRENCY.match(text)
    number = re.sub(r"[ _’']", "", match[1] if match else text)
    comma, point = number.rfind(","), number.rfind(".")
    if comma > point and len(number) - comma <= 3:  # a comma in front of one or two digits is a decimal one
        number = number.replace(".", "").replace(",", ".")
    elif number.count(",") and all(len(group.partition(".")[0]) == 3 for group in number.split(",")[1:]):
        number = number.replace(",", "")
    try:
        amount = Decimal(number)
    except InvalidOperation:
        return ""
    is_possible = amount.is_finite() and 0 <= amount < 10**7 and amount == amount.quantize(Decimal("0.01"))
    return f'"{abs(amount):.2f}"' if is_possible else ""


def _share(text: str) -> str:
    match = _PERCENT.fullmatch(text)
    return f"{match[1]}%" if match and 1 <= float(match[1]) <= 100 else ""


def _email(text: str) -> str:
    match = _IN_BRACKETS.fullmatch(text)
    return match[1] if match else ""


_CORRECTIONS: Mapping[str, Callable[[str], str]] = {
    DURATION_PATTERN: _duration,
    ESTIMATE_PATTERN: _duration,
    Colour().schema["pattern"]: _color,
    RATE_PATTERN: _amount,
    BUDGET_PATTERN: _amount,
    SHARE_PATTERN: _share,
    EMAIL_PATTERN: _email,
}
