"""Field types: the manifest, wire and canonical form of each kind of value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.durations import DURATION_PATTERN, canonical_duration
from reconciler.kinds.json_values import text_or_none, texts, wrong_type

EMAIL_PATTERN = r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$"
TEXT_PATTERN = r"^[^<>\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
EMAIL: Mapping[str, Any] = {"type": "string", "pattern": EMAIL_PATTERN, "maxLength": 254}
"""The JSON Schema of an e-mail address."""


@dataclass(frozen=True, slots=True)
class Single:
    """Optional text. Empty and null are equal, since the API answers either; canonical None."""

    def parse(self, value: Any) -> str | None:
        """As written; empty is None."""
        return value or None

    def read(self, value: Any) -> str | None:
        """As sent, in canonical form."""
        return self.parse(text_or_none(value))

    def write(self, value: Any) -> Any:
        """None becomes an empty string, which clears; null would mean "not given" in a merging update."""
        return value or ""

    def document(self, value: Any) -> str | None:
        """As is."""
        return value or None


@dataclass(frozen=True, slots=True)
class _Several:
    """A set of texts. Empty and null are equal, canonical (); the order has no meaning, canonical is sorted."""

    def parse(self, value: Any) -> tuple[str, ...]:
        """E-mail addresses in lower case, sorted, unique."""
        return tuple(sorted({str(item).lower() for item in value or ()}))

    def read(self, value: Any) -> tuple[str, ...]:
        """As `parse`."""
        return self.parse(texts(value))

    def write(self, value: Any) -> list[str]:
        """An array; empty clears."""
        return list(value or ())

    def document(self, value: Any) -> list[str] | None:
        """An array; None if empty."""
        return list(value) or None


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false; null is false."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def parse(self, value: Any) -> bool:
        """As written."""
        return bool(value)

    def read(self, value: Any) -> bool:
        """As sent."""
        if value is not None and not isinstance(value, bool):
            raise wrong_type(value, "a boolean")
        return bool(value)

    write = document = parse


@dataclass(frozen=True, slots=True)
class Text(Single):
    """Free text."""

    max_length: int

    @property
    def schema(self) -> Mapping[str, Any]:
        """A string without the characters that the API rejects."""
        return {"type": "string", "maxLength": self.max_length, "pattern": TEXT_PATTERN}


@dataclass(frozen=True, slots=True)
class Email(Single):
    """An optional e-mail address; canonical in lower case: another case is the same address, and the server may change it."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """A string that looks like an address."""
        return EMAIL

    def parse(self, value: Any) -> str | None:
        """Lower case; empty is None."""
        return value.lower() if value else None


@dataclass(frozen=True, slots=True)
class EmailList(_Several):
    """A short list of e-mail addresses."""

    max_items: int

    @property
    def schema(self) -> Mapping[str, Any]:
        """An array of unique addresses."""
        return {"type": "array", "items": EMAIL, "maxItems": self.max_items, "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class People(_Several):
    """A set of workspace users: e-mail addresses in manifests, user ids on the wire.

    Rooms that know the users convert between ids and addresses; here both are plain strings.
    """

    @property
    def schema(self) -> Mapping[str, Any]:
        """An array of unique addresses."""
        return {"type": "array", "items": EMAIL, "uniqueItems": True}

    def read(self, value: Any) -> tuple[str, ...]:
        """Ids, sorted, unique."""
        return tuple(sorted(set(texts(value))))


@dataclass(frozen=True, slots=True)
class Colour(Single):
    """`#RRGGBB`; canonical in upper case, since the server may change the case."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """A string in the pattern that the API requires."""
        return {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}

    def parse(self, value: Any) -> str | None:
        """Upper case; empty is None."""
        return value.upper() if value else None


@dataclass(frozen=True, slots=True)
class Duration(Single):
    """An ISO 8601 duration; canonical in hours, minutes, seconds (`PT90M` is `PT1H30M`). Zero and null are None."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """A string such as PT120H."""
        return {"type": "string", "pattern": DURATION_PATTERN}

    def parse(self, value: Any) -> str | None:
        """The canonical duration; zero is None."""
        return canonical_duration(value)

    def write(self, value: Any) -> Any:
        """None clears with `PT0S`."""
        return value or "PT0S"


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a fixed list: lower case in manifests, upper case on the wire."""

    words: tuple[str, ...]

    @property
    def schema(self) -> Mapping[str, Any]:
        """One of the words."""
        return {"type": "string", "enum": list(self.words)}

    def parse(self, value: Any) -> str:
        """As written; None is the first word."""
        return value or self.words[0]

    def read(self, value: Any) -> str:
        """Lower case; null is the first word."""
        return (text_or_none(value) or self.words[0]).lower()

    def write(self, value: Any) -> str:
        """Upper case."""
        return str(value or self.words[0]).upper()

    def document(self, value: Any) -> str:
        """As is."""
        return str(value)
