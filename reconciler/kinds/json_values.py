"""JSON values of one type each: another type is an error, never taken for a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text_or_none(value: Any) -> str | None:
    """The value if it is a JSON string or null; raises TypeError."""
    if value is None or isinstance(value, str):
        return value
    raise wrong_type(value, "a string")


def object_or_none(value: Any) -> Mapping[str, Any] | None:
    """The value if it is a JSON object or null; raises TypeError."""
    if value is None or isinstance(value, Mapping):
        return value
    raise wrong_type(value, "an object")


def texts(value: Any) -> tuple[str, ...]:
    """The items of a JSON array of strings; none for null. Raises TypeError."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise wrong_type(value, "a list")
    for item in value:
        if not isinstance(item, str):
            raise wrong_type(item, "a string", "it contains ")
    return tuple(value)


def wrong_type(value: Any, expected: str, prefix: str = "it is ") -> TypeError:
    """The error for a JSON value of another type than `expected`."""
    names = {bool: "a boolean", str: "a string", type(None): "null", list: "a list", tuple: "a list"}
    name = "an object" if isinstance(value, Mapping) else names.get(type(value), "a number")
    return TypeError(f"{prefix}{name}, not {expected}")
