"""Sends journaled writes. If the outcome is unknown, it reads the state before it writes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from reconciler.applying.journal.events import Resolution, Resolved
from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.compare import (
    could_be_ours,
    could_follow,
    fields_sent,
    matches_body,
    missing_fields,
    snapshot_of,
)
from reconciler.applying.writes.intent import WorkItem, WriteIntent, record_write
from reconciler.applying.writes.outcomes import is_refusal, last_word, resolving, with_id
from reconciler.applying.writes.roles import Roles, role_user
from reconciler.errors import ApiError, ForbiddenError, GatewayError, ProtocolError
from reconciler.gateway import Writer
from reconciler.live import read_readable
from reconciler.model import Address
from reconciler.planning.plan import Step
from reconciler.state import Live
from reconciler.value_types import Wire

MAX_ATTEMPTS = 5
"""Attempts of a create while each outcome is unknown and no object appeared."""
MAX_UPDATE_ATTEMPTS = 2
"""Attempts of an update while each outcome is unknown and the object stays as it was; the gateway retries on its own, too."""
POSSIBLY_GONE = frozenset({400, 404})
"""Statuses for an id that does not exist, and for many other mistakes (docs/clockify.md 12 #1)."""


class WriteSender:
    """Sends the writes of a session to one workspace. Methods raise GatewayError, and JournalError before a request is sent."""

    def __init__(self, writer: Writer, live: Live, journal: JournalSink) -> None:
        self._writer, self._workspace, self._users, self._journal = writer, live.workspace.id, live.users, journal
        self._roles = Roles(writer, live, journal)

    def create(self, item: WorkItem, body: Wire, covers: Sequence[Address] = ()) -> Wire:
        """`POST`; returns the new object. `covers`: addresses of the inline children in the body.

        After an unknown outcome it searches the name: an object that could be ours is taken, else the request is sent again.
        """
        lost, attempt = False, 1
        while True:
            try:
                with record_write(self._journal, item, Step.CREATE, covers=tuple(covers)) as intent:
                    answer = with_id(
                        self._writer.create(item.kind, self._workspace, body, item.nested_in, observer=intent), body
                    )
                    if answer is not None:
                        self._note(intent, item, answer)
            except GatewayError as error:
                wire = self._created_despite(item, error, lost=lost, is_copy=item.kind.copy_source in body)
                if wire is not None:
                    return wire
                lost = True
                if attempt == MAX_ATTEMPTS:
                    raise
                self._writer.pause(attempt)
                attempt += 1
            else:
                return answer or self._only_one(item)

    def put(self, item: WorkItem, step: Step, body: Wire, before: Mapping[str, Any]) -> Wire:
        """`PUT`; returns the updated object.

        After an unknown outcome it reads the object, and sends the request once more if that is as it was before.
        """
        attempt = 1
        while True:
            try:
                with record_write(self._journal, item, step, before=before) as intent:
                    answer = self._writer.update(
                        item.kind, self._workspace, item.id, body, item.nested_in, observer=intent
                    )
                    if answer:
                        self._note(intent, item, item.merged(answer))
            except GatewayError as error:
                if (wire := self._updated_despite(item, error, body, before)) is not None:
                    return wire
                if attempt == MAX_UPDATE_ATTEMPTS:
                    raise last_word(error) from None
                self._writer.pause(attempt)
                attempt += 1
            else:
                return self._roles.noted(item, item.merged(answer)) if answer else self.get(item)

    def patch(
        self, item: WorkItem, step: Step, method: str, endpoint: str, body: Wire, before: Mapping[str, Any]
    ) -> Wire:
        """Write an endpoint of the object; returns the updated object, read again if the answer was lost."""
        if user := role_user(endpoint):
            return self._roles.write(item, user, before, is_manager=method == "POST")
        place = self._workspace, item.id, endpoint
        try:
            with record_write(self._journal, item, step, before=before) as intent:
                answer = self._writer.patch(item.kind, *place, body, item.nested_in, method=method, observer=intent)
                if answer:
                    self._note(intent, item, item.merged(answer))
        except GatewayError as error:
            if step is Step.UNDECLARED or not fields_sent(item.kind, body):
                return self._endpoint_despite(item, error)
            return self._updated_despite(item, error, body, before) or item.wire
        return self._roles.noted(item, item.merged(answer)) if answer else self.get(item)

    def delete(self, item: WorkItem, before: Mapping[str, Any]) -> None:
        """`DELETE`; an object that no longer exists counts as deleted."""
        try:
            with record_write(self._journal, item, Step.DELETE, before=before) as intent:
                self._writer.delete(item.kind, self._workspace, item.id, item.nested_in, observer=intent)
        except GatewayError as error:
            refused = is_refusal(error, POSSIBLY_GONE)
            if not (error.unknown or refused):
                raise
            with resolving(item, error):
                is_gone = self._is_gone(item)
            if error.unknown or is_gone:
                self._resolve(item, error, Resolution.GONE if is_gone else Resolution.ABSENT, item.id)
            if not is_gone:
                raise last_word(error) from None

    def get(self, item: WorkItem) -> Wire:
        """Read the object."""
        return self._roles.get(item)

    def find_listed(self, item: WorkItem, name: str = "") -> Wire | None:
        """The object in the list of its kind, searched by `name` or its last known name; None if the list does not have it."""
        name = name or str(item.wire.get("name") or item.change.address.name)
        matches = self._writer.named(item.kind, self._workspace, name, item.nested_in)
        return next((wire for wire in matches if wire["id"] == item.id), None)

    def _note(self, intent: WriteIntent, item: WorkItem, answer: Wire) -> None:
        intent.after = {"id": item.id or answer["id"]}
        # The write was carried out even if the answer is unreadable; the comparison reports that.
        with suppress(ProtocolError):
            intent.after |= {"after": snapshot_of(item.kind, answer, self._users)}

    def _record_resolved(self, item: WorkItem, result: Resolution, resource_id: str) -> None:
        change = item.change
        self._journal.record(
            Resolved(address=change.address, action=change.action, result=result, id=resource_id or None)
        )

    def _updated_despite(
        self, item: WorkItem, error: GatewayError, body: Wire, before: Mapping[str, Any]
    ) -> Wire | None:
        """The object that a failed `PUT` or `PATCH` changed after all, or None if the object is as it was before.

        Raises the error if it is a refusal, and if somebody else changed the object: then the outcome stays unknown.
        """
        if not error.unknown:
            raise error
        with resolving(item, error):
            wire = self.get(item)
            is_carried_out = matches_body(item.kind, body, wire)
            is_unchanged = not is_carried_out and snapshot_of(item.kind, wire, self._users) == before
            is_partial = could_follow(item.kind, before, body, wire, self._users)
        if is_unchanged:
            self._resolve(item, error, Resolution.ABSENT, item.id)
            return None
        if is_carried_out or is_partial:  # the service may ignore a field; the comparison reports that
            self._resolve(item, error, Resolution.FOUND, item.id)
            return wire
        item.in_doubt = True
        self._resolve(item, error, Resolution.MOVED, item.id)
        raise error

    def _endpoint_despite(self, item: WorkItem, error: GatewayError) -> Wire:
        """The object as it is after a failed write whose body does not show its keys. Raises the error if it is a refusal."""
        if not error.unknown:
            raise error
        with resolving(item, error):
            wire = self.get(item)
        every = item.kind.every_field
        is_changed = read_readable(every, wire, {}) != read_readable(every, item.wire, {})
        self._resolve(item, error, Resolution.FOUND if is_changed else Resolution.ABSENT, item.id)
        return item.merged(wire)

    def _resolve(self, item: WorkItem, error: GatewayError, result: Resolution, resource_id: str) -> None:
        """Record what a reading showed of a write; one that had no effect does not count as written."""
        if error.unknown and result is Resolution.ABSENT:
            item.written -= 1
        self._record_resolved(item, result, resource_id)

    def _created_despite(self, item: WorkItem, error: GatewayError, *, lost: bool, is_copy: bool) -> Wire | None:
        """The object that a failed create made after all, or None. Raises the error if it is a refusal.

        A refusal may mean that the name is taken: by an earlier attempt that arrived late, or by someone who created the
        same resource in the meantime.
        """
        refused = is_refusal(error)
        if not (error.unknown or refused):
            raise error
        with resolving(item, error):
            matches = self._named(item)
        ours = [wire for wire in matches if could_be_ours(*self._compare_args(item, wire), is_copy=is_copy)]
        if not error.unknown and not lost:
            ours = [wire for wire in ours if not missing_fields(*self._compare_args(item, wire))]
            item.is_found = bool(ours)
        if len(ours) == 1:
            self._record_resolved(item, Resolution.FOUND, ours[0]["id"])
            return ours[0]
        if refused:
            raise error
        self._resolve(item, error, Resolution.ABSENT, "")
        return None

    def _compare_args(self, item: WorkItem, wire: Wire) -> tuple[Any, ...]:
        return item.change, item.kind, wire, item.parent_id, self._users

    def _named(self, item: WorkItem) -> list[Wire]:
        """Objects with the change's name under its parent, active or archived."""
        kind = item.kind
        matches = self._writer.named(kind, self._workspace, item.change.address.name, item.nested_in)
        return [w for w in matches if not kind.parent_wire or (w.get(kind.parent_wire) or "") == item.parent_id]

    def _only_one(self, item: WorkItem) -> Wire:
        """The object with the change's name, for services that answer a create without its id."""
        matches = self._named(item)
        if len(matches) != 1:
            raise ProtocolError(
                f"{item.change.address}: the answer to its create has no id, and the list does not have it once"
            )
        self._record_resolved(item, Resolution.FOUND, matches[0]["id"])
        return matches[0]

    def _is_gone(self, item: WorkItem) -> bool:
        """Whether neither its id nor the list has it; one of the two alone proves nothing (docs/clockify.md 12 #1)."""
        try:
            self.get(item)
        except ForbiddenError:
            raise
        except ApiError as error:
            if error.status not in POSSIBLY_GONE:
                raise
        else:
            return False
        return self.find_listed(item) is None
