"""Lists: read to a proven end, or refused."""

from typing import Any

import pytest

from reconciler.errors import ApiError, ForbiddenError, IncompleteReadError, ProtocolError
from reconciler.kinds import CLIENT, PROJECT, TAG, TASK
from tests.gateway.support import Asked, Reply, Service, page, reader_of, refusal


def things(count: int, start: int = 0, **extra: Any) -> list[dict[str, Any]]:
    return [{"id": f"i{n}", "name": f"n{n}", "archived": n == 0, **extra} for n in range(start, start + count)]


def served(items: list[dict[str, Any]], *, cap: int, header: bool = True, count: bool = False) -> Service:
    """A list server that cuts pages to `cap` without a word."""

    def handler(asked: Asked) -> Reply:
        number, size = int(asked.params["page"]), min(cap, int(asked.params["page-size"]))
        part = items[(number - 1) * size : number * size]
        headers = {"Total-Count": str(len(items))} if count else {}
        return page(part, last=str(number * size >= len(items)).lower() if header else None, **headers)

    return Service(handler)


def test_one_page_of_a_thousand_is_asked_for_and_enough() -> None:
    service = served(things(1000), cap=5000)
    listing = reader_of(service).list(TAG, "w")
    assert len(listing.items) == 1000
    assert [dict(asked.params) for asked in service.asked] == [{"page": "1", "page-size": "1000"}]
    assert (listing.proof.items, listing.proof.pages, listing.proof.ended_by) == (1000, 1, "Last-Page: true")


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("cap", [50, 200, 5000])
@pytest.mark.parametrize("count", [1, 49, 50, 51, 199, 200, 201, 450, 1000, 1001])
def test_every_item_arrives_whatever_the_server_does_to_pages(count: int, cap: int, *, header: bool) -> None:
    service = served(things(count), cap=cap, header=header)
    listing = reader_of(service).list(TAG, "w")
    assert [item["id"] for item in listing.items] == [f"i{n}" for n in range(count)]
    assert listing.proof.pages == len(service.asked)


def test_without_the_header_a_full_page_is_followed_by_another_request() -> None:
    service = served(things(100), cap=50, header=False)
    assert reader_of(service).list(TAG, "w").proof.ended_by == "an empty page"
    assert len(service.asked) == 3


def test_a_refused_size_is_made_smaller_and_remembered() -> None:
    def handler(asked: Asked) -> Reply:
        size = int(asked.params["page-size"])
        return refusal(400, 501) if size > 200 else page(things(3))

    service = Service(handler)
    reader = reader_of(service)
    assert len(reader.list(TAG, "w").items) == 3
    reader.list(CLIENT, "w")
    assert [asked.params["page-size"] for asked in service.asked] == ["1000", "200", "200"]


def test_a_400_that_is_not_about_the_size_is_raised_and_nothing_learnt() -> None:
    service = Service([refusal(400, 501)] * 3 + [page(things(1))])
    reader = reader_of(service)
    with pytest.raises(ApiError):
        reader.list(TASK, "w", "p1")
    reader.list(TAG, "w")
    assert [asked.params["page-size"] for asked in service.asked] == ["1000", "200", "50", "1000"]


@pytest.mark.parametrize(
    "reply", [refusal(400), refusal(403, 501), refusal(400, 4033), refusal(401), refusal(404, 3000)]
)
def test_other_refusals_are_raised_at_once(reply: Reply) -> None:
    service = Service([reply])
    with pytest.raises(ApiError):
        reader_of(service).list(TAG, "w")
    assert len(service.asked) == 1


def test_a_failing_second_page_fails_the_list() -> None:
    service = Service([page(things(1000), last="false"), refusal(403, 501)])
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
def test_a_list_that_repeats_or_ends_early_is_refused(replies: list[Reply]) -> None:
    with pytest.raises(IncompleteReadError, match="tags") as caught:
        reader_of(Service(replies)).list(TAG, "w")
    assert caught.value.hint


@pytest.mark.parametrize(
    "body", [{}, {"items": []}, None, "x", [1], [None], [{"name": "x"}], [{"id": 1}], [{"id": ""}], [["id"]]]
)
def test_what_is_no_list_of_objects_with_ids_is_refused(body: Any) -> None:
    with pytest.raises(ProtocolError):
        reader_of(Service([Reply(body, headers={"Last-Page": "true"})])).list(TAG, "w")


def test_a_list_that_is_a_web_page_is_refused() -> None:
    with pytest.raises(ProtocolError, match="JSON"):
        reader_of(Service([Reply(b"<html>sign in</html>", headers={"Content-Type": "text/html"})])).list(TAG, "w")


def test_an_unfiltered_list_with_something_archived_is_the_whole_list() -> None:
    service = Service([page(things(2))])
    assert len(reader_of(service).list(CLIENT, "w").items) == 2
    assert len(service.asked) == 1


@pytest.mark.parametrize("kind", [CLIENT, PROJECT, TAG])
def test_an_unfiltered_list_without_anything_archived_is_joined_with_what_is_archived(kind: Any) -> None:
    def handler(asked: Asked) -> Reply:
        return page(things(1)) if asked.params.get("archived") == "true" else page(things(2, 1))

    service = Service(handler)
    listing = reader_of(service).list(kind, "w")
    assert [item["id"] for item in listing.items] == ["i1", "i2", "i0"]
    assert (listing.proof.items, listing.proof.pages) == (3, 2)
    assert [asked.params.get("archived") for asked in service.asked] == [None, "true"]


def test_a_filter_that_is_ignored_does_no_harm() -> None:
    service = Service(lambda _: page(things(2, 1)))
    assert len(reader_of(service).list(TAG, "w").items) == 2


def test_an_active_item_that_only_the_filtered_list_has_shows_that_the_first_was_cut_short() -> None:
    service = Service([page(things(1, 1)), page(things(2, 1))])
    with pytest.raises(IncompleteReadError, match="lacks"):
        reader_of(service).list(TAG, "w")


def test_a_list_of_tasks_is_asked_for_once() -> None:
    service = Service([page(things(1, 1))])
    reader_of(service).list(TASK, "w", "p1")
    assert service.lines == ["GET /workspaces/w/projects/p1/tasks"]


def test_a_given_archived_filter_is_sent_as_given() -> None:
    service = Service([page([])])
    reader_of(service).list(CLIENT, "w", archived=False)
    assert [asked.params["archived"] for asked in service.asked] == ["false"]
