"""Lists: read to a proven end, or an error."""

from typing import Any

import pytest

from reconciler.errors import ApiError, ForbiddenError, IncompleteReadError, ProtocolError
from reconciler.gateway import paging
from reconciler.kinds import CLIENT, PROJECT, TAG, TASK
from tests.gateway.fake_service import ReceivedRequest, Reply, Service, error_reply, page, reader_of


def things(count: int, start: int = 0, **extra: Any) -> list[dict[str, Any]]:
    return [{"id": f"i{n}", "name": f"n{n}", "archived": n == 0, **extra} for n in range(start, start + count)]


def list_server(items: list[dict[str, Any]], *, cap: int, header: bool = True, count: bool = False) -> Service:
    """A server that silently limits pages to `cap` items."""

    def handler(request: ReceivedRequest) -> Reply:
        number, size = int(request.params["page"]), min(cap, int(request.params["page-size"]))
        part = items[(number - 1) * size : number * size]
        headers = {"Total-Count": str(len(items))} if count else {}
        return page(part, last=str(number * size >= len(items)).lower() if header else None, **headers)

    return Service(handler)


def test_a_list_of_five_thousand_items_takes_one_request() -> None:
    service = list_server(things(5000), cap=5000)
    listing = reader_of(service).list(TAG, "w")
    assert len(listing.items) == 5000
    assert [dict(request.params) for request in service.requests] == [{"page": "1", "page-size": "5000"}]
    assert (listing.proof.items, listing.proof.pages, listing.proof.ended_by) == (5000, 1, "Last-Page: true")


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("cap", [50, 200, 5000])
@pytest.mark.parametrize("count", [1, 49, 50, 51, 199, 200, 201, 450, 1000, 1001])
def test_every_item_is_read_whatever_page_size_the_server_allows(count: int, cap: int, *, header: bool) -> None:
    service = list_server(things(count), cap=cap, header=header)
    listing = reader_of(service).list(TAG, "w")
    assert [item["id"] for item in listing.items] == [f"i{n}" for n in range(count)]
    assert listing.proof.pages == len(service.requests)


def test_without_the_header_a_full_page_is_followed_by_another_request() -> None:
    service = list_server(things(100), cap=50, header=False)
    assert reader_of(service).list(TAG, "w").proof.ended_by == "an empty page"
    assert len(service.requests) == 3


def test_a_rejected_page_size_is_reduced_and_remembered() -> None:
    def handler(request: ReceivedRequest) -> Reply:
        size = int(request.params["page-size"])
        return error_reply(400, 501) if size > 200 else page(things(3))

    service = Service(handler)
    reader = reader_of(service)
    assert len(reader.list(TAG, "w").items) == 3
    reader.list(CLIENT, "w")
    assert [request.params["page-size"] for request in service.requests] == ["5000", "1000", "200", "200"]


def test_a_400_that_is_not_about_the_page_size_is_raised_and_not_remembered() -> None:
    service = Service([error_reply(400, 501)] * 4 + [page(things(1))])
    reader = reader_of(service)
    with pytest.raises(ApiError):
        reader.list(TASK, "w", "p1")
    reader.list(TAG, "w")
    assert [request.params["page-size"] for request in service.requests] == ["5000", "1000", "200", "50", "5000"]


@pytest.mark.parametrize(
    "reply", [error_reply(400), error_reply(403, 501), error_reply(400, 4033), error_reply(401), error_reply(404, 3000)]
)
def test_other_error_responses_are_raised_without_another_request(reply: Reply) -> None:
    service = Service([reply])
    with pytest.raises(ApiError):
        reader_of(service).list(TAG, "w")
    assert len(service.requests) == 1


def test_a_failing_second_page_fails_the_list() -> None:
    service = Service([page(things(1000), last="false"), error_reply(403, 501)])
    with pytest.raises(ForbiddenError):
        reader_of(service).list(TAG, "w")


@pytest.mark.parametrize(
    "replies",
    [
        [page(things(60), last="false"), page(things(60))],
        [page(things(60), last="false"), page(things(1, 59))],
        [page(things(2) + things(1))],
        [page([], last="false")],
        [page(things(60), last="false"), page([], last="false")],
        [page(things(3), **{"Total-Count": "4"})],
        [page(things(3), last=None, **{"Total-Count": "4"})],
        [page([], **{"Total-Count": "1"})],
    ],
)
def test_a_list_that_repeats_an_id_or_ends_early_is_an_error(replies: list[Reply]) -> None:
    with pytest.raises(IncompleteReadError, match="tags") as caught:
        reader_of(Service(replies)).list(TAG, "w")
    assert caught.value.hint


