"""The shape of JSON: which keys and types a document has. A deviation is a problem with its path, such as `changes[3].steps`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from reconciler.kinds import BY_NAME, path_lengths
from reconciler.model import Address

_MOST = 2**63 - 1
_WORDS = {"None": "null", "True": "true", "False": "false"}
"""Python's words for values as JSON has them. By their text: 1 is equal to True."""


class ShapeProblem(NamedTuple):
    """A deviation: where, and what."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Shape(Protocol):
    """Finds what is wrong with a JSON value; `path` is where it stands."""

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Every deviation in the value and in what it contains."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value that satisfies `accepts`; `name` completes `not …`."""

    name: str
    accepts: Callable[[Any], bool]

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """The value, if it is of another type."""
        if not self.accepts(value):
            yield ShapeProblem(path, f"not {self.name}: {excerpt(value)}")


@dataclass(frozen=True, slots=True)
class Optional:
    """A value or null."""

    shape: Shape

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Those of the value, unless it is null."""
        if value is not None:
            yield from self.shape.problems(value, path)


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array."""

    shape: Shape

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Those of every item."""
        if not isinstance(value, list):
            yield ShapeProblem(path, f"not an array: {excerpt(value)}")
            return
        for number, item in enumerate(value):
            yield from self.shape.problems(item, f"{path}[{number}]")


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with any keys that satisfy `key`."""

    key: Shape
    shape: Shape

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Those of every key and value."""
        if not isinstance(value, Mapping):
            yield ShapeProblem(path, f"not an object: {excerpt(value)}")
            return
        for key, item in value.items():
            yield from self.key.problems(key, path)
            yield from self.shape.problems(item, below(path, key))


@dataclass(frozen=True, slots=True)
class Object:
    """An object with exactly these keys; those of `optional` can be missing."""

    keys: Mapping[str, Shape]
    optional: frozenset[str] = frozenset()

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Missing keys, unknown keys, and those of every value."""
        if not isinstance(value, Mapping):
            yield ShapeProblem(path, f"not an object: {excerpt(value)}")
            return
        for key in value:
            if key not in self.keys:
                yield ShapeProblem(below(path, key), "unknown key")
        for key, shape in self.keys.items():
            if key in value:
                yield from shape.problems(value[key], f"{path}.{key}" if path else key)
            elif key not in self.optional:
                yield ShapeProblem(below(path, key), "missing key")


def below(path: str, key: object) -> str:
    """The path of a key in an object; a key that is not a plain word is cut and quoted."""
    word = key if isinstance(key, str) and re.fullmatch(r"\w{1,40}", key) else excerpt(key)
    return f"{path}.{word}" if path else str(word)


def excerpt(value: Any) -> str:
    """A value for a message, cut to what fits into a line; objects and arrays by their type only."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "an array"
    if isinstance(value, int | float) and not isinstance(value, bool) and not -_MOST <= value <= _MOST:
        return "a number out of range"
    text = repr(value) if isinstance(value, str) else _WORDS.get(str(value), str(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


def is_text(value: Any) -> bool:
    """Whether a value is text that can be written as UTF-8: JSON escapes can hold half a character."""
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value))


def is_count(value: Any) -> bool:
    """Whether a value is a whole number from 0."""
    return type(value) is int and 0 <= value <= _MOST


def _is_number(value: Any) -> bool:
    return (type(value) is int or type(value) is float) and 0 <= value <= _MOST and math.isfinite(value)


def _is_value(value: Any) -> bool:
    """A canonical field value: null, a flag, text, or a list of text."""
    if isinstance(value, list | tuple):
        return all(map(is_text, value))
    return value is None or isinstance(value, bool) or is_text(value)


def _is_address(value: Any) -> bool:
    """Whether a value is the canonical text of an address of a known kind, with as many parts as the kind has."""
    if not is_text(value):
        return False
    try:
        address = Address.parse(value)
    except ValueError:
        return False
    kind = BY_NAME.get(address.kind)
    return kind is not None and len(address.path) in path_lengths(kind) and str(address) == value


def one_of(words: Collection[str]) -> Scalar:
    """One of these words."""
    return Scalar(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words)


def matching(name: str, pattern: str) -> Scalar:
    """Text that matches a pattern as a whole."""
    expression = re.compile(pattern)
    return Scalar(name, lambda value: isinstance(value, str) and expression.fullmatch(value) is not None)


TEXT = Scalar("text", is_text)
FILLED = Scalar("text with at least one character", lambda value: is_text(value) and value != "")
COUNT = Scalar("a whole number from 0", is_count)
NUMBER = Scalar("a number from 0", _is_number)
FLAG = Scalar("true or false", lambda value: isinstance(value, bool))
VALUE = Scalar("a field value", _is_value)
ADDRESS = Scalar("an address", _is_address)
