"""Reads and validates the fields of request bodies as the contract requires. Null and absent are both None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.errors import domain, wrong_shape

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
INT32 = 2**31 - 1
INT64 = 2**63 - 1

Body = Mapping[str, Any]


def string(body: Body, key: str) -> str | None:
    """A string with any content, such as an id."""
    value = body.get(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        raise wrong_shape(f"Cannot deserialize value of type `java.lang.String` for {key}")
    return str(value).lower() if isinstance(value, bool) else str(value)


def text(body: Body, key: str, limit: int) -> str | None:
    """Free text of at most `limit` characters, without angle brackets."""
    value = string(body, key)
    if value is None:
        return None
    if len(value) > limit:
        raise domain("too_long", field=key)
    refuse_angles(value)
    return value


def refuse_angles(value: str) -> None:
    """Reject `<` and `>` (section 1.2): verified for descriptions, assumed for all text."""
    if "<" in value or ">" in value:
        raise domain("angle")


def email(body: Body, key: str) -> str | None:
    """An e-mail address; may be empty."""
    value = string(body, key)
    if value and not _EMAIL.fullmatch(value):
        raise domain("not_valid", field=key)
    return value


def emails(body: Body, key: str, most: int) -> list[str] | None:
    """A list of e-mail addresses."""
    values = strings(body, key)
    if values is None:
        return None
    if len(values) > most:
        raise domain("cc_emails")
    if not all(_EMAIL.fullmatch(value) for value in values):
        raise domain("not_valid", field=key)
    return values


def strings(body: Body, key: str) -> list[str] | None:
    """A list of strings."""
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise wrong_shape(f"Cannot deserialize value of type `java.util.List` for {key}")
    return list(value)


def part(body: Body, key: str) -> dict[str, Any] | None:
    """An object within the body."""
    value = body.get(key)
    if value is None or isinstance(value, dict):
        return value
    raise wrong_shape(f"Cannot construct instance for {key}")


def parts(body: Body, key: str) -> list[dict[str, Any]] | None:
    """A list of objects within the body."""
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise wrong_shape(f"Cannot deserialize value of type `java.util.List` for {key}")
    return value


def flag(body: Body, key: str) -> bool | None:
    """A boolean, or its text."""
    value = body.get(key)
    if value is None or isinstance(value, bool):
        return value
    if value in ("true", "false"):  # a tuple: in a set the value would have to be hashable
        return bool(value == "true")
    raise wrong_shape(f"Cannot deserialize value of type `boolean` for {key}")


def integer(body: Body, key: str, *, most: int = INT32, least: int = 0) -> int | None:
    """An integer, 32-bit and not negative unless `most` and `least` differ."""
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > (INT64 if most == INT64 else INT32):
        raise wrong_shape(f"Cannot deserialize value of type `{'long' if most == INT64 else 'int'}` for {key}")
    if not least <= value <= most:
        raise domain("not_valid", field=key)
    return value


def long(body: Body, key: str) -> int | None:
    """A non-negative 64-bit integer."""
    return integer(body, key, most=INT64)


def choice(body: Body, key: str, allowed: tuple[str, ...]) -> str | None:
    """One of the allowed words; another one cannot be deserialised."""
    value = body.get(key)
    if value is None:
        return None
    if value not in allowed:
        raise wrong_shape(f"Cannot deserialize value for {key}: not one of the values accepted for Enum class")
    return str(value)


def color(body: Body, key: str, *, spelling: str = "normalised") -> str | None:
    """`#` and six hex digits, in upper case unless the spelling is kept."""
    value = string(body, key)
    if value is None:
        return None
    if not _COLOR.fullmatch(value):
        raise domain("not_valid", field=key)
    return value if spelling == "kept" else value.upper()
