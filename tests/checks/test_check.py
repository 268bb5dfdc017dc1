"""The parts of a check: their JSON in plan files, and the fields of each kind."""

from __future__ import annotations

import json

import pytest

from reconciler.checks import Check, Condition, Level, Operator, fields_of, identity
from reconciler.kinds import KINDS
from reconciler.model import Address, Kind

CHECK = Check(
    "no cheap work",
    Level.WARN,
    "rates",
    ("project",),
    ("create", "update"),
    when=(Condition("client", Operator.NOT_IN, ("A", "B")),),
    require=(Condition("hourly_rate", Operator.GREATER_THAN, "50.00"), Condition("name", Operator.MATCHES, ".+")),
)


def test_a_check_survives_the_round_trip_through_json() -> None:
    assert Check.from_json(json.loads(json.dumps(CHECK.to_json()))) == CHECK


def test_the_order_in_a_manifest_does_not_change_the_json() -> None:
    one, other, third = (
        Condition("a", Operator.EQUALS, 2),
        Condition("a", Operator.IN, ("x",)),
        Condition("b", Operator.EQUALS, 1),
    )
    first = Check("m", kinds=("task", "client"), actions=("update", "create"), when=(third, other, one))
    second = Check("m", kinds=("client", "task"), actions=("create", "update"), when=(other, one, third))
    assert first.to_json() == second.to_json()
    assert first.to_json() == {
        "message": "m",
        "level": "error",
        "name": "",
        "kinds": ["client", "task"],
        "actions": ["create", "update"],
        "when": [
            {"field": "a", "operator": "equals", "value": 2},
            {"field": "a", "operator": "in", "value": ["x"]},
            {"field": "b", "operator": "equals", "value": 1},
        ],
        "require": [],
        "forbid": [],
    }


@pytest.mark.parametrize("invalid", [{"level": "fatal"}, {"when": 3}, {"require": [{"field": "a"}]}, {"kinds": None}])
def test_an_invalid_check_is_an_error(invalid: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Check.from_json({**CHECK.to_json(), **invalid})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_check_may_use_every_field_of_a_kind(kind: Kind) -> None:
    assert {"name", "weekday", *(field.name for field in kind.fields)} <= set(fields_of(kind))


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("client:A", {"name": "A"}),
        ("project:A/B", {"name": "B", "client": "A"}),
        ("project:B", {"name": "B", "client": None}),
        ("task:A/B/C", {"name": "C", "project": "B", "client": "A"}),
        ("task:B/C", {"name": "C", "project": "B", "client": None}),
    ],
)
def test_a_check_may_use_the_names_of_ancestors(address: str, names: dict[str, str | None]) -> None:
    assert identity(Address.parse(address)) == names


def test_the_label_of_a_check_has_its_name_if_it_has_one() -> None:
    assert Check("no").label == "no"
    assert Check("no", name="quiet").label == "quiet: no"


def test_a_condition_on_the_weekday_depends_on_the_day() -> None:
    weekday = (Condition("weekday", Operator.IN, ("saturday",)),)
    checks = Check("no", when=weekday), Check("no", require=weekday), Check("no", forbid=weekday)
    assert all(check.depends_on_day for check in checks)
    assert not Check("no", forbid=(Condition("name", Operator.IN, ("A",)),)).depends_on_day
