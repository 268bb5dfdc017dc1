"""What answers prove about lists is remembered for the run: the largest page, and whether archived items are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import GatewayError, IncompleteReadError, NetworkError
from reconciler.gateway import Reader, share_list_facts
from reconciler.gateway.messages import Request, Response, too_large
from reconciler.gateway.paging import Pager
from reconciler.kinds import CLIENT, PROJECT, TAG
from tests.gateway.fake_service import ReceivedRequest, Reply, Service, page, reader_of


def _things(count: int, *, archived: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    return [{"id": f"i{n}", "name": f"n{n}", "archived": n in archived} for n in range(count)]


def _sizes(service: Service) -> list[str]:
    sizes = [request.params["page-size"] for request in service.requests]
    service.requests.clear()
    return sizes


def _cutting(count: int, cap: int, *, header: bool = True, count_by_asked: bool = True) -> Service:
    """A server that cuts pages to `cap` items. It may count the items before a page by the size that was asked for."""

    def handler(request: ReceivedRequest) -> Reply:
        asked = int(request.params["page-size"])
        size = min(asked, cap)
        start = (int(request.params["page"]) - 1) * (asked if count_by_asked else size)
        part = _things(count, archived=(0,))[start : start + size]
        return page(part, last=str(start + size >= count).lower() if header else None)

    return Service(handler)


@pytest.mark.parametrize("count_by_asked", [True, False])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(("count", "cap"), [(2300, 1000), (120, 50), (7, 2), (1000, 1000), (130, 130)])
def test_however_a_server_cuts_pages_no_item_is_left_out(
    count: int, cap: int, *, header: bool, count_by_asked: bool
) -> None:
    if cap < 50 and not header:
        return  # such pages prove an end that is none, by the documented rule
    service = _cutting(count, cap, header=header, count_by_asked=count_by_asked)
    listing = reader_of(service).list(TAG, "w")
    assert [item["id"] for item in listing.items] == [f"i{n}" for n in range(count)]
    assert set(_sizes(service)[1:]) <= {str(cap)}


def test_the_size_that_came_back_is_asked_for_from_then_on() -> None:
    service = _cutting(450, 200)
    reader = reader_of(service)
    reader.list(TAG, "w")
    assert _sizes(service) == ["5000", "200", "200"]
    reader.list(CLIENT, "w")
    assert _sizes(service) == ["200"] * 3


def test_a_list_that_ends_is_no_proof_that_pages_are_cut() -> None:
    service = _cutting(120, 5000, header=False)
    reader = reader_of(service)
    for _ in range(2):
        reader.list(TAG, "w")
        assert _sizes(service) == ["5000", "120"]


def test_a_list_of_one_page_is_no_proof_that_pages_are_cut() -> None:
    service = _cutting(120, 5000)
    reader = reader_of(service)
    for _ in range(2):
        reader.list(TAG, "w")
        assert _sizes(service) == ["5000"]


def test_very_short_pages_of_one_list_do_not_shorten_those_of_another() -> None:
    service = _cutting(5, 2)
    reader = reader_of(service)
    for _ in range(2):
        reader.list(TAG, "w")
        assert _sizes(service) == ["5000", "2", "2"]


def test_pages_that_overlap_after_a_cut_are_an_error() -> None:
    replies = [page(_things(60), last="false"), page(_things(60)[59:])]
    with pytest.raises(IncompleteReadError, match="repeats an id"):
        reader_of(Service(replies)).list(TAG, "w")


def _pager(fails: Callable[[int], GatewayError | None]) -> tuple[Pager, list[int]]:
    asked: list[int] = []

    def call(request: Request) -> Response:
        size = int(dict(request.params)["page-size"])
        asked.append(size)
        if error := fails(size):
            raise error
        return Response(200, {"last-page": "true"}, b"[]")

    return Pager(call), asked


def test_an_answer_that_is_too_large_is_asked_for_in_smaller_pages() -> None:
    pager, asked = _pager(lambda size: too_large("host", Request("GET", "/x"), 1) if size > 200 else None)
    for _ in range(2):
        assert pager.read("things", "/things").items == ()
    assert asked == [5000, 1000, 200, 200]


def test_the_largest_page_may_be_too_slow_and_then_the_next_is_tried() -> None:
    pager, asked = _pager(lambda size: NetworkError("timeout") if size > 1000 else None)
    for _ in range(2):
        pager.read("things", "/things")
    assert asked == [5000, 1000, 1000]


@pytest.mark.parametrize(("sent", "sizes"), [(False, [5000]), (True, [5000, 1000])])
def test_a_network_that_is_down_is_not_taken_for_a_page_size(*, sent: bool, sizes: list[int]) -> None:
    pager, asked = _pager(lambda _: NetworkError("down", sent=sent))
    with pytest.raises(NetworkError):
        pager.read("things", "/things")
    assert asked == sizes
    assert not pager.facts.rejected


class _Archiving:
    """A service with one archived item, until that is restored. `shows`: whether lists without a filter contain it."""

    def __init__(self, *, shows: Callable[[ReceivedRequest], bool] = lambda _: True) -> None:
        self.archived, self.shows = True, shows
        self.service = Service(self.handle)

    def handle(self, request: ReceivedRequest) -> Reply:
        items = _things(2, archived=(0,) if self.archived else ())
        if request.params.get("archived") == "true":
            return page([item for item in items if item["archived"]])
        return page([item for item in items if not item["archived"] or self.shows(request)])

    def asked(self, read: Callable[[], Any]) -> list[str]:
        read()
        lines = [f"{r.path.rsplit('/', 1)[-1]} {r.params.get('archived', '')}".strip() for r in self.service.requests]
        self.service.requests.clear()
        return lines


def test_what_an_archived_item_proved_saves_the_second_list_of_the_same_shape() -> None:
    fake = _Archiving()
    reader = reader_of(fake.service)
    assert fake.asked(lambda: reader.list(PROJECT, "w")) == ["projects"]
    fake.archived = False
    assert fake.asked(lambda: reader.list(PROJECT, "w")) == ["projects"]
    # No other kind, and no list with another filter, is proved by it.
    assert fake.asked(lambda: reader.list(CLIENT, "w")) == ["clients", "clients true"]
    assert fake.asked(lambda: reader.list(PROJECT, "w", clients="c1")) == ["projects", "projects true"]


def test_without_such_an_item_two_lists_are_read_every_time() -> None:
    fake = _Archiving(shows=lambda _: False)
    reader = reader_of(fake.service)
    for _ in range(2):
        assert fake.asked(lambda: reader.list(TAG, "w")) == ["tags", "tags true"]
        assert len(reader.list(TAG, "w").items) == 2
        fake.service.requests.clear()


def test_a_service_that_shows_archived_items_in_one_list_alone_hides_none_of_another() -> None:
    fake = _Archiving(shows=lambda request: "name" not in request.params)
    reader = reader_of(fake.service)
    assert fake.asked(lambda: reader.list(TAG, "w")) == ["tags"]
    assert [item["id"] for item in reader.named(TAG, "w", "n0")] == ["i0"]


def test_a_list_without_a_filter_is_read_once_on_request() -> None:
    fake = _Archiving(shows=lambda _: False)
    reader = reader_of(fake.service)
    assert fake.asked(lambda: reader.list(TAG, "w", archived=None)) == ["tags"]


def test_the_clients_of_a_run_know_together_what_was_proved() -> None:
    fake = _Archiving()
    first, second = reader_of(fake.service), reader_of(fake.service)
    share_list_facts(second, first)
    first.list(TAG, "w")
    fake.archived = False
    fake.service.requests.clear()
    assert fake.asked(lambda: second.list(TAG, "w")) == ["tags"]
    other: Reader = reader_of(fake.service)
    assert fake.asked(lambda: other.list(TAG, "w")) == ["tags", "tags true"]


def test_running_timers_are_asked_for_in_the_largest_page_of_their_contract() -> None:
    service = Service(lambda _: page([]))
    reader = reader_of(service)
    assert reader.running_entries("w") == ()
    reader.list(TAG, "w")
    assert _sizes(service) == ["1000", "5000", "5000"]
    cutting = _cutting(450, 200)
    shortened = reader_of(cutting)
    shortened.list(TAG, "w")
    cutting.requests.clear()
    shortened.running_entries("w")
    assert _sizes(cutting)[0] == "200"