@pytest.mark.parametrize(("total", "is_complete"), [("3", True), ("2", True), ("4", False), ("x", True), ("", True)])
def test_a_total_that_is_larger_than_what_was_read_is_an_error(total: str, *, is_complete: bool) -> None:
    reader = reader_of(Service([page(things(3), **{"Total-Count": total})]))
    if is_complete:
        assert len(reader.list(TAG, "w").items) == 3
        return
    with pytest.raises(IncompleteReadError, match="the list of tags ended after 3 of 4 items"):
        reader.list(TAG, "w")


def test_a_list_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MAX_PAGES", 3)
    replies = [page(things(2, 2 * number), last="false") for number in range(4)]
    service = Service(replies)
    with pytest.raises(IncompleteReadError, match="the list of tags has more than 3 pages"):
        reader_of(service).list(TAG, "w")
    assert len(service.requests) == 3
    ended = Service([*replies[:2], page(things(2, 4))])
    assert len(reader_of(ended).list(TAG, "w").items) == 6


@pytest.mark.parametrize(("size", "ended_by"), [(0, "an empty page"), (1, "shorter than 50"), (49, "shorter than 50")])
def test_without_the_header_a_page_that_is_not_full_is_the_last(size: int, ended_by: str) -> None:
    listing = reader_of(Service([page(things(size), last=None)] * 2)).list(TAG, "w")
    assert listing.proof.ended_by.endswith(ended_by)
    full = Service([page(things(50), last=None), page([], last=None)])
    assert reader_of(full).list(TAG, "w").proof.pages == 2


@pytest.mark.parametrize(
    "body", [{}, {"items": []}, None, "x", [1], [None], [{"name": "x"}], [{"id": 1}], [{"id": ""}], [["id"]]]
)
def test_a_body_that_is_not_a_list_of_objects_with_ids_is_an_error(body: Any) -> None:
    with pytest.raises(ProtocolError):
        reader_of(Service([Reply(body, headers={"Last-Page": "true"})])).list(TAG, "w")


def test_an_html_page_instead_of_a_list_is_an_error() -> None:
    with pytest.raises(ProtocolError, match="JSON"):
        reader_of(Service([Reply(b"<html>sign in</html>", headers={"Content-Type": "text/html"})])).list(TAG, "w")


def test_an_empty_body_instead_of_a_list_is_an_error_with_a_hint() -> None:
    with pytest.raises(ProtocolError, match="the list of tags is not JSON") as caught:
        reader_of(Service([Reply(b"")])).list(TAG, "w")
    assert caught.value.hint == "check --base-url and --gateway"


def test_an_unfiltered_list_with_an_archived_item_is_complete() -> None:
    service = Service([page(things(2))])
    assert len(reader_of(service).list(CLIENT, "w").items) == 2
    assert len(service.requests) == 1


@pytest.mark.parametrize("kind", [CLIENT, PROJECT, TAG])
def test_an_unfiltered_list_without_archived_items_is_merged_with_the_archived_list(kind: Any) -> None:
    def handler(request: ReceivedRequest) -> Reply:
        return page(things(1)) if request.params.get("archived") == "true" else page(things(2, 1))

    service = Service(handler)
    listing = reader_of(service).list(kind, "w")
    assert [item["id"] for item in listing.items] == ["i1", "i2", "i0"]
    assert (listing.proof.items, listing.proof.pages) == (3, 2)
    assert [request.params.get("archived") for request in service.requests] == [None, "true"]


def test_a_server_that_ignores_the_archived_filter_adds_no_duplicates() -> None:
    service = Service(lambda _: page(things(2, 1)))
    assert len(reader_of(service).list(TAG, "w").items) == 2


def test_an_active_item_that_only_the_filtered_list_has_proves_the_first_list_incomplete() -> None:
    service = Service([page(things(1, 1)), page(things(2, 1))])
    with pytest.raises(IncompleteReadError, match="lacks"):
        reader_of(service).list(TAG, "w")


def test_a_list_of_tasks_is_read_once() -> None:
    service = Service([page(things(1, 1))])
    reader_of(service).list(TASK, "w", "p1")
    assert service.lines == ["GET /workspaces/w/projects/p1/tasks"]


def test_a_given_archived_filter_is_sent_as_given() -> None:
    service = Service([page([])])
    reader_of(service).list(CLIENT, "w", archived=False)
    assert [request.params["archived"] for request in service.requests] == ["false"]


def test_a_list_of_a_million_is_read_in_the_smallest_pages() -> None:
    assert paging.MAX_PAGES * paging.DEFAULT_PAGE_SIZE == 1_000_000


def test_pages_are_requested_when_they_are_asked_for() -> None:
    service = list_server(things(120), cap=50)
    pages = reader_of(service).pages(TAG, "w")
    assert service.requests == []
    assert [len(next(iter(pages))), len(service.requests)] == [50, 1]
    assert [len(items) for items in pages] == [50, 20]
