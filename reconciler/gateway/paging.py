"""Lists read to a proven end: the stop rule that is right under every reading of the API (docs/clockify.md 1.3, 12 #12 and #13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import ApiError, ForbiddenError, IncompleteReadError, ProtocolError
from reconciler.gateway.messages import Request, Response
from reconciler.model import Wire
from reconciler.state import ListProof

SIZES = (1000, 200, 50)
"""Page sizes asked for, the next one where a server refuses the one before."""
SURE = 50
"""A server may cut any size down to this default without a word, so a page of so many items proves nothing."""
MAX_PAGES = 20_000


@dataclass(frozen=True, slots=True)
class Listing:
    """All items of a list, in the order of the answer, and the proof that they are all."""

    items: tuple[Wire, ...]
    proof: ListProof


@dataclass(slots=True)
class Pager:
    """Reads lists; remembers the page size that a server refused, so as not to ask for it twice in a run."""

    call: Callable[[Request], Response]
    sizes: Sequence[int] = SIZES
    _refused: set[int] = field(default_factory=set)

    def read(self, what: str, path: str, params: Iterable[tuple[str, str]] = ()) -> Listing:
        """The whole list at `path`; `what` names it in messages and in the proof.

        Raises IncompleteReadError where ids repeat or the list ends early, ProtocolError where it is no list of objects with
        ids, and what the gateway raises.
        """
        fixed = tuple(params)
        size, answer = self._first(path, fixed)
        reading = _Reading(what)
        while not reading.take(answer, size):
            page = ("page", str(reading.pages + 1)), ("page-size", str(size))
            answer = self.call(Request("GET", path, (*fixed, *page)))
        return Listing(tuple(reading.items), ListProof(what, len(reading.items), reading.pages, reading.ended_by))

    def _first(self, path: str, params: tuple[tuple[str, str], ...]) -> tuple[int, Response]:
        """The first page, at the largest size that the server does not refuse."""
        sizes = [size for size in self.sizes if size not in self._refused]
        refused = []
        for size in sizes:
            try:
                answer = self.call(Request("GET", path, (*params, ("page", "1"), ("page-size", str(size)))))
            except ForbiddenError:
                raise
            except ApiError as error:
                # Only Clockify itself refuses a size: without its code this is the gateway, and about something else.
                if error.status != 400 or error.code is None or size == sizes[-1]:
                    raise
                refused.append(size)
            else:
                # Not before another size works is it clear that the size was what it refused.
                self._refused.update(refused)
                return size, answer
        raise AssertionError("the last size returns or raises")


@dataclass(slots=True)
class _Reading:
    """A list on its way."""

    what: str
    items: list[Wire] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    pages: int = 0
    ended_by: str = ""

    def take(self, answer: Response, asked: int) -> bool:
        """Add a page; whether it was the last one."""
        page = items_of(self.what, _json(self.what, answer))
        self.pages += 1
        for item in page:
            if item["id"] in self.seen:
                raise self._incomplete("repeats an id on another page; it changed while it was read, or pages overlap")
            self.seen.add(item["id"])
        self.items += page
        self.ended_by = self._end(answer.headers.get("last-page", "").strip().lower(), len(page), asked)
        if not self.ended_by:
            if self.pages >= MAX_PAGES:
                raise self._incomplete(f"does not end within {MAX_PAGES} pages")
            return False
        total = answer.headers.get("total-count", "").strip()
        if total.isdecimal() and int(total) > len(self.items):
            raise self._incomplete(f"ended after {len(self.items)} of {int(total)} items")
        return True

    def _end(self, last: str, count: int, asked: int) -> str:
        if last == "true":
            return "Last-Page: true"
        if last == "false":
            if not count:
                raise self._incomplete("has an empty page that is not its last one")
            return ""
        if not count:
            return "an empty page"
        return f"a page shorter than {min(asked, SURE)}" if count < min(asked, SURE) else ""

    def _incomplete(self, how: str) -> IncompleteReadError:
        return IncompleteReadError(f"the list of {self.what} {how}", hint="nothing was concluded from it; run again")


def items_of(what: str, value: Any) -> list[Wire]:
    """`value` as a list of objects with ids; ProtocolError where it is none."""
    if not isinstance(value, list):
        raise ProtocolError(f"the list of {what} is no JSON array")
    for item in value:
        if not isinstance(item, Mapping) or not isinstance(item.get("id"), str) or not item["id"]:
            raise ProtocolError(f"the list of {what} holds something that is no object with an id")
    return value


def joined(everything: Listing, archived: Listing) -> Listing:
    """An unfiltered list that showed nothing archived, joined by id with the list of what is archived.

    Under one reading of the API the unfiltered list leaves archived items out, under the other it holds them (12 #12).
    An item that only the second list has must be archived: otherwise the first one was cut short (IncompleteReadError).
    """
    known = {item["id"] for item in everything.items}
    added = tuple(item for item in archived.items if item["id"] not in known)
    if any(item.get("archived") is False for item in added):
        raise IncompleteReadError(f"the list of {everything.proof.what} lacks items that a filtered list of them has")
    items = everything.items + added
    pages = everything.proof.pages + archived.proof.pages
    return Listing(items, ListProof(everything.proof.what, len(items), pages, archived.proof.ended_by))


def _json(what: str, answer: Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise ProtocolError(f"the list of {what} is not JSON", hint="check --base-url and --gateway") from None
