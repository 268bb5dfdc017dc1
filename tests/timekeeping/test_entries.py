"""A time entry from the wire and back; whatever the contract does not allow is a clear error."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import ProtocolError
from reconciler.timekeeping.entries import entry_of

WIRE: dict[str, Any] = {
    "id": "e1",
    "userId": "u1",
    "timeInterval": {"start": "2026-02-13T10:00:00+01:00", "end": "2026-02-13T10:30:00Z", "duration": "PT1H30M"},
    "description": "x",
    "projectId": "p1",
    "taskId": None,
    "tagIds": ["t2", "t1", "t1"],
    "billable": True,
    "type": "BREAK",
    "isLocked": False,
    "customFieldValues": [
        {"customFieldId": "f1", "type": "PROJECT", "value": {"a": 1}, "name": "TIN"},
        {"customFieldId": "f2", "type": "odd", "value": 3},
        {"customFieldId": "f3", "type": "PROJECT", "value": None},
    ],
    "unknown": {"deep": []},
}


def test_the_body_holds_everything_that_a_replacement_would_lose() -> None:
    assert entry_of(WIRE).body() == {
        "start": "2026-02-13T09:00:00Z",
        "end": "2026-02-13T10:30:00Z",
        "description": "x",
        "projectId": "p1",
        "tagIds": ["t1", "t2"],
        "billable": True,
        "type": "BREAK",
        "customFields": [
            {"customFieldId": "f1", "sourceType": "PROJECT", "value": {"a": 1}},
            {"customFieldId": "f2", "value": 3},
        ],
    }


def test_an_entry_survives_its_own_record() -> None:
    entry = entry_of(WIRE)
    assert entry_of(entry.wire()) == entry
    assert entry_of({**WIRE, "timeInterval": {"start": "2026-02-13T09:00:00Z"}}).is_running


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""}, {"id": 3}, {"id": None}, {"userId": None}, {"timeInterval": None}, {"timeInterval": []}, {"timeInterval": {}},
        {"timeInterval": {"start": None}}, {"timeInterval": {"start": "soon"}}, {"timeInterval": {"start": "2026-02-13T09:00:00"}},
        {"timeInterval": {"start": "0001-01-01T00:00:00+05:00"}}, {"timeInterval": {"start": "2026-02-13T09:00:00Z", "end": 5}},
        {"tagIds": "x"}, {"tagIds": [1]}, {"billable": "yes"}, {"description": []}, {"projectId": {}}, {"customFieldValues": {}},
        {"customFieldValues": [{"value": 1}]}, {"isLocked": 2},
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_entry_is_a_protocol_error(change: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="invalid time entry"):
        entry_of({**WIRE, **change})
