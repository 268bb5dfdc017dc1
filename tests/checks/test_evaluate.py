"""Evaluating checks: each operator, and unknown values."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.checks import Check, Condition, Operator, evaluate

UNKNOWN = object()


def _evaluate(operator: str, operand: Any, value: Any) -> bool | None:
    check = Check("x", require=(Condition("f", Operator(operator), operand),))
    return evaluate(check, {} if value is UNKNOWN else {"f": value})


@pytest.mark.parametrize(
    ("operator", "operand", "value", "passes"),
    [
        ("equals", "a", "a", True),
        ("equals", "a", "A", False),
        ("equals", True, False, False),
        ("equals", ("a", "b"), ("a", "b"), True),
        ("not_equals", "a", "b", True),
        ("not_equals", "a", None, True),
        ("in", ("a", "b"), "b", True),
        ("in", ("a", "b"), None, False),
        ("not_in", ("a", "b"), "c", True),
        ("not_in", ("a", "b"), "a", False),
        ("matches", "[A-Z].*", "Acme", True),
        ("matches", "[A-Z]", "Acme", False),
        ("matches", ".*", None, False),
        ("is_set", True, "a", True),
        ("is_set", True, (), False),
        ("is_set", False, None, True),
        ("is_not_set", True, None, True),
        ("is_not_set", False, "a", True),
        ("less_than", "PT2H", "PT90M", True),
        ("less_than", "PT2H", "PT2H", False),
        ("less_than", "100.00", "95.00", True),
        ("greater_than", "9.00", "10.00", True),
        ("greater_than", "PT1H", None, False),
        ("greater_than", "PT1H", "PT60M", False),
        ("greater_than", "PT1H", "PT3601S", True),
        ("less_than", "10.00", "9.00", True),
        ("less_than", "10.00", "10.00", False),
        ("less_than", "10.00", None, False),
        ("is_set", True, "", False),
        ("is_set", False, "a", False),
        ("is_not_set", True, "a", False),
        ("is_not_set", False, None, False),
        ("equals", False, False, True),
        ("not_equals", "a", "a", False),
    ],
)
def test_an_operator_compares_the_value(operator: str, operand: Any, value: Any, *, passes: bool) -> None:
    assert _evaluate(operator, operand, value) is passes


@pytest.mark.parametrize(
    ("field", "operator", "operand", "value", "passes"),
    [
        ("name", "equals", "ACME corp", "Acme  Corp", True),
        ("client", "equals", "ACME", "Acme", True),
        ("client", "equals", "ACME", None, False),
        ("client", "not_equals", "ACME", "Acme", False),
        ("client", "not_equals", "ACME", None, True),
        ("project", "in", ("A", "B"), "b", True),
        ("project", "not_in", ("A", "B"), "b", False),
        ("task", "in", ("A",), None, False),
        ("name", "matches", "ACME", "Acme", False),
        ("note", "equals", "ACME", "Acme", False),
    ],
)
def test_a_name_is_compared_in_any_spelling_but_a_pattern_sees_it_as_it_is(
    field: str, operator: str, operand: Any, value: Any, *, passes: bool
) -> None:
    check = Check("x", require=(Condition(field, Operator(operator), operand),))
    assert evaluate(check, {field: value}) is passes


@pytest.mark.parametrize("operator", [op for op in Operator if op not in ("is_set", "is_not_set")])
def test_an_unknown_value_gives_no_result(operator: str) -> None:
    assert _evaluate(operator, "a", UNKNOWN) is None


def _conditions(**values: Any) -> tuple[Condition, ...]:
    return tuple(Condition(name, Operator.EQUALS, value) for name, value in values.items())


def test_forbid_fails_only_if_all_its_conditions_hold() -> None:
    check = Check("x", forbid=_conditions(a=1, b=2))
    assert evaluate(check, {"a": 1, "b": 2}) is False
    assert evaluate(check, {"a": 1, "b": 3}) is True
    assert evaluate(check, {"b": 3}) is True
    assert evaluate(check, {"a": 1}) is None


def test_require_needs_each_of_its_conditions() -> None:
    check = Check("x", require=_conditions(a=1, b=2))
    assert evaluate(check, {"a": 1, "b": 2}) is True
    assert evaluate(check, {"b": 3}) is False
    assert evaluate(check, {"b": 2}) is None


def test_a_check_passes_where_when_does_not_hold() -> None:
    check = Check("x", when=_conditions(a=1), require=_conditions(b=2))
    assert evaluate(check, {"a": 2}) is True
    assert evaluate(check, {"a": 1, "b": 3}) is False
    assert evaluate(check, {"b": 2}) is True
    assert evaluate(check, {"b": 3}) is None


def test_require_and_forbid_must_both_pass() -> None:
    check = Check("x", require=_conditions(a=1), forbid=_conditions(b=2))
    assert evaluate(check, {"a": 1, "b": 2}) is False
    assert evaluate(check, {"a": 1, "b": 1}) is True
