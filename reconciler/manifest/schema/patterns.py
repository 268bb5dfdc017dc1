"""The patterns of the schema in words, for messages and for editors, which would show the pattern itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.durations import DURATION_PATTERN, PERIOD_FORM, PERIOD_PATTERN
from reconciler.kinds.estimates import BUDGET_PATTERN, ESTIMATE_PATTERN
from reconciler.kinds.field_types import EMAIL_PATTERN, TEXT_PATTERN, Colour
from reconciler.kinds.rates import RATE_PATTERN, SINCE_PATTERN
from reconciler.manifest.schema.for_each import VARIABLE_PATTERN

# No leading or trailing spaces. JSON Schema cannot express the rules on Unicode normalization and invisible characters.
_INNER = r"[^<>\u0000-\u001f\u007f-\u009f]"
_EDGE = r"[^ <>\u0000-\u001f\u007f-\u009f]"
NAME_PATTERN = f"^{_EDGE}(?:{_INNER}*{_EDGE})?$"
SHARE_PATTERN = r"^(?:100(?:\.0{1,6})?|[0-9]{1,2}(?:\.[0-9]{1,6})?)%$"

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
    PERIOD_PATTERN: ("period", PERIOD_FORM),
    VARIABLE_PATTERN: ("variable name", "use letters, digits and _, e.g. team_name"),
}
"""What a pattern is of, and how to write it."""

_OTHERS = {
    NAME_PATTERN: "invalid name: use text without < and >, and without whitespace at its ends; put numbers, true and null in quotes",
    TEXT_PATTERN: "invalid text: use text without < and >; put numbers, true and null in quotes",
}


def with_messages(schema: Any) -> Any:
    """A schema with a message at each pattern, as editors take it: `errorMessage`, or where other keys belong to a mapping,
    `patternErrorMessage`. Both are annotations, which validators ignore.
    """
    if isinstance(schema, list):
        return [with_messages(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {key: with_messages(part) for key, part in schema.items()}
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        name, hint = PATTERNS.get(pattern, ("", ""))
        key = "patternErrorMessage" if "properties" in schema else "errorMessage"
        found[key] = f"invalid {name}: {hint}" if name else _OTHERS[pattern]
    return found
