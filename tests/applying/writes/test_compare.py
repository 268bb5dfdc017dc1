"""What an object shows of a write: its values, those that it lacks, and whether it can be the result of ours."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying.writes.compare import (
    could_be_ours,
    could_follow,
    fields_sent,
    matches_body,
    missing_fields,
    snapshot_of,
)
from reconciler.errors import ProtocolError
from reconciler.kinds import CLIENT, PROJECT
from tests.planning.literals import plan_of

WIRE: dict[str, Any] = {
    "id": "c1",
    "name": "Acme",
    "email": None,
    "address": "1 Road",
    "note": "old",
    "ccEmails": None,
    "archived": False,
}
BODY = {"name": "Acme Ltd", "note": "new", "email": "a@x.example"}


@pytest.mark.parametrize(
    ("current", "result"),
    [
        ({}, True),
        ({"name": "Acme Ltd", "note": "new", "email": "a@x.example"}, True),
        ({"note": "new"}, True),
        ({"name": "Acme Ltd"}, True),
        ({"name": "Theirs"}, False),
        ({"note": "theirs"}, False),
        ({"note": "new", "address": "2 Road"}, False),
        ({"archived": True}, False),
    ],
)
def test_an_object_with_values_of_somebody_else_is_not_left_by_the_update(
    current: dict[str, Any],
    result: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    assert could_follow(CLIENT, snapshot_of(CLIENT, WIRE, {}), BODY, {**WIRE, **current}, {}) is result


@pytest.mark.parametrize(
    ("body", "current", "result"),
    [
        ({"name": "Acme"}, {}, True),
        ({"name": "Acme", "note": "old"}, {}, True),
        ({"name": "Acme", "note": "new"}, {}, False),
        ({"name": "Other"}, {}, False),
        ({"note": "old"}, {"name": "Other"}, True),
        ({"name": "Acme", "archived": True}, {}, False),
        ({"name": "Acme", "archived": False}, {}, True),
        ({"name": "Acme", "unknown": 1}, {}, True),
    ],
)
def test_an_object_has_the_values_of_a_body_or_has_not(
    body: dict[str, Any], current: dict[str, Any], *, result: bool
) -> None:
    assert matches_body(CLIENT, body, {**WIRE, **current}) is result


def test_an_object_that_lacks_a_key_has_not_the_value_that_was_sent() -> None:
    without = {key: value for key, value in WIRE.items() if key != "note"}
    assert not matches_body(CLIENT, {"note": ""}, without)
    assert [field.name for field in fields_sent(CLIENT, {"name": "x", "note": "n", "ccEmails": []})] == [
        "note",
        "cc_emails",
    ]


@pytest.mark.parametrize(
    ("sent", "has", "result"),
    [("c1", "c1", True), ("c1", "", False), ("", "c1", False), ("", None, True), ("c1", None, False)],
)
def test_a_parent_is_one_of_the_values_that_were_sent(sent: str, has: str | None, *, result: bool) -> None:
    assert matches_body(PROJECT, {"name": "P", "clientId": sent}, {"name": "P", "clientId": has}) is result


SITE: dict[str, Any] = {
    "id": "p1", "name": "Site", "clientId": "c1", "color": "#112233", "note": "", "public": True, "billable": False,
    "estimate": None, "timeEstimate": None, "hourlyRate": None, "archived": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "current", "result"),
    [
        ({}, {}, True),
        ({}, {"clientId": "c2"}, False),
        ({}, {"clientId": None}, False),
        ({}, {"archived": True}, False),
        ({"archived": True}, {"archived": True}, True),
        ({"archived": True}, {"archived": False}, True),
        ({"archived": False}, {"archived": True}, False),
        ({"note": "mine"}, {"note": "mine"}, True),
        ({"note": "mine"}, {"note": ""}, True),
        ({"note": "mine"}, {"note": "theirs"}, False),
        ({"public": True}, {"public": False}, True),
        ({"public": False}, {"public": True}, False),
        ({"hourly_rate": "5.00"}, {"hourlyRate": {"amount": 500}}, True),
        ({"hourly_rate": "5.00"}, {"hourlyRate": {"amount": 900}}, False),
        ({}, {"note": "theirs", "hourlyRate": {"amount": 900}}, True),
    ],
)
def test_an_object_can_be_ours_where_what_we_declare_has_our_value_or_none_yet(
    entry: dict[str, Any], current: dict[str, Any], *, result: bool
) -> None:
    (change,) = plan_of(
        {"clients": [{"name": "Acme", "projects": [{"name": "Site", **entry}]}]}, {"clients": ["Acme"]}
    ).changes
    assert could_be_ours(change, PROJECT, {**SITE, **current}, "c1", {}) is result


def test_a_project_without_a_client_can_be_ours_where_none_was_meant() -> None:
    (change,) = plan_of({"projects": ["Site"]}, {}).changes
    for client_id, result in (("", True), (None, True), ("c1", False)):
        assert could_be_ours(change, PROJECT, {**SITE, "clientId": client_id}, "", {}) is result


def test_a_field_without_the_value_that_was_sent_is_named_with_both() -> None:
    (change,) = plan_of(
        {"clients": [{"name": "Acme Ltd", "was": "Acme", "note": "new"}]}, {"clients": ["Acme"]}
    ).changes

    def missing(**current: Any) -> list[tuple[str, Any, Any]]:
        found = missing_fields(change, CLIENT, {**WIRE, **current}, "", {})
        return sorted((field.name, field.before, field.after) for field in found)

    assert missing(name="Acme Ltd", note="new") == []
    assert missing() == [("name", "Acme Ltd", "Acme"), ("note", "new", "old")]
    assert missing(name="Acme Ltd", note=None) == [("note", "new", None)]
    with pytest.raises(ProtocolError):
        missing(note=5)
