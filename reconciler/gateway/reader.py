"""The read endpoints, one method each. A Reader cannot write: its transport sends only GET."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from reconciler.errors import ProtocolError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.connections import (
    NewConnection,
    connection_of,
    new_connection,
    read_connections,
    request_for,
    without_link,
)
from reconciler.gateway.feeds import ChangeReads
from reconciler.gateway.kept_responses import KeptResponses
from reconciler.gateway.messages import Request, Response, path_of
from reconciler.gateway.paging import PAGE_SIZES, Listing, Pager, items_of, merged_with_archived
from reconciler.gateway.query import query_of as _query
from reconciler.gateway.requests import RequestPipeline
from reconciler.gateway.time_entries import TimeEntryReads
from reconciler.model import Kind
from reconciler.value_types import Wire

_T = TypeVar("_T")


class Reader(TimeEntryReads, ChangeReads):
    """Reads a Clockify account through a gateway. Every method raises GatewayError if a request fails.

    Results are JSON objects as received. Query parameters are keywords, with `_` for `-`.
    """

    def __init__(self, config: GatewayConfig, pipeline: RequestPipeline) -> None:
        self._prefix = config.gateway.prefix
        self._pipeline = pipeline
        self._pager = Pager(pipeline.call, reads=pipeline.reads)

    @property
    def requests(self) -> int:
        """Number of requests sent so far, retries included."""
        return self._pipeline.requests

    @property
    def retries(self) -> int:
        """Number of retries among them."""
        return self._pipeline.retries

    @property
    def requests_in_flight(self) -> float:
        """Number of concurrent requests at which the rate, not the latency, limits the throughput; those in a pause are more."""
        return self._pipeline.per_second * self._pipeline.latency + self._pipeline.paused

    @property
    def outstanding(self) -> int:
        """Number of reads that were given to `in_order` and have not ended."""
        return self._pipeline.reads.outstanding

    def in_order(self, reads: Sequence[Callable[[], _T]]) -> Generator[_T, None, None]:
        """The results of several reads of this client, in their order; as many are under way as the rate needs at the current latency.

        As with one read after the other, the error of the first one that fails is raised in its turn, and no further ones
        are sent; close the iterator to end earlier.
        """
        return self._pipeline.reads.in_order(reads)

    def use_kept(self, kept: KeptResponses | None) -> None:
        """From here on, answer from what an interrupted reading kept, and add to it."""
        self._pipeline.kept = kept

    def path_of_workspace(self, workspace_id: str) -> str:
        """What the path of every request begins with that is about one workspace."""
        return self._path(workspace_id) + "/"

    def now(self) -> float:
        """Monotonic time in seconds, for the age of what was read."""
        return self._pipeline.now()

    def user(self) -> Wire:
        """The user that the API key belongs to: `GET /v1/user`."""
        return self._object(Request("GET", f"{self._prefix}/user"))

    def workspaces(self, **filters: Any) -> tuple[Wire, ...]:
        """The workspaces of the account: `GET /v1/workspaces`, not paged. `roles` filters them by the role of the account."""
        response = self._pipeline.call(Request("GET", f"{self._prefix}/workspaces", _query(filters)))
        return tuple(items_of("workspaces", _json(response, "GET /workspaces")))

    def workspace(self, workspace_id: str) -> Wire:
        """One workspace: `GET /v1/workspaces/{id}`."""
        return self._object(Request("GET", self._path(workspace_id)))

    def users(self, workspace_id: str, **filters: Any) -> Listing:
        """The users of a workspace. Limited and deleted accounts are listed only if `account_statuses` includes them.

        Raises ForbiddenError if the role may not list users.
        """
        params = {"include_roles": False, "memberships": "NONE", **filters}
        return self._pager.read("users", self._path(workspace_id, "users"), _query(params))

    def connections(self, app: str = "clockify", status: str = "ACTIVE") -> tuple[Wire, ...]:
        """The connections of a Maton account, without `url`: that link grants access to its holder. Empty filters: all.

        Raises IncompleteReadError for a list whose end is not proven.
        """
        return read_connections(self._pipeline.call, app, status)

    def connection(self, connection_id: str) -> Wire:
        """One connection, without `url`: `GET /connections/{id}`. Raises NotFoundError."""
        request = request_for("GET", connection_id)
        return without_link(connection_of(self._pipeline.call(request), request))

    def connection_link(self, connection_id: str) -> NewConnection:
        """One connection with the link that authorises it, for a person to open."""
        request = request_for("GET", connection_id)
        return new_connection(connection_of(self._pipeline.call(request), request), request)

    def list(self, kind: Kind, workspace_id: str, parent_id: str = "", **params: Any) -> Listing:
        """All resources of a kind (of a parent if the kind's path has one), archived ones included, with proof of the end.

        The list parameters of the kind are added. With `archived` in `params` the list is read once, with that filter, or with None
        without one. Else it is read once where an archived item, in it or in an earlier list with the same parameters, proves that
        it contains those too.
        """
        path = self._collection(kind, workspace_id, parent_id)
        query = (*kind.list_params.items(), *_query(params))
        listing = self._pager.read(kind.plural, path, query)
        if kind.lifecycle is None or kind.lifecycle.answer_key != "archived" or "archived" in params:
            return listing
        if any(item.get("archived") is True for item in listing.items):
            self._pager.facts.note_archived(kind.name, query)
        if self._pager.facts.shows_archived(kind.name, query):
            return listing
        return merged_with_archived(listing, self._pager.read(kind.plural, path, (*query, ("archived", "true"))))

    def pages(
        self, kind: Kind, workspace_id: str, parent_id: str = "", *, most: int = PAGE_SIZES[0], **params: Any
    ) -> Iterator[Sequence[Wire]]:
        """The pages of a list, each requested when it is asked for; the list parameters of the kind are added.

        `most`: the largest page that is wanted: each is held as a whole.
        Without an `archived` filter in `params` a service may leave archived items out (docs/clockify.md 12 #12).
        """
        query = (*kind.list_params.items(), *_query(params))
        return self._pager.pages(kind.plural, self._collection(kind, workspace_id, parent_id), query, most)

    def user_pages(self, workspace_id: str, **filters: Any) -> Iterator[Sequence[Wire]]:
        """The pages of the users of a workspace, each requested when it is asked for; as `users` reads them."""
        params = {"include_roles": False, "memberships": "NONE", **filters}
        return self._pager.pages("users", self._path(workspace_id, "users"), _query(params))

    def user_groups(self, workspace_id: str) -> Listing:
        """The user groups of a workspace, each with its `userIds`. Not every plan and role may list them."""
        return self._pager.read("user groups", self._path(workspace_id, "user-groups"))

    def named(self, kind: Kind, workspace_id: str, name: str, parent_id: str = "") -> tuple[Wire, ...]:
        """The resources with exactly this name, archived or not. The search of the service matches more; the result is filtered."""
        listing = self.list(kind, workspace_id, parent_id, **{"name": name, **kind.search_params})
        return tuple(item for item in listing.items if item.get("name") == name)

    def get(self, kind: Kind, workspace_id: str, resource_id: str, parent_id: str = "") -> Wire:
        """One resource. For a missing one ApiError has status 400 or 404 (docs/clockify.md 12 #1); neither proves a deletion."""
        return self._object(Request("GET", self._one(kind, workspace_id, resource_id, parent_id)))

    def time_entries(self, workspace_id: str, user_id: str, **filters: Any) -> Listing:
        """A user's time entries, newest first; filters as in the API contract: project, task, tags, start, end, …"""
        path = self._path(workspace_id, "user", user_id, "time-entries")
        return self._pager.read("time entries", path, _query(filters))

    def close(self) -> None:
        """Close the connections."""
        self._pipeline.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _path(self, workspace_id: str, *parts: str) -> str:
        return self._prefix + path_of("workspaces", workspace_id, *parts)

    def _collection(self, kind: Kind, workspace_id: str, parent_id: str) -> str:
        parts = (parent_id if part == "{parent}" else part for part in kind.collection.split("/"))
        return self._path(workspace_id, *parts)

    def _one(self, kind: Kind, workspace_id: str, resource_id: str, parent_id: str) -> str:
        return self._collection(kind, workspace_id, parent_id) + path_of(resource_id)

    def _object(self, request: Request) -> Wire:
        wire = object_or_none(self._pipeline.call(request), request)
        if wire is None:
            raise ProtocolError(f"the response to {request.name} is empty", request=request.name)
        if not isinstance(wire.get("id"), str) or not wire["id"]:
            raise ProtocolError(f"the response to {request.name} is not an object with an id", request=request.name)
        return wire


def share_list_facts(client: Reader, other: Reader) -> None:
    """Let two clients of one service share what its answers prove about lists: page sizes, and that archived items are shown."""
    client._pager.facts = other._pager.facts  # noqa: SLF001 - a part of the reader


def object_or_none(response: Response, request: Request) -> Wire | None:
    """The JSON object of a response; None for an empty body. Raises ProtocolError for other JSON."""
    if response.is_empty:
        return None
    body = _json(response, request.name)
    if body is None:
        return None
    if not isinstance(body, dict):
        raise ProtocolError(
            f"the response to {request.name} is not a JSON object",
            request=request.name,
            unknown=request.method != "GET",
        )
    return body


def _json(response: Response, name: str) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise ProtocolError(
            f"the response to {name} is not JSON: {error}", hint="check --base-url and --gateway", request=name
        ) from None
