"""After an update with an unknown outcome: which objects the update can have left behind."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying.writes.compare import could_follow, snapshot_of
from reconciler.kinds import CLIENT

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
