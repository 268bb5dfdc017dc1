"""JSON from outside → values, within limits: plan files, journals, lock files and responses are all parsed here. Values → indented JSON.

Python's parser accepts more than JSON (NaN, numbers beyond every range, half of a surrogate pair, a key twice), and what it
accepts fails later, far from its cause: in a digest, on a terminal, in a recursion.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

MAX_DEPTH: Final = 100
"""Maximum nesting of arrays and objects. A plan file has 7 levels, a page of projects 5."""
MAX_DIGITS: Final = 19
"""Maximum digits of an integer: those of 64 bits. Python refuses to convert more than 4,300 with an error of its own."""

# A string is one token, so that what it contains is not taken for structure. The parts exclude each other: no backtracking.
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_BRACKETS = re.compile(_STRING + r"|([\[{])|([\]}])", re.DOTALL)
_NUMBERS = re.compile(_STRING + r"|(-?[0-9][0-9.eE+-]*|-?Infinity|NaN)", re.DOTALL)
_ESCAPES = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(data: bytes | str, *, unique_keys: bool = False, any_text: bool = False) -> Any:
    """The value of a JSON document in UTF-8; a byte order mark at its start is skipped.

    Raises ValueError, with line and column, for what is not JSON, and for what no reader should rely on: numbers that are not
    finite or exceed 64 bits, lone surrogates (unless `any_text`), more than `MAX_DEPTH` levels, and with `unique_keys` a key that
    an object repeats.
    """
    text = _decode(data) if isinstance(data, bytes) else data
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_float,
            object_pairs_hook=_unique if unique_keys else None,
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}") from None
    except _NumberError as error:
        raise ValueError(f"{error}{_place(text, _position_of_number(text))}") from None
    except RecursionError:
        raise _too_deep(text) from None
    if _is_deep(value):
        raise _too_deep(text)
    if not any_text and _SURROGATE_ESCAPE.search(text):
        _refuse_lone_surrogates(text)
    return value


def canonical_json(value: Any) -> str:
    """The one text of a value, for digests and checksums: keys sorted, no blanks, no escapes that JSON does not need."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def indented_json(value: Any, indent: int = 2, *, level: int = 0, is_ascii: bool = False) -> str:
    """The same text as `json.dumps` gives with an indent, at a level of nesting; keys are strings. `is_ascii`: other characters are escaped.

    Python's encoder in C does not indent, and the one in Python takes longer: 20,000 changes are a million lines. Here what has no list
    and no object inside is encoded in C, with a line break as part of the separator.
    """
    return _indented(value, "\n" + " " * indent * level, " " * indent, is_ascii)


def _indented(value: Any, line: str, step: str, is_ascii: bool) -> str:  # noqa: FBT001 - inside
    """`line`: the line break and the indent of the value's last line."""
    below = line + step
    encode = _encoder(below, is_ascii)
    if not value or not isinstance(value, _CONTAINERS):
        return encode(value)
    is_object = isinstance(value, dict)
    parts: list[str] = []
    flat: Any = {} if is_object else []
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        if not item or not isinstance(item, _CONTAINERS):
            if is_object:
                flat[key] = item
            else:
                flat.append(item)
            continue
        if flat:
            parts.append(encode(flat)[1:-1])
            flat.clear()
        text = _indented(item, below, step, is_ascii)
        parts.append(f"{_NAMES[is_ascii](key)}: {text}" if is_object else text)
    if flat:
        parts.append(encode(flat)[1:-1])
    first, last = "{}" if is_object else "[]"
    return f"{first}{below}{f',{below}'.join(parts)}{line}{last}"


_CONTAINERS: Final = (dict, list, tuple)
_NAMES: Final = {True: json.encoder.encode_basestring_ascii, False: json.encoder.encode_basestring}


@cache
def _encoder(line: str, is_ascii: bool) -> Callable[[Any], str]:  # noqa: FBT001 - inside
    """The encoder with a line break after each comma: made once for each level, as to make one takes longer than to use it."""
    encoder = json.JSONEncoder(ensure_ascii=is_ascii, separators=(f",{line}", ": "))
    make: Any = json.encoder.c_make_encoder  # type: ignore[attr-defined]
    if make is None:  # a Python without it
        return encoder.encode
    flags = (False, False, True)  # keys in their order, none of them skipped, numbers as they are
    encode = make(None, encoder.default, _NAMES[is_ascii], None, ": ", f",{line}", *flags)
    return lambda value: "".join(encode(value, 0))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"invalid UTF-8 byte 0x{data[error.start]:02x} at byte {error.start + 1}") from None


class _NumberError(ValueError):
    """A number that is not accepted; the hooks of the parser do not know its place."""


def _refuse_constant(name: str) -> Any:
    raise _NumberError(f"{name} is not a JSON number")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS and len(digits.lstrip("-")) > MAX_DIGITS:
        raise _NumberError(f"a number has more than {MAX_DIGITS} digits")
    return int(digits)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _NumberError("a number is out of range")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"duplicate key {repeated[:60]!a}")
    return result


def _is_deep(value: Any) -> bool:
    """Level by level: recursion would need the limit that it enforces. Costs a tenth of the parsing."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _too_deep(text: str) -> ValueError:
    depth = 0
    for match in _BRACKETS.finditer(text):
        depth += 1 if match[1] else -1 if match[2] else 0
        if depth > MAX_DEPTH:
            return ValueError(f"nested more than {MAX_DEPTH} levels deep{_place(text, match.start())}")
    return ValueError(f"nested more than {MAX_DEPTH} levels deep")


def _position_of_number(text: str) -> int:
    """Where the first number stands that a hook refuses."""
    hooks: dict[str, Callable[[str], Any]] = {"NaN": _refuse_constant, "Infinity": _refuse_constant}
    for match in _NUMBERS.finditer(text):
        if number := match[1]:
            digits = number.removeprefix("-")
            try:
                hooks.get(digits, _integer if digits.isdigit() else _float)(number)
            except _NumberError:
                return match.start()
    return 0


def _refuse_lone_surrogates(text: str) -> None:
    """Raise ValueError for an escape that is half of a pair. Decoded UTF-8 has no surrogates; only escapes make them."""
    expected = -1  # where the second half of a pair has to start
    for match in _ESCAPES.finditer(text):
        code = int(match[1], 16) if match[1] else 0
        if 0xDC00 <= code < 0xE000 and match.start() == expected:
            expected = -1
            continue
        if expected >= 0 or 0xDC00 <= code < 0xE000:
            position = expected - 6 if expected >= 0 else match.start()
            raise ValueError(f"a lone surrogate{_place(text, position)}")
        expected = match.end() if 0xD800 <= code < 0xDC00 else -1
    if expected >= 0:
        raise ValueError(f"a lone surrogate{_place(text, expected - 6)}")


def _place(text: str, position: int) -> str:
    before = text[:position]
    return f" at line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"
