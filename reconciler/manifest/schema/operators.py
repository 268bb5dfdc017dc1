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
ORDER = (Operator.LESS_THAN, Operator.GREATER_THAN)
_OPERATORS: tuple[tuple[tuple[type, ...], tuple[Operator, ...]], ...] = (
    ((Flag,), _EQUALITY),
    ((Choice,), (*_EQUALITY, *MEMBERSHIP)),
    ((EmailList, People), (*_EQUALITY, *PRESENCE)),
    ((Reset,), (*_EQUALITY, *MEMBERSHIP, *PRESENCE)),
    ((Duration, TimeEstimate, Budget, Rate), (*_EQUALITY, *MEMBERSHIP, *PRESENCE, *ORDER)),
)
_TEXT_OPERATORS = (*_EQUALITY, *MEMBERSHIP, *PRESENCE, Operator.MATCHES)


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


def operators_of(field: str, field_type: Any) -> tuple[Operator, ...]:
    """The operators that apply to a field."""
    if field == WEEKDAY:
        return (*_EQUALITY, *MEMBERSHIP)
    return next((operators for types, operators in _OPERATORS if isinstance(field_type, types)), _TEXT_OPERATORS)
