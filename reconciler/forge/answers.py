"""Reads values from the answers of a forge. Raises ForgeError where one is missing or of another type."""

from __future__ import annotations

from typing import Any

from reconciler.errors import ForgeError


def mapping(value: Any, what: str) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise ForgeError(f"the forge answered without {what}")
    return value


def part(value: Any, *keys: str) -> dict[str, Any]:
    """An object inside of objects."""
    for key in keys:
        value = mapping(value, key).get(key)
    return mapping(value, ".".join(keys))


def text(value: Any, key: str) -> str:
    """A text, of an id also a number."""
    found = mapping(value, key).get(key)
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise ForgeError(f"the forge answered without {key!r}")
    return str(found)


def number(value: Any, key: str) -> int:
    """A whole number."""
    found = mapping(value, key).get(key)
    if isinstance(found, bool) or not isinstance(found, int):
        raise ForgeError(f"the forge answered without the number {key!r}")
    return found
