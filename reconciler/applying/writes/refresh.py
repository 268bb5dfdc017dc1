"""Reads a resource again right before a write, and evaluates the precondition of its change against that reading.

Before an update only if the last reading is older than the limit; before a delete always, with the tracked time and children
that the plan relied on. What moved raises MovedError, and the write is not sent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.applying.journal.history import EMPTY_HISTORY
from reconciler.applying.preconditions import PreconditionEvaluator
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.send import POSSIBLY_GONE, WriteSender
from reconciler.errors import ApiError, ForbiddenError, MovedError, ProtocolError
from reconciler.gateway import Writer
from reconciler.kinds import KINDS
from reconciler.live import Reading, read_values, timekeepers, tracked_seconds, usage_of
from reconciler.model import Address, Kind, Resource
from reconciler.planning.plan import Change
from reconciler.planning.resolve import AddressResolver
from reconciler.state import Usage
from reconciler.value_types import Wire


class Refresher:
    """Reads resources again. Each WorkItem belongs to one thread at a time; everything else is safe to share."""

    def __init__(
        self,
        writer: Writer,
        sender: WriteSender,
        reading: Reading,
        changes: tuple[Change, ...],
        *,
        resolver: AddressResolver,
        max_age: float,
    ) -> None:
        self._writer, self._sender, self._live, self._max_age = writer, sender, reading.live, max_age
        self._evaluator = PreconditionEvaluator(changes, reading.live, reading.usage, EMPTY_HISTORY)
        self._evaluator.resolver = resolver
        self._lock = threading.Lock()
        self._people = reading.live.timekeepers
        self._people_at = reading.read_at if self._people else None

    def refresh(self, item: WorkItem) -> bool:
        """Before an update: read the object again if its reading is too old. Returns whether it was read."""
        if not self._is_old(item.read_at):
            return False
        if not self._read(item):
            raise MovedError("it no longer exists")
        return True

    def refresh_for_delete(self, item: WorkItem) -> bool:
        """Before a delete: read the object, its children and its tracked time again. Returns whether it still exists."""
        if not self._read(item):
            return False
        change = item.change
        resource, children = self._resource(item), list(self._children(item))
        item.children = tuple(children)
        used = self._usage(change, resource) if isinstance(change.precondition.time_entries, int) else None
        why = self._evaluator.why_used(change, resource, used, children)
        if why or (why := self._evaluator.why_parent(change, children)):
            raise MovedError(why)
        return True

    def _is_old(self, read_at: float | None) -> bool:
        return read_at is None or self._writer.now() - read_at > self._max_age

    def _read(self, item: WorkItem) -> bool:
        """Read the object. Returns whether it exists; raises MovedError if it no longer matches the change."""
        ours = read_values(item.kind, item.wire, self._live.users) if item.written else {}
        try:
            wire = self._sender.get(item)
        except ForbiddenError:
            raise
        except ApiError as error:
            if error.status not in POSSIBLY_GONE or self._sender.find_listed(item) is not None:
                raise
            return False
        if wire.get("id") != item.id:
            raise ProtocolError(f"{item.change.address}: the answer to a read is another object")
        item.take(self._completed(item, wire), self._writer.now())
        if why := self._evaluator.why_moved(item.change, self._resource(item), ours):
            raise MovedError(why)
        return True

    def _completed(self, item: WorkItem, wire: Wire) -> Wire:
        """The object with the keys that only lists have, from a new list: older values must not be written back."""
        only_listed = any(key in item.wire for key in item.kind.unanswered_keys(wire))
        no_time = tracked_seconds(item.kind, wire) is None and tracked_seconds(item.kind, item.wire) is not None
        if not only_listed and not no_time:
            return wire
        return {**(self._sender.find_listed(item, str(wire.get("name"))) or {}), **wire}

    def _resource(self, item: WorkItem) -> Resource:
        """The object as a live resource. Less tracked time than planned is no obstacle: a delete of this run may be the reason."""
        kind, wire, planned = item.kind, item.wire, item.change.precondition.tracked_seconds
        seconds = tracked_seconds(kind, wire)
        if seconds is not None and seconds < (planned if isinstance(planned, int) else 1):
            seconds = planned if isinstance(planned, int) else None
        return self._resource_of(kind, wire, item.parent_id, seconds)

    def _resource_of(self, kind: Kind, wire: Wire, nested_in: str, seconds: int | None = None) -> Resource:
        parent_id = str(wire.get(kind.parent_wire) or "") if kind.parent_wire else nested_in
        parent = self._evaluator.by_id.get(parent_id)
        path: tuple[str, ...] = (*(parent.address.path if parent else ()), str(wire.get("name") or ""))
        return Resource(
            address=Address(kind.name, path),
            values=read_values(kind, wire, self._live.users),
            parent=parent.address if parent else None,
            id=wire["id"],
            parent_id=parent_id,
            wire=wire,
            tracked_seconds=seconds,
        )

    def _children(self, item: WorkItem) -> Iterator[Resource]:
        """The present children of what is deleted."""
        for kind in KINDS:
            if kind.parent != item.kind.name:
                continue
            filters: Mapping[str, Any] = {item.kind.plural: item.id} if kind.parent_wire else {}
            listing = self._writer.list(kind, self._live.workspace.id, "" if filters else item.id, **filters)
            for wire in listing.items:
                if not kind.parent_wire or wire.get(kind.parent_wire) == item.id:
                    yield self._resource_of(kind, wire, item.id)

    def _usage(self, change: Change, resource: Resource) -> Usage:
        used = usage_of(self._writer, self._live.workspace.id, resource, self._current_people())
        planned = change.precondition.time_entries
        return replace(used, time_entries=max(used.time_entries, planned if isinstance(planned, int) else 0))

    def _current_people(self) -> tuple[str, ...]:
        """The users whose time entries count, listed again if that list is too old: somebody new may have tracked time."""
        with self._lock:
            if self._is_old(self._people_at):
                self._people = timekeepers(self._writer, self._live.workspace.id)
                self._people_at = self._writer.now()
            return self._people
