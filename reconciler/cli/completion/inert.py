"""Which values a shell may offer."""

from __future__ import annotations

from reconciler.characters import hidden_positions

_LONGEST = 250


def is_inert(value: str) -> bool:
    """Whether a value changes nothing where it is listed, and is read as a value where it is inserted and quoted."""
    return 0 < len(value) <= _LONGEST and value == value.strip() and next(hidden_positions(value), None) is None
