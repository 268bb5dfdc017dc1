"""A field reads JSON of its own type only: another type is never taken for a value."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import ProtocolError
from reconciler.kinds import BY_NAME
from reconciler.live import read_values

WRONG: dict[str, tuple[str, list[Any], str]] = {
    "client.address": ("address", [5, True, ["x"], {}], "string"),
    "client.note": ("note", [5, False, [], {}], "string"),
    "client.email": ("email", [0, [], {"a": 1}], "string"),
    "client.cc_emails": ("ccEmails", ["a@b.example", {}, 0, [1], [None], [["a"]]], "list"),
    "client.archived": ("archived", ["false", "true", 0, 1, [], {}], "boolean"),
    "project.color": ("color", [255, [], {}, False], "string"),
    "project.note": ("note", [5, False], "string"),
    "project.archived": ("archived", ["false", 0], "boolean"),
    "task.billable": ("billable", ["true", 1], "boolean"),
    "project.public": ("public", ["false", 1, {}], "boolean"),
    "project.billable": ("billable", ["false", 0, []], "boolean"),
    "project.estimate": ("timeEstimate", ["PT1H", 5, [], True], "object"),
    "project.estimate_reset": ("timeEstimate", ["monthly", {"resetOption": 1}], ""),
    "project.estimate_non_billable": ("timeEstimate", [True, {"includeNonBillable": "yes"}], ""),
    "project.budget": ("budgetEstimate", [5, {"estimate": "5"}, {"estimate": 1.5}], ""),
    "project.budget_reset": ("budgetEstimate", ["monthly", {"resetOption": 1}], ""),
    "project.budget_expenses": ("budgetEstimate", [True, {"includeExpenses": 1}], ""),
    "project.hourly_rate": ("hourlyRate", ["95", 95, [], {"amount": "9500"}, {"amount": 1.5}, {"amount": True}], "not"),
    "project.cost_rate": ("costRate", ["95", {"amount": "9500"}], "not"),
    "project.members": ("memberships", ["u1", {}, 5, [1], [{"userId": 5}], [{"userId": "u1", "hourlyRate": 95}]], ""),
    "task.estimate": ("estimate", [5, {}, [], True], "string"),
    "task.assignees": ("assigneeIds", ["u1", {}, 0, [1], [None]], "list"),
    "task.hourly_rate": ("hourlyRate", [95, [], {"amount": 1.5}], "not"),
    "task.cost_rate": ("costRate", ["95", {"amount": True}], "not"),
    "task.status": ("status", [1, True, [], {}], "string"),
    "tag.archived": ("archived", ["false", 0], "boolean"),
}


def test_every_field_is_in_the_table() -> None:
    assert set(WRONG) == {f"{kind.name}.{field.name}" for kind in BY_NAME.values() for field in kind.fields}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name][1]])
def test_json_of_another_type_is_a_protocol_error_that_names_kind_id_and_key(name: str, value: Any) -> None:
    kind, key = BY_NAME[name.split(".", maxsplit=1)[0]], WRONG[name][0]
    with pytest.raises(ProtocolError) as caught:
        read_values(kind, {"id": "abc", "name": "N", key: value}, {})
    assert f"{kind.name} abc has an invalid value of {key!r}" in caught.value.message


@pytest.mark.parametrize("name", WRONG)
def test_null_is_a_value_and_a_missing_key_is_none(name: str) -> None:
    kind_name, field_name = name.split(".")
    kind, key = BY_NAME[kind_name], WRONG[name][0]
    assert field_name in read_values(kind, {"id": "abc", key: None}, {})
    assert read_values(kind, {"id": "abc"}, {}) == {}
