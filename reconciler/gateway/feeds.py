"""Requests for what changed (docs/clockify.md section 17): the part of the Reader that serves an incremental reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from reconciler.errors import IncompleteReadError, ProtocolError
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.paging import Listing, Pager
from reconciler.gateway.query import query_of
from reconciler.gateway.requests import RequestPipeline
from reconciler.model import Kind
from reconciler.value_types import Wire

LIMIT: Final = 200
"""Items of a page to request; a service may silently send fewer."""
MOST_PAGES: Final = 20
"""More pages than this cost more than what they could save."""


class ChangeReads:
    """Reads the feeds of changes, and lists as they are answered. Every method raises GatewayError if a request fails."""

    _pipeline: RequestPipeline
    _pager: Pager

    def changes(self, feed: str, workspace_id: str, types: tuple[str, ...], start: str) -> tuple[Wire, ...]:
        """The items of a feed, `created`, `updated` or `deleted`, since an instant: `GET /entities/{feed}`.

        Raises IncompleteReadError for a feed whose end is not proven, ProtocolError for an answer of an unknown form.
        """
        path = self._path(workspace_id, "entities", feed)
        return _read_feed(self._pipeline.call, feed, path, query_of({"type": types, "start": start}))

    def list_once(self, kind: Kind, workspace_id: str, **params: Any) -> Listing:
        """A list as it is answered, read once: without an `archived` filter it may leave archived items out.

        The list parameters of the kind are added. For a kind whose list is that of the whole workspace.
        """
        query = (*kind.list_params.items(), *query_of(params))
        return self._pager.read(kind.plural, self._path(workspace_id, kind.collection), query)

    def _path(self, workspace_id: str, *parts: str) -> str:
        raise NotImplementedError


def _read_feed(
    call: Callable[[Request], Response], feed: str, path: str, filters: tuple[tuple[str, str], ...]
) -> tuple[Wire, ...]:
    """All items, to an empty page.

    The first page is requested without a number: whether pages are counted from 0 or from 1, it is the first one. Where they
    are counted from 1, the second request repeats its items, and the feed is refused.
    """
    items: list[Wire] = []
    seen: set[tuple[str, str]] = set()
    for number in range(MOST_PAGES):
        page = (("page", str(number)),) if number else ()
        found = _items(feed, call(Request("GET", path, (*filters, ("limit", str(LIMIT)), *page))))
        if not found:
            return tuple(items)
        for item in found:
            key = (str(item["documentCode"]), str(item["id"]))
            if key in seen:
                raise IncompleteReadError(f"the feed of {feed} objects repeats an item on another page")
            seen.add(key)
        items += found
    raise IncompleteReadError(f"the feed of {feed} objects has more than {MOST_PAGES - 1} pages")


def _items(feed: str, response: Response) -> list[Wire]:
    """The items of a page: the array, or that in the key `response`."""
    try:
        value = None if response.is_empty else response.json()
    except ValueError as error:
        raise ProtocolError(f"the feed of {feed} objects is not JSON: {error}") from None
    found = value.get("response") if isinstance(value, Mapping) else value
    if not isinstance(found, list):
        raise ProtocolError(f"the feed of {feed} objects has no list of items")
    for item in found:
        is_item = (
            isinstance(item, Mapping) and isinstance(item.get("id"), str) and isinstance(item.get("documentCode"), str)
        )
        if not is_item:
            raise ProtocolError(f"the feed of {feed} objects contains an item without id and type")
    return found
