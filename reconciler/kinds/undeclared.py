"""Field types of what no manifest declares, and an undo of a delete sets again. Canonical values are text or lists of text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.json_text import parse_json
from reconciler.kinds.estimates import estimate_body
from reconciler.kinds.field_types import Flag, Single
from reconciler.kinds.json_values import object_or_none, texts, wrong_type
from reconciler.value_types import Wire


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
