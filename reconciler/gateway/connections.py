"""The connections of a Maton account: read to a proven end, and never with the link that authorises one (docs/clockify.md 2, 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from reconciler.errors import IncompleteReadError, ProtocolError
from reconciler.gateway.config import is_loopback
from reconciler.gateway.messages import Request, Response, path_of
from reconciler.text import API_KEYS, sanitize
from reconciler.value_types import Wire

PATH = "/connections"
STATUSES = ("ACTIVE", "PENDING", "FAILED")
DEFAULT_LIMIT = 30
"""The gateway lists at most this many connections unless the request names a limit."""
LIMITS = (100, 1000, 10_000)
"""Limits to ask for in turn, where a list may be longer than it is."""
_CONTINUATIONS = (
    "next",
    "next_cursor",
    "next_page",
    "next_page_token",
    "nextCursor",
    "nextPageToken",
    "cursor",
    "has_more",
)
_LINK = "url"
_SHORTEST_TOKEN = 16
_SEPARATORS = str.maketrans("?&=#", "////")


@dataclass(frozen=True, slots=True)
class NewConnection:
    """A connection and the link that authorises it. The link is a secret: who opens it connects an account of their own."""

    record: Wire
    link: str = field(repr=False)

    @property
    def id(self) -> str:
        """The id of the connection."""
        return str(self.record["connection_id"])


def read_connections(call: Callable[[Request], Response], app: str, status: str) -> tuple[Wire, ...]:
    """All connections, without their links; of one app and one status where they are given.

    A list of 30 or more, or with a sign that it goes on, is asked for again with a larger limit until it is shorter than that.
    Raises IncompleteReadError if it never is.
    """
    filters = tuple((key, value) for key, value in (("app", app), ("status", status)) if value)
    limit, query = DEFAULT_LIMIT, filters
    for larger in (*LIMITS, 0):
        items, goes_on = _list(call(Request("GET", PATH, query)))
        if len(items) < limit and not goes_on:
            # A gateway that ignores a filter is no reason to show another app's connections.
            wanted = [item for item in items if all(_matches(item, key, value) for key, value in filters)]
            return tuple(without_link(item) for item in wanted)
        limit, query = larger, (*filters, ("limit", str(larger)))
    raise IncompleteReadError(
        f"the list of connections has no proven end after {len(items)} items",
        hint="delete connections that are not used",
    )


def connection_of(response: Response, request: Request) -> Wire:
    """The connection of a response, its link included. Raises ProtocolError for anything else."""
    body = _json(response, request)
    item = body.get("connection") if isinstance(body, Mapping) else None
    if not isinstance(item, dict) or not _is_connection(item):
        raise _invalid(request, "has no connection")
    link = item.get(_LINK)
    if isinstance(link, str):
        _keep_secret(link)
    return dict(item)


def new_connection(item: Wire, request: Request) -> NewConnection:
    """A connection with its link. Raises ProtocolError for a link that is no plain address over https."""
    link = item.get(_LINK)
    if not isinstance(link, str) or not _is_link(link):
        raise _invalid(request, "has no authorisation link")
    return NewConnection(without_link(item), link)


def without_link(item: Wire) -> Wire:
    """A connection as it may be shown."""
    return {key: value for key, value in item.items() if key != _LINK}


def id_of(item: Wire) -> str:
    """The id of a connection, for messages."""
    return sanitize(str(item["connection_id"]), 100)


def status_of(item: Wire) -> str:
    """The status of a connection, in capitals; one without a status is taken for ACTIVE."""
    return str(item.get("status", "ACTIVE")).upper()


def request_for(method: str, connection_id: str | None = None, body: Any = None) -> Request:
    """A request to the gateway's own part. Raises ProtocolError for an id that would change the path, such as an empty one."""
    return Request(method, PATH + ("" if connection_id is None else path_of(connection_id)), body=body)


def _list(response: Response) -> tuple[list[Wire], bool]:
    """The items of a list, and whether the response says that it goes on."""
    request = Request("GET", PATH)
    body = _json(response, request)
    items = body.get("connections") if isinstance(body, Mapping) else None
    if not isinstance(items, list) or not all(map(_is_connection, items)):
        raise _invalid(request, "has no list of connections")
    for item in items:
        if isinstance(item.get(_LINK), str):
            _keep_secret(item[_LINK])
    holders = (body, *(body[key] for key in ("pagination", "meta", "paging") if isinstance(body.get(key), Mapping)))
    return items, any(holder.get(key) for holder in holders for key in _CONTINUATIONS)


def _matches(item: Wire, key: str, value: str) -> bool:
    return str(item.get(key, value)).upper() == value.upper()


def _is_connection(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("connection_id"), str) and bool(item["connection_id"])


def _is_link(link: str) -> bool:
    """Whether a link can be printed and opened as it is: https (http only to loopback), visible ASCII, no user name."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    is_plain = link.isascii() and link.isprintable() and " " not in link
    return is_safe and bool(host) and is_plain and "@" not in parts.netloc and len(link) <= 4096


def _keep_secret(link: str) -> None:
    """Mask what authorises in a link wherever it is quoted: its long parts. Short ones are words, such as the app's name."""
    rest = link.partition("//")[2].translate(_SEPARATORS).split("/")[1:]
    for part in rest:
        if len(part) >= _SHORTEST_TOKEN:
            API_KEYS.add(part)


def _json(response: Response, request: Request) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise ProtocolError(
            f"the response to {request.name} is not JSON: {error}",
            hint="check --base-url and --gateway",
            request=request.name,
        ) from None


def _invalid(request: Request, problem: str) -> ProtocolError:
    return ProtocolError(
        f"the response to {request.name} {problem}", request=request.name, unknown=request.method != "GET"
    )
