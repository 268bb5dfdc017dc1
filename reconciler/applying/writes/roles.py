"""The roles of a project's members during a run: read again with its object, given and taken by a request each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.applying.journal.events import Resolution, Resolved
from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.compare import snapshot_of
from reconciler.applying.writes.intent import WorkItem, record_write
from reconciler.applying.writes.outcomes import is_refusal, resolving
from reconciler.errors import GatewayError
from reconciler.gateway import Writer
from reconciler.kinds.managers import managers_in, managers_of, with_managers
from reconciler.live import all_users
from reconciler.planning.managers import mentions_managers
from reconciler.planning.plan import Step
from reconciler.state import Live
from reconciler.value_types import Wire

ROLES = "/roles"
"""The end of the endpoint of a member's role, below `users/{id}`; the API has it below the workspace, not the project."""


class Roles:
    """Reads and writes who manages a project. Noted in objects only if it was read for the plan: answers for a project lack it."""

    def __init__(self, writer: Writer, live: Live, journal: JournalSink) -> None:
        self._writer, self._workspace, self._users, self._journal = writer, live.workspace.id, live.users, journal
        self._is_known = bool(live.shows_roles)

    def get(self, item: WorkItem) -> Wire:
        """Read the object, with its managers."""
        return self.noted(item, self._writer.get(item.kind, self._workspace, item.id, item.nested_in))

    def noted(self, item: WorkItem, wire: Wire) -> Wire:
        """An answer with its managers: read now if the change is about one, else those of the last object."""
        if not self._is_known or "memberships" not in wire:
            return wire
        if not mentions_managers(item.change):
            return with_managers(wire, managers_in(item.wire))
        managers = managers_of(all_users(self._writer, self._workspace, include_roles=True).items) or {}
        return with_managers(wire, managers.get(str(wire.get("id")), ()))

    def write(self, item: WorkItem, user: str, before: Mapping[str, Any], *, is_manager: bool) -> Wire:
        """Give a member the role, or take it. Returns the object with its roles read again: the answer does not show them all.

        Raises GatewayError for a refusal, unless the reading shows that the role is already as it is to be: the answer to an
        earlier attempt was lost. After an unknown outcome without an effect the caller sees it missing, and writes it again.
        """
        error: GatewayError | None = None
        try:
            with record_write(self._journal, item, Step.PATCH, before=before) as intent:
                self._writer.set_manager(self._workspace, user, item.id, is_manager=is_manager, observer=intent)
                intent.after = {"id": item.id, "after": self._snapshot(item, user, is_manager=is_manager)}
        except GatewayError as failure:
            if not (failure.unknown or is_refusal(failure)):
                raise
            error = failure
        wire = item.merged(self._read_after(item, error))
        if error is None:
            return wire
        is_reached = (user in managers_in(wire)) is is_manager
        if not (error.unknown or is_reached):
            raise error
        if error.unknown:
            item.written -= not is_reached
            self._record(item, Resolution.FOUND if is_reached else Resolution.ABSENT)
        return wire

    def _read_after(self, item: WorkItem, error: GatewayError | None) -> Wire:
        if error is None or not error.unknown:
            return self.get(item)
        with resolving(item, error):
            return self.get(item)

    def _snapshot(self, item: WorkItem, user: str, *, is_manager: bool) -> dict[str, Any]:
        now = managers_in(item.wire)
        wire = with_managers(item.wire, now | {user} if is_manager else now - {user})
        return snapshot_of(item.kind, wire, self._users)

    def _record(self, item: WorkItem, result: Resolution) -> None:
        change = item.change
        self._journal.record(Resolved(address=change.address, action=change.action, result=result, id=item.id))


def role_user(endpoint: str) -> str:
    """The user id in the endpoint of a role; empty for another endpoint."""
    return endpoint.split("/")[1] if endpoint.startswith("users/") and endpoint.endswith(ROLES) else ""
