"""Which operators of a check apply to which field, by its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.checks import WEEKDAYS, Operator
from reconciler.checks.check import WEEKDAY
from reconciler.kinds import BY_NAME
from reconciler.kinds.estimates import Budget, Reset, TimeEstimate
from reconciler.kinds.field_types import Choice, Duration, EmailList, Flag, People
from reconciler.kinds.rates import Rate
from reconciler.value_types import FieldType

_EQUALITY = (Operator.EQUALS, Operator.NOT_EQUALS)
MEMBERSHIP = (Operator.IN, Operator.NOT_IN)
PRESENCE = (Operator.IS_SET, Operator.IS_NOT_SET)
_ORDER = (Operator.LESS_THAN, Operator.GREATER_THAN)
CONDITIONS: Mapping[str, tuple[Operator, ...]] = {
    "condition": (*_EQUALITY, *MEMBERSHIP, *PRESENCE, Operator.MATCHES),
    "flag_condition": _EQUALITY,
    "choice_condition": (*_EQUALITY, *MEMBERSHIP),
    "list_condition": (*_EQUALITY, *PRESENCE),
    "reset_condition": (*_EQUALITY, *MEMBERSHIP, *PRESENCE),
    "amount_condition": (*_EQUALITY, *MEMBERSHIP, *PRESENCE, *_ORDER),
}
"""The operators of each group of fields, by the name of its definition in the schema; `condition` is that of text."""
_GROUPS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((Flag,), "flag_condition"),
    ((Choice,), "choice_condition"),
    ((EmailList, People), "list_condition"),
    ((Reset,), "reset_condition"),
    ((Duration, TimeEstimate, Budget, Rate), "amount_condition"),
)


class _Name:
    """The type of `name` and of parents: any string, unchanged."""

    schema: Mapping[str, Any] = {"type": "string"}

    def parse(self, value: Any) -> Any:
        return value


class _Weekday:
    """The type of `weekday`."""

    schema: Mapping[str, Any] = {"type": "string", "enum": list(WEEKDAYS)}

    def parse(self, value: Any) -> Any:
        return value


def type_of(field: str, kinds: tuple[str, ...]) -> FieldType | _Name | _Weekday:
    """The type of the values of a field, by the first of the kinds that has it."""
    if field == WEEKDAY:
        return _Weekday()
    for kind in kinds:
        for declared in BY_NAME[kind].fields:
            if declared.name == field:
                return declared.type
    return _Name()


def condition_of(field: str, field_type: Any) -> str:
    """The group of a field, a key of CONDITIONS."""
    if field == WEEKDAY:
        return "choice_condition"
    return next((name for types, name in _GROUPS if isinstance(field_type, types)), "condition")


def operators_of(field: str, field_type: Any) -> tuple[Operator, ...]:
    """The operators that apply to a field."""
    return CONDITIONS[condition_of(field, field_type)]
