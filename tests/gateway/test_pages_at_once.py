"""The pages of a counted list, read at once: what one page after the other gives, or nothing. On real threads, by no clock."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from functools import partial

import pytest

from reconciler.errors import ApiError, IncompleteReadError
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.paging import Listing, Pager
from reconciler.gateway.parallel import ParallelReads
from tests.waiting import HANGING, wait_until

SIZE = 50


class Pages:
    """A list of numbers, 50 a page. `orders`: the page that has to be answered before a page; `grows_at`: at which request an item is added in front."""

    def __init__(
        self,
        count: int,
        *,
        orders: dict[int, int] | None = None,
        counts: bool = True,
        header: bool = True,
        grows_at: int = 0,
        counted: int | None = None,
    ) -> None:
        self.numbers = list(range(count))
        self.asked: list[int] = []
        self._orders, self._grows_at = orders or {}, grows_at
        self._counts, self._header, self._counted = counts, header, counted
        self._lock = threading.Condition()
        self._answered: set[int] = set()

    def __call__(self, request: Request) -> Response:
        page = int(dict(request.params)["page"])
        with self._lock:
            self.asked.append(page)
            before = self._orders.get(page)
            assert self._lock.wait_for(lambda: before is None or before in self._answered, timeout=HANGING)
            self._answered.add(page)
            if len(self._answered) == self._grows_at:
                self.numbers.insert(0, -1)
            response = self._response(page)
            self._lock.notify_all()
        return response

    def _response(self, page: int) -> Response:
        numbers = self.numbers[(page - 1) * SIZE : page * SIZE]
        headers = {"last-page": str(page * SIZE >= len(self.numbers)).lower()} if self._header else {}
        if self._counts:
            headers["total-count"] = str(self._counted or len(self.numbers))
        return Response(200, headers, json.dumps([{"id": str(number)} for number in numbers]).encode())


def _read(pages: Callable[[Request], Response], at_once: int) -> Listing:
    reads = ParallelReads()
    reads.at_once = at_once
    return Pager(pages, reads=reads).read("things", "/things")


def _ids(listing: Listing) -> list[str]:
    return [item["id"] for item in listing.items]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("count", [0, 49, 50, 51, 100, 275])
def test_the_list_and_its_proof_and_the_requests_are_those_of_one_page_after_the_other(
    count: int, *, counts: bool, header: bool
) -> None:
    one_by_one, at_once = (Pages(count, counts=counts, header=header) for _ in range(2))
    expected = _read(one_by_one, 1)
    assert _read(at_once, 4) == expected
    assert sorted(at_once.asked) == sorted(one_by_one.asked)


def test_pages_are_read_at_once_and_kept_in_their_order() -> None:
    pages = Pages(230, orders={2: 3, 3: 4, 4: 5})
    assert _ids(_read(pages, 4)) == [str(number) for number in range(230)]
    assert sorted(pages.asked) == [1, 2, 3, 4, 5]


def test_a_count_that_is_too_large_is_found_out_at_the_end_as_ever() -> None:
    messages = set()
    for at_once in (1, 4):
        with pytest.raises(IncompleteReadError) as caught:
            _read(Pages(130, counted=400), at_once)
        messages.add(str(caught.value))
    assert messages == {"the list of things ended after 130 of 400 items"}


def test_a_count_that_is_too_small_does_not_end_the_list() -> None:
    pages = Pages(230, counted=60)
    assert len(_read(pages, 4).items) == 230
    assert pages.asked == [1, 2, 3, 4, 5]


def test_of_a_list_that_grew_between_its_pages_no_item_is_missing() -> None:
    # Page 3 is answered first, then an item is added in front, which pushes the last one of page 2 to page 3.
    pages = Pages(140, orders={2: 3}, grows_at=3)
    with pytest.raises(IncompleteReadError, match="repeats an id"):
        _read(pages, 4)
    assert pages.asked.count(2) == 2


@pytest.mark.parametrize("seed", range(20))
def test_of_lists_that_grow_at_any_moment_every_item_that_was_there_is_read(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test
    pages = Pages(chance.randrange(60, 400), grows_at=chance.randrange(1, 8))
    before = list(pages.numbers)

    def call(request: Request) -> Response:
        threading.Event().wait(chance.random() / 1000)
        return pages(request)

    try:
        listing = _read(call, 4)
    except IncompleteReadError:
        return
    assert {str(number) for number in before} <= set(_ids(listing))


def test_lists_that_are_read_at_once_do_not_wait_for_each_other_to_find_out_the_page_size() -> None:
    asked: list[tuple[str, str]] = []

    def call(request: Request) -> Response:
        size = dict(request.params)["page-size"]
        asked.append((request.path, size))
        if size == "5000":
            wait_until(lambda: len(asked) >= 5)  # none has an answer yet
        if int(size) > 200:
            raise ApiError("No", status=400, code=501)
        return Response(200, {"last-page": "true"}, b"[]")

    reads = ParallelReads()
    reads.at_once = 8
    pager = Pager(call, reads=reads)
    paths = [f"/list{number}" for number in range(5)]
    listings = list(reads.in_order([partial(pager.read, "things", path) for path in paths]))
    assert len(listings) == 5
    assert {path for path, size in asked if size == "5000"} == set(paths)
    assert sorted(path for path, size in asked if size == "200") == paths
    asked.clear()
    pager.read("things", "/later")
    assert asked == [("/later", "200")]  # what was found out holds for the rest of the run
