"""How values are written: the patterns and types of the schema in words, and values in messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.durations import DURATION_PATTERN
from reconciler.kinds.estimates import BUDGET_PATTERN, ESTIMATE_PATTERN
from reconciler.kinds.field_types import EMAIL_PATTERN, Colour
from reconciler.kinds.rates import RATE_PATTERN, SINCE_PATTERN
from reconciler.manifest.schema.for_each import VARIABLE_PATTERN
from reconciler.manifest.schema.manifest import SHARE_PATTERN
from reconciler.manifest.validation.corrections import correction
from reconciler.manifest.yaml.text import quote

TYPES = {
    "object": "a mapping", "array": "a list", "string": "a string", "boolean": "true or false", "integer": "an integer",
    "number": "a number", "null": "null",
}  # fmt: skip
"""JSON types in words."""
PATTERNS = {
    EMAIL_PATTERN: ("e-mail address", "use the form name@example.com"),
    DURATION_PATTERN: ("duration", "use ISO 8601 hours, minutes, seconds, e.g. PT1H30M"),
    ESTIMATE_PATTERN: ("duration", "use ISO 8601 hours, minutes, seconds, e.g. PT1H30M"),
    Colour().schema["pattern"]: ("color", 'use "#RRGGBB" in quotes (# begins a comment), e.g. "#1976D2"'),
    RATE_PATTERN: ("amount", 'use major units, up to 9999999.99 with at most 2 decimals, e.g. "95.00"'),
    BUDGET_PATTERN: ("amount", 'use major units with at most 2 decimals, e.g. "5000.00", or auto'),
    SINCE_PATTERN: (
        "date",
        "use a day of this century, e.g. 2026-01-31, or an instant in UTC, e.g. 2026-01-31T09:00:00Z",
    ),
    SHARE_PATTERN: ("share", "use a percentage from 0% to 100%, e.g. 25%"),
    VARIABLE_PATTERN: ("variable name", "use letters, digits and _, e.g. team_name"),
}
"""What a pattern is of, and how to write it."""


def format_hint(schema: Mapping[str, Any], written: str = "") -> str:
    """How to write a value of a field with this schema; empty if the schema has neither a known pattern nor a type.

    `written`: the value, whose right form is the hint where that is certain.
    """
    pattern = schema.get("pattern") or next((s["pattern"] for s in schema.get("anyOf", ()) if "pattern" in s), "")
    if pattern in PATTERNS:
        return pattern_hint(pattern, written)
    return f"use {TYPES[schema['type']]}" if schema.get("type") in TYPES else ""


def describe_value(value: Any) -> str:
    """A value for a message: scalars as written, `a mapping` or `a list` for the rest."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(value) if isinstance(value, str) else str(value)[:40]


def invalid_value(value: Any, label: str) -> str:
    """The message for a value that the field does not allow; `label` names the field."""
    if isinstance(value, dict | list):
        return f"{label} cannot be {describe_value(value)}"
    return f"invalid value {describe_value(value)} for {label}"


def pattern_hint(pattern: str, written: str) -> str:
    """How to write a value that a known pattern does not match: its right form, or an example."""
    correct = correction(pattern, written)
    return f"write {correct}" if correct else PATTERNS[pattern][1]
