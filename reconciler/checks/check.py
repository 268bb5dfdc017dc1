"""What a check is made of, its way into the plan file and back, and the fields that it may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Kind

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = "weekday"
FIELDS_OF_ALL = ("name", WEEKDAY)
"""What can be asked of every kind, besides its own fields and the names of what it belongs to."""


class Level(StrEnum):
    """What a broken check does: block the change, or warn."""

    ERROR = "error"
    WARN = "warn"


class Operator(StrEnum):
    """How a field is compared with a value."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    IN = "in"
    NOT_IN = "not_in"
    MATCHES = "matches"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"
    LESS_THAN = "less_than"
    GREATER_THAN = "greater_than"


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One comparison. `value` is canonical, as the field's type has it; a tuple of such for IN, a pattern for MATCHES."""

    field: str
    operator: Operator
    value: Any

    def to_json(self) -> dict[str, Any]:
        """As the plan file has it."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"field": self.field, "operator": str(self.operator), "value": value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Condition:
        """Raises KeyError and ValueError for what is none."""
        value = tuple(data["value"]) if isinstance(data["value"], list) else data["value"]
        return cls(str(data["field"]), Operator(data["operator"]), value)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: where `when` holds, `require` must hold and `forbid` must not (all conditions of one taken together).

    `kinds`: the kinds that it is about, never empty. `actions`: the changes that it is about; none means what will be there
    after the change, so that removals do not concern it.
    """

    message: str
    level: Level = Level.ERROR
    name: str = ""
    kinds: tuple[str, ...] = tuple(BY_NAME)
    actions: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    require: tuple[Condition, ...] = ()
    forbid: tuple[Condition, ...] = ()

    @property
    def label(self) -> str:
        """What is said where it is broken."""
        return f"{self.name}: {self.message}" if self.name else self.message

    @property
    def depends_on_day(self) -> bool:
        """Whether it depends on the day on which it is asked."""
        return any(condition.field == WEEKDAY for condition in (*self.when, *self.require, *self.forbid))

    def to_json(self) -> dict[str, Any]:
        """As the plan file has it, whatever order the manifest had its keys in."""
        parts: dict[str, Iterable[Condition]] = {"when": self.when, "require": self.require, "forbid": self.forbid}
        return {
            "message": self.message,
            "level": str(self.level),
            "name": self.name,
            "kinds": sorted(self.kinds),
            "actions": sorted(self.actions),
            **{key: sorted((c.to_json() for c in part), key=_order) for key, part in parts.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Check:
        """Raises KeyError, TypeError and ValueError for what is none."""
        parts = {key: tuple(map(Condition.from_json, data[key])) for key in ("when", "require", "forbid")}
        kinds, actions = tuple(map(str, data["kinds"])), tuple(map(str, data["actions"]))
        return cls(str(data["message"]), Level(data["level"]), str(data["name"]), kinds, actions, **parts)


def _order(condition: Mapping[str, Any]) -> tuple[str, str]:
    return condition["field"], condition["operator"]


def parents_of(kind: Kind) -> tuple[str, ...]:
    """The kinds that it belongs to, the nearest first."""
    return (kind.parent, *parents_of(BY_NAME[kind.parent])) if kind.parent else ()


def fields_of(kind: Kind) -> tuple[str, ...]:
    """Everything that a check may ask of a kind."""
    return (*FIELDS_OF_ALL, *parents_of(kind), *(field.name for field in kind.fields))


def identity(address: Address) -> dict[str, Any]:
    """The name, and the names of what it belongs to; None for a parent that it could have and has not."""
    names = list(reversed(address.path))
    parents = parents_of(BY_NAME[address.kind])
    return {"name": names[0], **{p: names[at] if at < len(names) else None for at, p in enumerate(parents, start=1)}}
