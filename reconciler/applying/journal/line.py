"""Between a frozen dataclass and a line of a journal: the fields, in their order, are the keys of a JSON object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Self, get_type_hints

from reconciler.model import Address

_Read = Callable[[Any], Any]
_READERS: dict[type, Mapping[str, _Read]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event of a journal. `at` is a UTC time, which the journal fills in when it writes the line."""

    event: ClassVar[str]
    optional: ClassVar[frozenset[str]] = frozenset()
    """Keys that the line leaves out where they have their default."""

    at: str = ""

    def to_json(self) -> dict[str, Any]:
        """The line as plain JSON values, `event` first."""
        line: dict[str, Any] = {"event": self.event}
        for key in fields(self):
            value = getattr(self, key.name)
            if key.name not in self.optional or value != key.default:
                line[key.name] = _plain(value)
        return line

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Self:
        """Read a line; unknown keys are ignored. Raises KeyError, TypeError or ValueError where it does not fit this event."""
        readers = _READERS.get(cls) or _READERS.setdefault(cls, _readers(cls))
        return cls(**{key: read(line[key]) for key, read in readers.items() if key in line or key not in cls.optional})


def exactly(*types: type) -> _Read:
    """A reader that takes values of these types only; else it raises TypeError."""

    def read(value: Any) -> Any:
        if not isinstance(value, types):
            raise TypeError(f"{type(value).__name__} instead of {types[0].__name__}")
        return value

    return read


def _address(value: Any) -> Address:
    return Address.parse(exactly(str)(value))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(exactly(str), exactly(list)(value)))


def _objects(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(map(exactly(dict), exactly(list)(value)))


def _addresses(value: Any) -> tuple[Address, ...]:
    return tuple(map(_address, exactly(list)(value)))


_BY_TYPE: Mapping[Any, _Read] = {
    str: exactly(str),
    int: exactly(int),
    float: exactly(float, int),
    bool: exactly(bool),
    str | None: exactly(str, type(None)),
    int | None: exactly(int, type(None)),
    Mapping[str, Any]: exactly(dict),
    Mapping[str, int]: exactly(dict),
    Mapping[str, Any] | None: exactly(dict, type(None)),
    Address: _address,
    tuple[Address, ...]: _addresses,
    tuple[str, ...]: _texts,
    tuple[Mapping[str, Any], ...]: _objects,
}


def _readers(event: type[Line]) -> Mapping[str, _Read]:
    """By key, how its value is read; the values of an enumeration are read by the enumeration itself."""
    hints = get_type_hints(event)
    return {key.name: _BY_TYPE.get(hints[key.name], hints[key.name]) for key in fields(event)}


def _plain(value: Any) -> Any:
    if isinstance(value, Address | StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value
