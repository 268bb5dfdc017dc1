"""Field types of what no manifest declares, and an undo of a delete sets again. Canonical values are text or lists of text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.json_text import parse_json
from reconciler.kinds.estimates import estimate_body
from reconciler.kinds.field_types import Flag, Single
from reconciler.kinds.json_values import object_or_none, text_or_none, texts, wrong_type
from reconciler.kinds.rates import Rate
from reconciler.value_types import Wire

GROUP = "group"
"""Stands before the id of a user group among members."""
_RATES = {"hourly": ("hourlyRate", "hourly-rate"), "cost": ("costRate", "cost-rate")}
"""The word of a member's rate → its key, and its endpoint below the member."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """A list of texts; canonical sorted."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """An array of texts."""
        return {"type": "array", "items": {"type": "string"}}

    def parse(self, value: Any) -> tuple[str, ...]:
        """Sorted, unique."""
        return tuple(sorted(set(value or ())))

    def document(self, value: Any) -> list[str]:
        """An array."""
        return list(value or ())


@dataclass(frozen=True, slots=True)
class Ids(_Texts):
    """A set of ids."""

    def read(self, value: Any) -> tuple[str, ...]:
        """Sorted, unique."""
        return self.parse(texts(value))

    write = _Texts.document


@dataclass(frozen=True, slots=True)
class Id(Single):
    """One id."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """A text."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class WholeNumber(Single):
    """A whole number; canonical is its decimal text, and zero is None."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """Decimal digits."""
        return {"type": "string", "pattern": "^[0-9]{1,18}$"}

    def parse(self, value: Any) -> str | None:
        """Decimal text without leading zeros; raises ValueError for other text."""
        return str(int(value)) if value and int(value) else None

    def read(self, value: Any) -> str | None:
        """Decimal text; null and zero are None."""
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise wrong_type(value, "a whole number")
        return str(value) if value else None

    def write(self, value: Any) -> int:
        """The number."""
        return int(value or 0)


@dataclass(frozen=True, slots=True)
class Template(Flag):
    """Whether a project is a template: another key in requests."""

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:  # noqa: ARG002 - the signature is PatchType's
        """The flag under its request key."""
        return {"isTemplate": bool(value)}


@dataclass(frozen=True, slots=True)
class Properties(_Texts):
    """A flat object; canonical are its properties as `key=value`, without nulls; a value is JSON, or text that is not JSON."""

    key: str

    def parse(self, value: Any) -> tuple[str, ...]:
        """Sorted, unique; raises ValueError for an item that is no property."""
        items = _Texts.parse(self, value)
        if any("=" not in item[1:] for item in items) or len(self.write(items)) != len(items):
            raise ValueError("not key=value, or a key more than once")
        return items

    def read(self, value: Any) -> tuple[str, ...]:
        """Its properties; none of null."""
        given = object_or_none(value) or {}
        return self.parse(f"{key}={_text_of(item)}" for key, item in given.items() if item is not None)

    def write(self, value: Any) -> dict[str, Any]:
        """The object."""
        pairs = (item.partition("=") for item in value or ())
        return {key: _value_of(text) for key, _, text in pairs}

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:
        """The object under its key, beside the present estimates."""
        return {**estimate_body(wire), self.key: self.write(value)}


@dataclass(frozen=True, slots=True)
class Leftover(Properties):
    """What an estimate has besides the values of declared fields, and of a new project: a manual one that is switched off."""

    declared: tuple[str, ...] = ()
    none: Any = None

    def read(self, value: Any) -> tuple[str, ...]:
        """The other properties; those of a manual estimate that is switched off, which no declared field has."""
        given = object_or_none(value) or {}
        is_kept = (
            given.get("active") is not True and given.get("type") == "MANUAL" and given.get("estimate") != self.none
        )
        own = self.declared if is_kept else (*self.declared, "active", "type", "estimate")
        return Properties.read(self, {key: item for key, item in given.items() if key not in own})

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:
        """The present estimate with these properties."""
        body = estimate_body(wire)
        return {**body, self.key: {**body.get(self.key, {}), **self.write(value)}}


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) and _value_of(value) is value else json.dumps(value, sort_keys=True)


def _value_of(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class Members(_Texts):
    """The members of a project with their rates: `USER`, `USER hourly 95.00 cost 50.00`, `group ID`."""

    def read(self, value: Any) -> tuple[str, ...]:
        """An item for each membership."""
        if value is not None and not isinstance(value, list | tuple):
            raise wrong_type(value, "a list")
        return self.parse(_member(object_or_none(item) or {}) for item in value or ())

    def parse(self, value: Any) -> tuple[str, ...]:
        """Sorted, unique; raises ValueError for an item that is neither a member nor a group."""
        items = _Texts.parse(self, value)
        for item in items:
            words = item.split(" ")
            pairs = dict(zip(words[1::2], words[2::2], strict=False))
            canonical = " ".join((words[0], *(f"{word} {pairs[word]}" for word in _RATES if word in pairs)))
            is_group = words[0] == GROUP and len(words) == 2 and bool(words[1])
            if not is_group and (
                words[0] in ("", GROUP)
                or canonical != item
                or any(Rate().parse(rate) != rate for rate in pairs.values())
            ):
                raise ValueError(f"not a member: {item[:60]!r}")
        return items

    def write(self, value: Any) -> list[dict[str, Any]]:
        """A request object for each person."""
        return [_member_request(item) for item in value or () if not item.startswith(f"{GROUP} ")]

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:  # noqa: ARG002 - the signature is PatchType's
        """The whole set: who is not named is removed (docs/clockify.md section 7)."""
        groups = [item.partition(" ")[2] for item in value or () if item.startswith(f"{GROUP} ")]
        named = {"userGroups": {"contains": "CONTAINS", "ids": groups, "status": "ALL"}} if groups else {}
        return {"memberships": self.write(value), **named}

    def follow_ups(self, wire: Wire, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """A request for each rate that the object does not have: no record shows that the set takes them."""
        present = {item["userId"]: item for item in self.write(self.read(wire.get("memberships")))}
        for item in self.write(value):
            for key, endpoint in _RATES.values():
                user = item["userId"]
                if key in item and present.get(user, {}).get(key) != item[key]:
                    yield f"users/{user}/{endpoint}", item[key]


def _member(item: Mapping[str, Any]) -> str:
    person = text_or_none(item.get("userId"))
    if not person or " " in person:
        raise wrong_type(person, "a user id", "its userId is ")
    if text_or_none(item.get("membershipType")) == "USERGROUP":
        return f"{GROUP} {person}"
    rates = ((word, Rate().read(item.get(key))) for word, (key, _) in _RATES.items())
    return " ".join((person, *(f"{word} {rate}" for word, rate in rates if rate is not None)))


def _member_request(item: str) -> dict[str, Any]:
    person, *words = item.split(" ")
    rates = zip(words[::2], words[1::2], strict=True)
    return {"userId": person, **{_RATES[word][0]: Rate().write(rate) for word, rate in rates}}
