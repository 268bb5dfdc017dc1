"""How values are written: the patterns and types of the schema in words, and values in messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.durations import DURATION_PATTERN
from reconciler.kinds.estimates import ESTIMATE_PATTERN
from reconciler.manifest.schema.patterns import PATTERNS
from reconciler.manifest.yaml.text import quote

_DURATIONS = frozenset((DURATION_PATTERN, ESTIMATE_PATTERN))
TYPES = {
    "object": "a mapping", "array": "a list", "string": "a string", "boolean": "true or false", "integer": "an integer",
    "number": "a number", "null": "null",
}  # fmt: skip
"""JSON types in words."""


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


def pattern_hint(pattern: str, written: str, *, is_cell: bool = False) -> str:
    """How to write a value that a known pattern does not match: its right form, or an example.

    `is_cell`: it comes from a table or a variable, where durations have more forms.
    """
    from reconciler.manifest.validation.corrections import correction  # noqa: PLC0415 - start-up: only a problem needs it

    correct = correction(pattern, written)
    if is_cell and not correct and pattern in _DURATIONS:
        return "write 12.5h, 12:30 or PT12H30M"
    return f"write {correct}" if correct else PATTERNS[pattern][1]
