"""The schema of checks: what an operand may be."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from reconciler.checks.patterns import LONGEST
from reconciler.manifest.schema.checks import check_definitions

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
        return is_valid({**CHECK, "require": {"name": {operator: value}}})

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
