"""The record of a reading: it comes back as it was, and any doubt of it is said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import ProtocolError
from reconciler.live.feed_items import FeedItem, feed_items
from reconciler.live.list_record import (
    MAX_AGE,
    Binding,
    ListRecord,
    Recorded,
    _code,
    reading_start,
    record_from_json,
    record_to_json,
)

BINDING = Binding("maton", "https://api.maton.ai", "c1", "w", "s3cret-k3y")
RECORD = Recorded({"tag": ListRecord(1_000, frozenset({"a", "b"}))}, {"p1": ListRecord(2_000, frozenset())})


def stored() -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(record_to_json(RECORD, BINDING)))
    return written


def signed(**changes: Any) -> dict[str, Any]:
    """A record whose content was changed by somebody with the key."""
    content = {key: value for key, value in {**stored(), **changes}.items() if key != "authentication"}
    return {**content, "authentication": _code(content, BINDING.key)}


def test_a_record_comes_back_as_it_was_and_has_no_key() -> None:
    assert record_from_json(stored(), BINDING) == RECORD
    assert BINDING.key not in json.dumps(stored()) + repr(BINDING)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "another format"),
        ({**stored(), "format": "reconciler.reading/2"}, "another format"),
        ({**stored(), "workspace_id": "x"}, "of another workspace"),
        ({**stored(), "lists": {}}, "was changed"),
        ({**stored(), "authentication": None}, "was changed"),
        ({**stored(), "authentication": "ü"}, "was changed"),
        (signed(lists=[]), "incomplete"),
        (signed(lists={"tag": 1}), "incomplete"),
        (signed(lists={"tag": {"at": True, "ids": []}}), "incomplete"),
        (signed(tasks={"p1": {"at": 1, "ids": "ab"}}), "incomplete"),
        (signed(tasks={"p1": {"at": 1, "ids": [""]}}), "invalid id"),
    ],
)
def test_what_is_damaged_or_forged_is_refused(data: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        record_from_json(data, BINDING)


def test_a_record_of_another_key_is_refused() -> None:
    with pytest.raises(ValueError, match="another key"):
        record_from_json(stored(), replace(BINDING, key="other"))


def test_an_entry_is_used_for_some_days_and_never_before_its_time() -> None:
    assert RECORD.usable(2_000) == RECORD
    assert RECORD.since == 1_000
    assert RECORD.usable(1_500).tasks == {}
    assert RECORD.usable(1_001 + MAX_AGE) == Recorded({}, RECORD.tasks)
    assert RECORD.usable(999).is_empty


def test_a_reading_counts_from_the_earlier_clock() -> None:
    assert reading_start(10_000.9, None) == 9_700
    assert reading_start(10_000, 9_000) == 8_940
    assert reading_start(9_000, 10_000) == 8_940


def test_an_item_names_its_kind_its_ids_and_its_project() -> None:
    task = {"id": "x", "documentCode": "TASKS", "document": {"id": "t", "projectId": "p"}}
    tag = {"id": "g", "documentCode": "TAGS", "document": None}
    assert feed_items([task, tag]) == [FeedItem("task", frozenset({"x", "t"}), "p"), FeedItem("tag", frozenset({"g"}))]


@pytest.mark.parametrize(
    "wire",
    [
        {"id": "a", "documentCode": "WEBHOOKS"},
        {"id": "a", "documentCode": "TAGS", "document": "text"},
        {"id": "a", "documentCode": "TAGS", "document": {"id": 5}},
        {"id": "a", "documentCode": "TASKS", "document": {"projectId": 5}},
    ],
)
def test_an_item_of_another_shape_is_refused(wire: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        feed_items([wire])
