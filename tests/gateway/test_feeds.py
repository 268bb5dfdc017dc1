"""The feeds of changes: read to an empty page, and refused in any other form than the known ones."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import ForbiddenError, IncompleteReadError, ProtocolError
from reconciler.gateway.feeds import MOST_PAGES
from reconciler.kinds import TAG
from tests.gateway.fake_service import Reply, Service, error_reply, page, reader_of

START = "2026-02-13T09:00:00Z"


def item(key: str) -> dict[str, Any]:
    return {"id": key, "documentCode": "TAGS", "document": {"id": key}}


def read(*replies: Reply) -> tuple[list[str], list[dict[str, str]]]:
    """The ids of what is read, and the queries that were sent."""
    service = Service(list(replies))
    found = reader_of(service).changes("created", "w", ("TAGS", "TASKS"), START)
    return [each["id"] for each in found], [dict(request.params) for request in service.requests]


def test_the_first_page_has_no_number_and_the_last_one_is_empty() -> None:
    ids, queries = read(Reply({"response": [item("a")]}), Reply([item("b")]), Reply([]))
    assert ids == ["a", "b"]
    assert [query.get("page") for query in queries] == [None, "1", "2"]
    assert queries[0] == {"type": "TASKS", "start": START, "limit": "200"}


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"nonsense",
        "[]",
        {},
        {"response": None},
        {"items": []},
        ["a"],
        [{"id": "a"}],
        [{"id": 1, "documentCode": "TAGS"}],
    ],
)
def test_an_answer_of_another_form_is_refused(body: Any) -> None:
    with pytest.raises(ProtocolError):
        read(*[Reply(body)] * 9)  # what is no JSON is asked for again


def test_a_feed_that_repeats_an_item_or_does_not_end_is_not_complete() -> None:
    with pytest.raises(IncompleteReadError, match="repeats"):
        read(Reply([item("a")]), Reply([item("a")]))
    with pytest.raises(IncompleteReadError, match="more than 19 pages"):
        read(*(Reply([item(str(n))]) for n in range(MOST_PAGES)))


def test_a_refusal_is_an_error_of_the_gateway() -> None:
    with pytest.raises(ForbiddenError):
        read(error_reply(403, 501))


def test_a_list_is_read_once_as_it_is() -> None:
    service = Service([page([{"id": "a", "archived": False}])])
    assert len(reader_of(service).list_once(TAG, "w").items) == 1
    assert service.lines == ["GET /workspaces/w/tags"]
