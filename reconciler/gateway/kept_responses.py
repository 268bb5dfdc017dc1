"""Responses of an interrupted reading, which the next reading uses instead of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from reconciler.gateway.messages import Request, Response
from reconciler.gateway.paging import end_of

_TIME_ENTRIES = "/time-entries"
"""The end of what only removals ask for, which are never based on what was kept."""


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A successful response to a GET. `read_at` is Unix time, in seconds."""

    read_at: float
    response: Response


class KeptResponses:
    """What is known from an interrupted reading of one workspace, and what this one adds. `now` returns Unix time, in seconds.

    `path` begins the path of every request that counts: nothing else is kept, such as who the account is.
    """

    def __init__(self, path: str, now: Callable[[], float], known: Mapping[str, KeptResponse] | None = None) -> None:
        self._path, self._now = path, now
        self._known = dict(known or {})
        self._added: dict[str, KeptResponse] = {}
        self.used: dict[str, KeptResponse] = {}
        """What was used, by the target of its request."""

    def find(self, request: Request) -> Response | None:
        """The response of the interrupted reading, if it has one."""
        kept = self._known.get(request.target) if request.method == "GET" else None
        if kept is None:
            return None
        self.used[request.target] = kept
        return kept.response

    def add(self, request: Request, response: Response) -> None:
        """Note a response of this reading."""
        if request.method == "GET" and request.path.startswith(self._path) and not request.path.endswith(_TIME_ENTRIES):
            self._added[request.target] = KeptResponse(self._now(), response)

    def forget(self) -> None:
        """Use nothing more of the interrupted reading, and keep nothing of it."""
        self._known, self.used = {}, {}

    def to_keep(self) -> dict[str, KeptResponse]:
        """All that the next reading may use: of a list all pages or none, as its pages must be of one time."""
        lists: dict[str, dict[int, str]] = {}
        everything = {**self._known, **self._added}
        for target in everything:
            name, page = _list_of(target)
            lists.setdefault(name, {})[page] = target
        complete = {target for pages in lists.values() for target in _complete(pages, everything)}
        return {target: everything[target] for target in sorted(complete)}


def _list_of(target: str) -> tuple[str, int]:
    """The target without its page, and the number of the page; 0 for what has no pages."""
    path, _, query = target.partition("?")
    params = dict(parse_qsl(query, keep_blank_values=True))
    page = params.pop("page", "0")
    return f"{path}?{urlencode(params)}", int(page) if page.isdecimal() else 0


def _complete(pages: Mapping[int, str], responses: Mapping[str, KeptResponse]) -> Iterator[str]:
    """The targets of the pages of a list that was read to its end."""
    if 0 in pages:
        yield pages[0]
        return
    last = responses[pages[max(pages)]].response
    if sorted(pages) == list(range(1, len(pages) + 1)) and _is_last(last):
        yield from pages.values()


def _is_last(response: Response) -> bool:
    try:
        items = response.json()
    except ValueError:
        return False
    return isinstance(items, list) and bool(end_of(response, len(items)))
