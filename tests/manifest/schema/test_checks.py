"""The schema of checks: what an operand may be."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from reconciler.checks import Operator
from reconciler.checks.patterns import LONGEST
from reconciler.manifest.schema.checks import any_condition, check_definitions

CHECK = {"message": "m", "require": {"name": "x"}}


def is_valid(check: dict[str, Any]) -> bool:
    whole = {"$defs": check_definitions(), "$ref": "#/$defs/check"}
    return jsonschema.Draft202012Validator(whole).is_valid(check)


@pytest.mark.parametrize(
    ("operator", "right", "wrong"),
    [
        ("equals", ["x", 1, True, [], ["x"]], [None, {}]),
        ("not_equals", ["x", 1, True, []], [None, {}]),
        ("in", [["x"], [1, True]], [[], "x", [[]], [None]]),
        ("not_in", [["x"], [1, True]], [[], "x", [[]], [None]]),
        ("matches", ["x", "x" * LONGEST], ["", 1, "x" * (LONGEST + 1)]),
        ("is_set", [True, False], ["true", 1]),
        ("is_not_set", [True, False], ["true", 1]),
        ("less_than", ["PT8H", 5], [True, []]),
        ("greater_than", ["PT8H", 5], [True, []]),
    ],
)
def test_an_operator_takes_operands_of_its_type(operator: str, right: list[Any], wrong: list[Any]) -> None:
    def with_operand(value: Any) -> bool:
        field = "estimate" if operator.endswith("_than") else "name"
        return is_valid({**CHECK, "require": {field: {operator: value}}})

    assert [value for value in right if not with_operand(value)] == []
    assert [value for value in wrong if with_operand(value)] == []


@pytest.mark.parametrize(
    ("part", "valid"),
    [
        ({}, True),
        ({"message": ""}, False),
        ({"message": "x" * 500}, True),
        ({"message": "x" * 501}, False),
        ({"name": ""}, False),
        ({"name": "x" * 100}, True),
        ({"name": "x" * 101}, False),
        ({"level": "warn"}, True),
        ({"level": "fatal"}, False),
        ({"kind": ["project", "task"]}, True),
        ({"kind": []}, False),
        ({"kind": ["task", "task"]}, False),
        ({"action": "delete"}, True),
        ({"action": []}, False),
        ({"when": {}}, False),
        ({"when": {"name": {}}}, False),
        ({"when": {"name": {"foo": 1}}}, False),
        ({"when": {"nmae": "x"}}, False),
        ({"unknown": 1}, False),
    ],
)
def test_a_check_has_its_parts_and_no_others(part: dict[str, Any], valid: object) -> None:
    assert is_valid(CHECK | part) is valid


def test_a_check_needs_a_message() -> None:
    assert not is_valid({"require": {"name": "x"}})


@pytest.mark.parametrize(
    ("field", "operators"),
    [
        ("billable", {"equals", "not_equals"}),
        ("weekday", {"equals", "not_equals", "in", "not_in"}),
        ("status", {"equals", "not_equals", "in", "not_in"}),
        ("assignees", {"equals", "not_equals", "is_set", "is_not_set"}),
        ("name", set(Operator) - {"less_than", "greater_than"}),
        ("hourly_rate", set(Operator) - {"matches"}),
    ],
)
def test_editors_suggest_the_operators_that_apply_to_a_field(field: str, operators: set[str]) -> None:
    name = check_definitions()["conditions"]["properties"][field]["$ref"].rpartition("/")[2]
    assert set(check_definitions()[name]["properties"]) == operators


def test_validation_takes_every_operator_and_says_which_ones_apply() -> None:
    assert set(any_condition()["properties"]) == set(Operator)
