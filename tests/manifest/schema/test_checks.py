"""The schema of checks: what an operand may be."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import pytest

from reconciler.checks import fields_of
from reconciler.kinds import KINDS
from reconciler.manifest.schema.checks import check_definitions
from reconciler.manifest.schema.editors import editor_definitions
from reconciler.manifest.schema.operators import operators_of, type_of

OPERANDS_OF_PRESENCE: dict[str, Any] = {"is_set": True, "is_not_set": False}
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
        ("matches", ["x", "x" * 500], ["", 1, "x" * 501]),
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


@cache
def editors_schema() -> jsonschema.Draft202012Validator:
    whole = {"$defs": editor_definitions(), "$ref": "#/$defs/check"}
    jsonschema.Draft202012Validator.check_schema(whole)
    return jsonschema.Draft202012Validator(whole)


def editor_accepts(check: dict[str, Any]) -> bool:
    return editors_schema().is_valid({"message": "m", **check})


@pytest.mark.parametrize(
    ("check", "accepted"),
    [
        ({"kind": "client", "require": {"email": {"is_set": True}}}, True),
        ({"kind": "client", "require": {"billable": True}}, False),
        ({"kind": "project", "when": {"client": "Acme"}, "forbid": {"billable": False}}, True),
        ({"kind": "project", "when": {"assignees": {"is_set": True}}}, False),
        ({"kind": ["project", "task"], "require": {"billable": True}}, True),
        ({"require": {"weekday": "friday"}}, True),
        ({"require": {"weekday": "frday"}}, False),
        ({"require": {"weekday": {"in": ["friday"]}}}, True),
        ({"require": {"weekday": {"is_set": True}}}, False),
        ({"require": {"billable": {"less_than": 3}}}, False),
        ({"require": {"billable": "yes"}}, False),
        ({"require": {"status": {"not_in": ["done"]}}}, True),
        ({"require": {"status": {"not_in": ["dnoe"]}}}, False),
        ({"require": {"estimate_reset": {"is_not_set": True}}}, True),
        ({"require": {"estimate": {"greater_than": "PT8H"}}}, True),
        ({"require": {"estimate": {"matches": "PT.*"}}}, False),
        ({"require": {"hourly_rate": {"less_than": 95, "in": ["95.00", 5]}}}, True),
        ({"require": {"name": {"matches": "[A-Z].*", "not_equals": "x"}}}, True),
        ({"require": {"name": {"equals": [1]}}}, False),
        ({"require": {"assignees": {"equals": ["jo@acme.example"]}}}, True),
        ({"require": {"assignees": {"in": ["jo@acme.example"]}}}, False),
        ({"require": {}}, False),
        ({"kind": "person", "require": {"name": "x"}}, False),
    ],
)
def test_editors_know_the_fields_of_a_kind_and_the_operators_of_a_field(
    check: dict[str, Any], accepted: object
) -> None:
    assert editor_accepts(check) is accepted


def test_what_validation_accepts_of_a_field_is_what_editors_accept() -> None:
    """Each field of each kind with each operator: whether an operator applies is the same for both."""
    for kind in KINDS:
        for field in fields_of(kind):
            applying = set(operators_of(field, type_of(field, (kind.name,))))
            for operator, operand in OPERANDS_OF_PRESENCE.items():
                assert editor_accepts({"kind": kind.name, "when": {field: {operator: operand}}}) is (
                    operator in applying
                )
