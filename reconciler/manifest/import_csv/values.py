"""Cells → values of fields: what spreadsheets hold, in the form that manifests have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reconciler.kinds.durations import DURATION_PATTERN, duration_of, seconds_of
from reconciler.kinds.estimates import AUTO, ESTIMATE_PATTERN
from reconciler.manifest.yaml.text import quote
from reconciler.model import Field

_LONGEST = 60
"""Characters of a duration or an amount that are looked at."""
_UNITS = re.compile(r"(?:([0-9]{1,7}(?:[.,][0-9]{1,4})?) ?h)? ?(?:([0-9]{1,8}) ?m(?:in)?)?")
_CLOCK = re.compile(r"([0-9]{1,7}):([0-5][0-9])(?::([0-5][0-9]))?")
_NUMBER = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,4})?")
_AMOUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_TRUE = frozenset(("yes", "y", "true", "1"))
_FALSE = frozenset(("no", "n", "false", "0"))


class CellError(ValueError):
    """Raised for a cell that holds no value of its field; `hint` is what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def value_of(field: Field, text: str, column: str) -> Any:
    """The value of a cell, as JSON has it. The schema validates the rest. Raises CellError."""
    schema = field.type.schema
    if schema.get("type") == "boolean":
        return _flag(text)
    if schema.get("pattern") in (DURATION_PATTERN, ESTIMATE_PATTERN):
        return _duration(text, column, is_auto=schema["pattern"] == ESTIMATE_PATTERN)
    if schema.get("type") == "array":
        return list(dict.fromkeys(part for part in map(str.strip, text.replace(";", ",").split(",")) if part))
    if "enum" in schema:
        return text.lower()
    if field.name == "color":
        return _color(text)
    return _amount(text) if _is_amount(schema) else text


def _is_amount(schema: Mapping[str, Any]) -> bool:
    return any(each.get("type") == "number" for each in schema.get("anyOf", ()))


def _flag(text: str) -> bool:
    word = text.casefold()
    if word not in _TRUE | _FALSE:
        raise CellError(f"{quote(text)} is neither yes nor no", "write yes or no")
    return word in _TRUE


def _color(text: str) -> str:
    if not _COLOR.fullmatch(text):
        raise CellError(f"invalid color {quote(text)}", "write #RRGGBB, e.g. #1976D2")
    return text.upper()


def _amount(text: str) -> str:
    """With two decimals behind a point; what is no such amount stays as it is, for the schema to refuse."""
    match = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return AUTO if text.casefold() == AUTO else text
    return f"{match[1]}.{(match[2] or '').ljust(2, '0')}"


def _duration(text: str, column: str, *, is_auto: bool) -> str:
    if is_auto and text.casefold() == AUTO:
        return AUTO
    seconds = _seconds(text.strip().lower(), column)
    if seconds is None:
        hint = "write 12.5h, 12:30 or PT12H30M"
        if _NUMBER.fullmatch(text.strip()):
            hint = f"write {text.strip()}h, or name the column in hours, e.g. {column} (h)"
        raise CellError(f"invalid duration {quote(text)}", hint)
    return duration_of(seconds)


def _seconds(text: str, column: str) -> int | None:
    if not text or len(text) > _LONGEST:
        return None
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return (hours * 60 + minutes) * 60 + seconds
    if match := _UNITS.fullmatch(text):
        return round(_decimal(match[1]) * 3600) + int(match[2] or 0) * 60
    if _is_in_hours(column) and _NUMBER.fullmatch(text):
        return round(_decimal(text) * 3600)
    try:
        return seconds_of(text.upper())
    except ValueError:
        return None


def _decimal(text: str | None) -> float:
    return float((text or "0").replace(",", "."))


def _is_in_hours(column: str) -> bool:
    """Whether the name of a column says that its numbers are hours, as `Duration (h)` of Clockify's template does."""
    name = column.casefold()
    return name.endswith("(h)") or "hours" in name.replace("(", " ").replace(")", " ").split()
