"""Numbers with their nouns."""

from __future__ import annotations


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 project`, `2 projects`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
