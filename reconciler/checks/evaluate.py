"""Evaluates checks in three-valued logic: True, False, or None if a value that decides is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from reconciler.checks.check import NAMES, Check, Condition, Operator
from reconciler.checks.patterns import is_match
from reconciler.kinds.durations import seconds_of
from reconciler.names import fold

_UNKNOWN: Any = object()
_BY_NAME = (Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN, Operator.NOT_IN)
"""Operators that compare whole names: any spelling of a name is that name. A pattern sees the name as it is written."""


def evaluate(check: Check, values: Mapping[str, Any]) -> bool | None:
    """Whether a resource with these values, by field, passes the check; None if a value that decides is missing."""
    results = [_all(check.require)(values)] if check.require else []
    if check.forbid:
        results.append(_not(_all(check.forbid)(values)))
    return _or(_not(_all(check.when)(values)), _and(results))


def _all(conditions: Iterable[Condition]) -> Any:
    return lambda values: _and(_holds(condition, values) for condition in conditions)


def _not(operand: bool | None) -> bool | None:  # noqa: FBT001 - a value of three-valued logic, not a switch
    return None if operand is None else not operand


def _and(operands: Iterable[bool | None]) -> bool | None:
    values = list(operands)
    return False if False in values else None if None in values else True


def _or(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - as above
    return _not(_and((_not(one), _not(other))))


def _holds(condition: Condition, values: Mapping[str, Any]) -> bool | None:
    value, operand = values.get(condition.field, _UNKNOWN), condition.value
    if value is _UNKNOWN:
        return None
    if condition.field in NAMES and condition.operator in _BY_NAME:
        value, operand = _folded(value), _folded(operand)
    return _COMPARISONS[condition.operator](value, operand)


def _folded(value: Any) -> Any:
    """A name, or a tuple of names, in the form that is compared; None for no parent stays None."""
    return tuple(map(_folded, value)) if isinstance(value, tuple) else fold(value) if value is not None else None


def _is_set(value: Any) -> bool:
    return value not in (None, (), "")


def _number(value: str) -> Decimal:
    """A duration in seconds, or an amount; a value that is neither, such as `auto`, is neither less nor greater than any."""
    if value.startswith("P"):
        return Decimal(seconds_of(value))
    return Decimal(value) if value[:1].isdecimal() else Decimal("NaN")


_COMPARISONS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: lambda value, operand: bool(value == operand),
    Operator.NOT_EQUALS: lambda value, operand: bool(value != operand),
    Operator.IN: lambda value, operand: value in operand,
    Operator.NOT_IN: lambda value, operand: value not in operand,
    Operator.IS_SET: lambda value, operand: _is_set(value) is operand,
    Operator.IS_NOT_SET: lambda value, operand: _is_set(value) is not operand,
    # A value that is not set matches no pattern, and is neither less nor greater than any other.
    Operator.MATCHES: lambda value, operand: _is_set(value) and is_match(operand, value),
    Operator.LESS_THAN: lambda value, operand: _is_set(value) and _number(value) < _number(operand),
    Operator.GREATER_THAN: lambda value, operand: _is_set(value) and _number(value) > _number(operand),
}
