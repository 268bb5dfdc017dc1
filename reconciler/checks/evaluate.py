"""Does a check hold? Yes, no, or nobody can tell, since a value that it asks for is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from reconciler.checks.check import Check, Condition, Operator
from reconciler.checks.patterns import is_match
from reconciler.kinds.field_types import seconds_of

_UNKNOWN: Any = object()


def evaluate(check: Check, values: Mapping[str, Any]) -> bool | None:
    """Whether the check is kept by a resource with these values, by field; None where a value that decides is missing."""
    kept = [_all(check.require)(values)] if check.require else []
    if check.forbid:
        kept.append(_not(_all(check.forbid)(values)))
    return _either(_not(_all(check.when)(values)), _both(kept))


def _all(conditions: Iterable[Condition]) -> Any:
    return lambda values: _both(_holds(condition, values) for condition in conditions)


def _not(operand: bool | None) -> bool | None:  # noqa: FBT001 - a value of a logic of three, not a switch
    return None if operand is None else not operand


def _both(operand: Iterable[bool | None]) -> bool | None:
    words = list(operand)
    return False if False in words else None if None in words else True


def _either(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - as above
    return _not(_both((_not(one), _not(other))))


def _holds(condition: Condition, values: Mapping[str, Any]) -> bool | None:
    value = values.get(condition.field, _UNKNOWN)
    return None if value is _UNKNOWN else _COMPARED[condition.operator](value, condition.value)


def _is_set(value: Any) -> bool:
    return value not in (None, (), "")


def _measure(value: str) -> Decimal:
    """A duration in seconds, an amount as it is."""
    return Decimal(seconds_of(value)) if value.startswith("P") else Decimal(value)


_COMPARED: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: lambda value, operand: bool(value == operand),
    Operator.NOT_EQUALS: lambda value, operand: bool(value != operand),
    Operator.IN: lambda value, operand: value in operand,
    Operator.NOT_IN: lambda value, operand: value not in operand,
    Operator.IS_SET: lambda value, operand: _is_set(value) is operand,
    Operator.IS_NOT_SET: lambda value, operand: _is_set(value) is not operand,
    # What is not set matches nothing, and is neither less nor greater than anything.
    Operator.MATCHES: lambda value, operand: _is_set(value) and is_match(operand, value),
    Operator.LESS_THAN: lambda value, operand: _is_set(value) and _measure(value) < _measure(operand),
    Operator.GREATER_THAN: lambda value, operand: _is_set(value) and _measure(value) > _measure(operand),
}
