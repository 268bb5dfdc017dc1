"""The parts of a check, their JSON in plan files, and the fields that a check may use."""

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
"""Fields available for every kind, besides its own fields and the names of its ancestors."""
NAMES = frozenset(("name", *BY_NAME))
"""Fields whose values are names: that of the resource itself, and those of its ancestors."""


class Level(StrEnum):
    """The effect of a failed check: block the change, or warn."""

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
    """A comparison. `value` is a canonical value of the field's type; a tuple of them for IN and NOT_IN, a pattern for MATCHES."""

    field: str
    operator: Operator
    value: Any

    def to_json(self) -> dict[str, Any]:
        """The JSON of the plan file."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"field": self.field, "operator": str(self.operator), "value": value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Condition:
        """Parse the JSON of a plan file. Raises KeyError or ValueError if it is invalid."""
        value = tuple(data["value"]) if isinstance(data["value"], list) else data["value"]
        return cls(str(data["field"]), Operator(data["operator"]), value)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: if `when` holds, `require` must hold and `forbid` must not. The conditions of each are joined with AND.

    `kinds`: the kinds that it applies to, never empty. `actions`: the changes that it applies to; if empty, it applies to
    every resource that exists after the change, so not to removals.
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
        """The message for a failure, with the name of the check if it has one."""
        return f"{self.name}: {self.message}" if self.name else self.message

    @property
    def depends_on_day(self) -> bool:
        """Whether the result depends on the day of the evaluation."""
        return any(condition.field == WEEKDAY for condition in (*self.when, *self.require, *self.forbid))

    def to_json(self) -> dict[str, Any]:
        """The JSON of the plan file; the order of keys in the manifest does not change it."""
        parts: dict[str, Iterable[Condition]] = {"when": self.when, "require": self.require, "forbid": self.forbid}
        return {
            "message": self.message,
            "level": str(self.level),
            "name": self.name,
            "kinds": sorted(self.kinds),
            "actions": sorted(self.actions),
            **{key: sorted((c.to_json() for c in part), key=_sort_key) for key, part in parts.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Check:
        """Parse the JSON of a plan file. Raises KeyError, TypeError or ValueError if it is invalid."""
        parts = {key: tuple(map(Condition.from_json, data[key])) for key in ("when", "require", "forbid")}
        kinds, actions = tuple(map(str, data["kinds"])), tuple(map(str, data["actions"]))
        return cls(str(data["message"]), Level(data["level"]), str(data["name"]), kinds, actions, **parts)


def _sort_key(condition: Mapping[str, Any]) -> tuple[str, str]:
    return condition["field"], condition["operator"]


def parents_of(kind: Kind) -> tuple[str, ...]:
    """The ancestor kinds of a kind, the nearest first."""
    return (kind.parent, *parents_of(BY_NAME[kind.parent])) if kind.parent else ()


def fields_of(kind: Kind) -> tuple[str, ...]:
    """Every field that a check may use for a kind."""
    return (*FIELDS_OF_ALL, *parents_of(kind), *(field.name for field in kind.fields))


def identity(address: Address) -> dict[str, Any]:
    """The name of a resource and the names of its ancestors; None for an optional parent that it does not have."""
    names = list(reversed(address.path))
    parents = parents_of(BY_NAME[address.kind])
    return {"name": names[0], **{p: names[i] if i < len(names) else None for i, p in enumerate(parents, start=1)}}
