"""Requests for time entries (docs/clockify.md section 10): the part of the Reader and of the Writer that serves them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.errors import ApiError
from reconciler.gateway.messages import Request
from reconciler.gateway.paging import Pager
from reconciler.gateway.query import query_of
from reconciler.gateway.requests import RequestObserver, RequestPipeline
from reconciler.value_types import Wire

_NO_SUCH_PATH = frozenset({404, 405})
_MOST_RUNNING = 1000
"""The largest page of the list of running timers in the official contract, which states none for any other list."""


class TimeEntryReads:
    """Reads time entries. Every method raises GatewayError if a request fails; results are JSON objects as received."""

    _pipeline: RequestPipeline
    _pager: Pager

    def time_entry(self, workspace_id: str, entry_id: str, **params: Any) -> Wire:
        """One time entry; `hydrated` adds its project, task, tags and user.

        For a missing one ApiError has status 400 or 404; neither proves a deletion.
        """
        return self._object(Request("GET", self._path(workspace_id, "time-entries", entry_id), query_of(params)))

    def iterate_time_entries(self, workspace_id: str, user_id: str, **filters: Any) -> Iterator[Wire]:
        """A user's time entries, newest first, a page at a time: the next one is requested when it is needed.

        Filters as in the API contract: project, task, tags, start, end, hydrated, …
        """
        path = self._path(workspace_id, "user", user_id, "time-entries")
        return (item for page in self._pager.pages("time entries", path, query_of(filters)) for item in page)

    def running_entries_of(self, workspace_id: str, user_id: str, **params: Any) -> tuple[Wire, ...]:
        """A user's running timers: the list of the user's entries with `in-progress`, without those that have an end."""
        path = self._path(workspace_id, "user", user_id, "time-entries")
        found = self._pager.read("running timers", path, query_of({"in_progress": True, **params})).items
        return tuple(item for item in found if is_running(item))

    def running_entries(self, workspace_id: str) -> tuple[Wire, ...] | None:
        """Everybody's running timers: the documented path, else the older one; None where the service has neither.

        `GET /time-entries/status/in-progress`; `GET /time-entries` is what the requirement document names, and the live
        service answers it with 405 (docs/clockify.md section 10 and 12 #15).
        """
        for parts in (("time-entries", "status", "in-progress"), ("time-entries",)):
            try:
                found = self._pager.read("running timers", self._path(workspace_id, *parts), most=_MOST_RUNNING).items
            except ApiError as error:
                if error.status not in _NO_SUCH_PATH:
                    raise
            else:
                return tuple(item for item in found if is_running(item))
        return None

    def _path(self, workspace_id: str, *parts: str) -> str:
        raise NotImplementedError

    def _object(self, request: Request) -> Wire:
        raise NotImplementedError


class TimeEntryWrites:
    """Writes time entries, one request a method. The observer and the errors are those of the Writer."""

    _pipeline: RequestPipeline

    def create_time_entry(
        self, workspace_id: str, body: Wire, user_id: str = "", *, observer: RequestObserver | None = None
    ) -> Wire | None:
        """Create an entry of the caller, or of `user_id`: `POST`. Without `end` in the body it is a running timer."""
        owner = ("user", user_id) if user_id else ()
        return self._write(Request("POST", self._path(workspace_id, *owner, "time-entries"), body=body), observer)

    def update_time_entry(
        self, workspace_id: str, entry_id: str, body: Wire, *, observer: RequestObserver | None = None
    ) -> Wire | None:
        """Replace an entry: `PUT`. What the body leaves out is lost."""
        return self._write(Request("PUT", self._path(workspace_id, "time-entries", entry_id), body=body), observer)

    def stop_timer(
        self, workspace_id: str, user_id: str, end: str, *, observer: RequestObserver | None = None
    ) -> Wire | None:
        """Stop the running timer of a user at `end`: `PATCH`. Without a timer ApiError has status and code 404."""
        path = self._path(workspace_id, "user", user_id, "time-entries")
        return self._write(Request("PATCH", path, body={"end": end}), observer)

    def delete_time_entry(self, workspace_id: str, entry_id: str, *, observer: RequestObserver | None = None) -> None:
        """Delete an entry: `DELETE`, answered with 204 and no body."""
        self._pipeline.call(Request("DELETE", self._path(workspace_id, "time-entries", entry_id)), observer)

    def _path(self, workspace_id: str, *parts: str) -> str:
        raise NotImplementedError

    def _write(self, request: Request, observer: RequestObserver | None = None) -> Wire | None:
        raise NotImplementedError


def is_running(item: Wire) -> bool:
    """Whether a time entry, as answered, has no end."""
    interval = item.get("timeInterval")
    return isinstance(interval, dict) and not interval.get("end")
