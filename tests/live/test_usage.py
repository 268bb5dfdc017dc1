"""The tracked time of a resource, counted over all users."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import ApiError
from reconciler.live.usage import usage_of
from reconciler.model import Address
from reconciler.state import Usage
from tests.gateway.fake_service import error_reply
from tests.live.fake_workspace import FakeWorkspace
from tests.planning.literals import live_of

TAG = live_of({"tags": ["urgent"]}).resources[Address.parse("tag:urgent")]


def _entry(start: Any, duration: Any = "PT1H", **more: Any) -> dict[str, Any]:
    return {"id": f"e{start}{duration}", "timeInterval": {"start": start, "duration": duration, **more}}


@pytest.mark.parametrize(
    ("entries", "usage"),
    [
        ([], Usage()),
        ([_entry("2026-01-02T09:00:00Z")], Usage(3600, 1, users=1, last_used="2026-01-02")),
        ([_entry("2026-01-02T09:00:00Z", None)], Usage(0, 1, users=1, last_used="2026-01-02", running=1)),
        (
            [_entry("2026-01-02T09:00:00Z", None, end="2026-01-02T10:00:00Z")],
            Usage(0, 1, users=1, last_used="2026-01-02"),
        ),
        ([_entry(None, None)], Usage(0, 1, users=1)),
        ([_entry("yesterday", "soon")], Usage(0, 1, users=1)),
        ([{"id": "e1"}], Usage(0, 1, users=1)),
        ([{"id": "e1", "timeInterval": "x"}], Usage(0, 1, users=1)),
        (
            [
                _entry("2026-03-04T09:00:00Z", "PT30M"),
                _entry("2026-01-02T09:00:00Z"),
                _entry("2026-02-03T09:00:00Z", None),
            ],
            Usage(5400, 3, users=1, last_used="2026-03-04", running=1),
        ),
    ],
)
def test_the_entries_of_one_user_are_counted(entries: list[dict[str, Any]], usage: Usage) -> None:
    workspace = FakeWorkspace(entries=lambda *_: entries)
    assert usage_of(workspace.reader, "w", TAG, ["u1"]) == usage


def test_the_entries_of_all_users_are_added_up() -> None:
    entries = {
        "u1": [_entry("2026-03-04T09:00:00Z"), _entry("2026-01-02T09:00:00Z", None)],
        "u2": [],
        "u3": [_entry("2026-02-03T09:00:00Z", "PT15M"), _entry("2026-02-04T09:00:00Z", None)],
    }
    workspace = FakeWorkspace(entries=lambda person, _: entries[person])
    usage = usage_of(workspace.reader, "w", TAG, entries)
    assert usage == Usage(4500, 4, users=2, last_used="2026-03-04", running=2)
    assert [request.params["tags"] for request in workspace.service.requests] == [TAG.id] * 3


@pytest.mark.parametrize(("status", "is_known"), [(400, False), (403, False), (404, False), (402, None), (405, None)])
def test_what_may_not_be_read_is_not_known_and_any_other_error_is_raised(status: int, *, is_known: bool | None) -> None:
    entries = {"u1": [_entry("2026-03-04T09:00:00Z")]}
    errors = {"/user/u2/time-entries": error_reply(status, 501)}
    workspace = FakeWorkspace(entries=lambda person, _: entries[person], errors=errors)
    if is_known is None:
        with pytest.raises(ApiError):
            usage_of(workspace.reader, "w", TAG, ["u1", "u2"])
        return
    usage = usage_of(workspace.reader, "w", TAG, ["u1", "u2"])
    assert (usage.known, usage.time_entries, usage.is_used) == (False, 1, True)
