"""Reads paged lists to a proven end, by a stop rule that holds under every reading of the API (docs/clockify.md 1.3, 12 #12 and #13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reconciler.errors import (
    ApiError,
    ForbiddenError,
    GatewayError,
    IncompleteReadError,
    NetworkError,
    ProtocolError,
)
from reconciler.gateway.list_facts import ListFacts
from reconciler.gateway.messages import Request, Response, decimal_header
from reconciler.gateway.parallel import ParallelReads
from reconciler.state import ListProof
from reconciler.value_types import Wire

PAGE_SIZES = (5000, 1000, 200, 50)
"""Page sizes to request; if the server rejects one, the next is tried."""
DEFAULT_PAGE_SIZE = 50
"""A server may silently reduce any page size to this default, so a page with this number of items does not prove the end."""
MAX_PAGES = 20_000


@dataclass(frozen=True, slots=True)
class Listing:
    """All items of a list, in response order, with the proof that the list is complete."""

    items: tuple[Wire, ...]
    proof: ListProof


@dataclass(slots=True)
class Pager:
    """Reads lists. Remembers for the run the page sizes that the server rejects, and the size it cuts pages to."""

    call: Callable[[Request], Response]
    sizes: Sequence[int] = PAGE_SIZES
    reads: ParallelReads | None = None
    """Reads the pages of a counted list at once; None: one after the other."""
    facts: ListFacts = field(default_factory=ListFacts)

    def read(self, what: str, path: str, params: Iterable[tuple[str, str]] = (), most: int = PAGE_SIZES[0]) -> Listing:
        """The complete list at `path`; `what` names it in messages and in the proof. `most`: the largest page that its contract allows.

        Raises IncompleteReadError if ids repeat or the list ends early, ProtocolError if it is not a list of objects with
        ids, and GatewayError if a request fails.
        """
        pages = _Pages(what)
        items = [item for page in self._turn(pages, path, params, reads=self.reads, most=most) for item in page]
        return Listing(tuple(items), ListProof(what, len(items), pages.count, pages.ended_by))

    def pages(
        self, what: str, path: str, params: Iterable[tuple[str, str]] = (), most: int = PAGE_SIZES[0]
    ) -> Iterator[Sequence[Wire]]:
        """The pages of a list, each requested when it is asked for. Only the end of the iteration proves that it was complete.

        `most`: the largest page that is wanted. Raises as `read` does, after the pages that were right.
        """
        return self._turn(_Pages(what), path, params, most=most)

    def _turn(
        self,
        pages: _Pages,
        path: str,
        params: Iterable[tuple[str, str]],
        *,
        reads: ParallelReads | None = None,
        most: int = PAGE_SIZES[0],
    ) -> Iterator[Sequence[Wire]]:
        filters = tuple(params)
        size, response = self._first_page(path, filters, most)
        page, is_last = pages.add(response, size)
        yield page
        if not is_last and len(page) < size:
            # A server that cuts pages may count the items before a page by the size it was asked for: then the next page of
            # that size leaves out what lies between. With the size that came back all servers count alike.
            size = self._cut_to(len(page), response)

        def following(number: int) -> Response:
            return self.call(Request("GET", path, (*filters, ("page", str(number)), ("page-size", str(size)))))

        total = _total(response)
        if reads is not None and reads.at_once > 1 and total is not None and not is_last:
            expected = min(-(-total // len(page)), MAX_PAGES)
            with closing(reads.in_order([partial(following, n) for n in range(2, expected + 1)])) as responses:
                for response in responses:
                    # A later page may have been read first. Of a list that grew in between it proves nothing, and an item
                    # could be missing between the two: the pages from here on are read one after the other.
                    if _total(response) != total:
                        break
                    page, is_last = pages.add(response, size)
                    yield page
                    if is_last:
                        return
        while not is_last:
            page, is_last = pages.add(following(pages.count + 1), size)
            yield page

    def _cut_to(self, size: int, response: Response) -> int:
        """Remember for the run that pages are cut to `size`, if the response proves it: without a header it may be the whole list."""
        if size >= DEFAULT_PAGE_SIZE and "last-page" in response.headers:
            self.facts.served = min(size, self.facts.served or size)
        return size

    def _first_page(self, path: str, params: tuple[tuple[str, str], ...], most: int) -> tuple[int, Response]:
        """The first page, with the largest page size that the server accepts.

        Lists that are read at once each find it out: that no plan waits for the first one is worth the requests that a server
        takes which rejects a size.
        """
        sizes = [size for size in self.sizes if size <= most and size not in self.facts.rejected]
        if served := self.facts.served:
            sizes = [min(served, most), *(size for size in sizes if size < served)]
        rejected = []
        for size in sizes:
            try:
                response = self.call(Request("GET", path, (*params, ("page", "1"), ("page-size", str(size)))))
            except ForbiddenError:
                raise
            except GatewayError as error:
                if size == sizes[-1] or not _may_be_the_size(error, size):
                    raise
                rejected.append(size)
            else:
                # Only when another size works is it certain that the size was the reason.
                self.facts.rejected.update(rejected)
                return size, response
        raise AssertionError("the last size returns or raises")


def _may_be_the_size(error: GatewayError, size: int) -> bool:
    """Whether a page of this size may be what failed: it is rejected, or the answer is larger or slower than a client takes.

    Only Clockify rejects a page size: an error without its code is the gateway's, about something else.
    """
    if isinstance(error, ApiError):
        return error.status == 400 and error.code is not None
    if isinstance(error, ProtocolError):
        return error.is_too_large
    return isinstance(error, NetworkError) and error.sent and size == PAGE_SIZES[0]


@dataclass(slots=True)
class _Pages:
    """The pages of a list that were read so far."""

    what: str
    seen: set[str] = field(default_factory=set)
    count: int = 0
    ended_by: str = ""

    def add(self, response: Response, page_size: int) -> tuple[list[Wire], bool]:
        """Add a page. Returns its items, and whether it is the last one."""
        page = items_of(self.what, _json(self.what, response))
        self.count += 1
        for item in page:
            if item["id"] in self.seen:
                raise self._incomplete(
                    "repeats an id on another page: it changed during the read, or its pages overlap"
                )
            self.seen.add(item["id"])
        self.ended_by = end_of(response, len(page), page_size)
        if not self.ended_by:
            if not page:
                raise self._incomplete("has an empty page before the last one")
            if self.count >= MAX_PAGES:
                raise self._incomplete(f"has more than {MAX_PAGES} pages")
            return page, False
        total = _total(response)
        if total is not None and total > len(self.seen):
            raise self._incomplete(f"ended after {len(self.seen)} of {total} items")
        return page, True

    def _incomplete(self, problem: str) -> IncompleteReadError:
        return IncompleteReadError(f"the list of {self.what} {problem}", hint="the list was discarded; run again")


def end_of(response: Response, count: int, page_size: int = DEFAULT_PAGE_SIZE) -> str:
    """What proves that a page with this number of items is the last one of its list; empty if more pages may follow."""
    last = response.headers.get("last-page", "").strip().lower()
    if last in ("true", "false"):
        return "Last-Page: true" if last == "true" else ""
    if not count:
        return "an empty page"
    shortest_full_page = min(page_size, DEFAULT_PAGE_SIZE)
    return f"a page shorter than {shortest_full_page}" if count < shortest_full_page else ""


def _total(response: Response) -> int | None:
    """The number of items that the server counts in the whole list."""
    return decimal_header(response.headers, "total-count")


def items_of(what: str, value: Any) -> list[Wire]:
    """`value` as a list of objects with ids. Raises ProtocolError if it is something else."""
    if not isinstance(value, list):
        raise ProtocolError(f"the list of {what} is not a JSON array")
    for item in value:
        if not isinstance(item, Mapping) or not isinstance(item.get("id"), str) or not item["id"]:
            raise ProtocolError(f"the list of {what} contains an item that is not an object with an id")
    return value


def merged_with_archived(unfiltered: Listing, archived: Listing) -> Listing:
    """An unfiltered list without archived items, merged by id with the list of archived items.

    Under one reading of the API the unfiltered list omits archived items, under the other it includes them (12 #12).
    An item that only the second list has must be archived; otherwise the first list was incomplete (IncompleteReadError).
    """
    known = {item["id"] for item in unfiltered.items}
    added = tuple(item for item in archived.items if item["id"] not in known)
    if any(item.get("archived") is False for item in added):
        raise IncompleteReadError(f"the list of {unfiltered.proof.what} lacks items that its filtered list contains")
    items = unfiltered.items + added
    pages = unfiltered.proof.pages + archived.proof.pages
    return Listing(items, ListProof(unfiltered.proof.what, len(items), pages, archived.proof.ended_by))


def _json(what: str, response: Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise ProtocolError(f"the list of {what} is not JSON: {error}", hint="check --base-url and --gateway") from None
