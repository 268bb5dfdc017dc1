"""One step of one change: what it sends, when it can skip sending, and whether the result matches the change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.compare import missing_fields, snapshot_of
from reconciler.applying.writes.creates import Creator
from reconciler.applying.writes.endpoints import PlanLimits, write_endpoints
from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.payloads import lost_keys, unknown_fields, update_body
from reconciler.applying.writes.raw_copy import raw_copy
from reconciler.applying.writes.refresh import Refresher
from reconciler.applying.writes.send import WriteSender
from reconciler.errors import ApiError, MovedError, ProtocolError, UnknownValueError
from reconciler.gateway import Writer
from reconciler.kinds import BY_NAME
from reconciler.live import Reading, read_undeclared, read_values
from reconciler.model import UNSET, Address, Field
from reconciler.planning.derive import patch_conflict, reset_reason
from reconciler.planning.forecast import MAX_AGE
from reconciler.planning.plan import Change, FieldChange, Step
from reconciler.planning.resolve import AddressResolver
from reconciler.value_types import Wire

REFUSALS = frozenset({400, 402, 403, 404, 405})
"""Statuses for a field that the subscription or role does not include (docs/clockify.md sections 1.2 and 7)."""


class StepRunner:
    """Runs steps through a Writer, based on the last live state. Each WorkItem belongs to one thread at a time."""

    def __init__(
        self,
        writer: Writer,
        reading: Reading,
        changes: tuple[Change, ...],
        journal: JournalSink,
        *,
        max_age: float = MAX_AGE,
        unread_copies: Collection[Address] = (),
    ) -> None:
        self._live, self._read_at, self._now = reading.live, reading.read_at, writer.now
        self._people = {email: user for user, email in reading.live.users.items()}
        self._resolver = AddressResolver(changes, reading.live)
        self._sender = WriteSender(writer, reading.live, journal)
        self._refresher = Refresher(writer, self._sender, reading, changes, resolver=self._resolver, max_age=max_age)
        self._plan_limits, live = PlanLimits(), reading.live
        self.inline_children = InlineChildren(changes, writer, live.workspace.id, live.users, journal, live.proofs)
        self._creator = Creator(writer, self._sender, live, self._people, self.inline_children, unread_copies)

    def item(self, change: Change, known_id: str = "") -> WorkItem:
        """The work item of a change; `known_id` is the id that an earlier session of the run created."""
        resource = self._live.by_id.get(change.id or known_id)
        parent_id = resource.parent_id if resource else self._parent_id(change)
        wire = resource.wire if resource else {}
        return WorkItem(change, BY_NAME[change.kind], change.id or known_id, parent_id, wire, self._read_at)

    def note(self, address: Address, resource_id: str) -> None:
        """Remember the id of a created resource, so that changes below it find their parent."""
        self._resolver.created[address] = resource_id

    def run_step(self, item: WorkItem, step: Step, *, is_last: bool) -> None:
        """Send the requests of one step; raises GatewayError. Fields that the service ignored end in `item.not_accepted`."""
        if step is Step.CREATE:
            self._create(item)
        elif step is Step.DELETE:
            self._delete(item)
        elif step is Step.RENAME:
            self._put(item, step, {**self._unknown_overlay(item), "name": item.change.temporary_name})
        elif step is Step.PATCH:
            self._patch_fields(item)
        elif step is Step.UNDECLARED:
            self._write_undeclared(item)
        else:
            self._put(item, step, self._overlay(item))
        if is_last and step is not Step.DELETE:
            self._retry_missing(item)

    def _parent_id(self, change: Change) -> str:
        parent_id = self._resolver.parent_id_of(change.address)
        if parent_id is None:
            raise ProtocolError(f"{change.address}: its {BY_NAME[change.kind].parent} does not exist")
        return parent_id

    def _create(self, item: WorkItem) -> None:
        """Create the resource, unless an earlier session or the create of its parent already did."""
        is_new = not item.id
        if is_new:
            self._creator.create(item)
        self.note(item.change.address, item.id)
        if is_new:
            self.inline_children.created(item.change.address, item.wire)
        usual = self._creator.usual_values(item)
        if usual and not self._is_already(item, usual):
            self._put(item, Step.UPDATE, {**self._overlay(item), **usual})
        self._creator.require_approved(item)

    def _overlay(self, item: WorkItem) -> dict[str, Any]:
        """The values that the main update sets: all declared changes, or for a removal the lifecycle alone."""
        change, kind = item.change, item.kind
        overlay = {f.name: f.after for f in change.fields if f.name not in ("name", kind.parent)}
        if change.removal:
            return kind.archived_values
        overlay["name"] = change.address.name
        if kind.parent_wire and change.field_named(kind.parent) is not None:
            overlay[kind.parent_wire] = self._parent_id(change)
        return overlay

    def _unknown_overlay(self, item: WorkItem) -> dict[str, Any]:
        """The values that the main update sets in place of unknown ones, which a rename before it would reset."""
        change, kind = item.change, item.kind
        values = kind.archived_values if change.removal else {f.name: f.after for f in change.fields}
        unknown = unknown_fields(kind, self._complete_wire(item, is_fresh=False), ())
        return {field.name: values[field.name] for field in unknown if field.name in values}

    def _put(self, item: WorkItem, step: Step, overlay: Mapping[str, Any]) -> None:
        """Update the object, unless it already has the values: a create took them, or an earlier session sent them."""
        is_fresh = self._refresher.refresh(item)
        kind, before = item.kind, self._complete_wire(item, is_fresh=is_fresh)
        if self._is_already(item, overlay):
            return
        if unknown := unknown_fields(kind, before, overlay):
            raise UnknownValueError(reset_reason(unknown))
        body = update_body(kind, before, overlay, self._people)
        answer = self._send_put(item, step, body)
        lost = lost_keys(kind, before, answer, overlay)
        if lost:
            self._send_put(item, step, {**body, **lost})

    def _is_already(self, item: WorkItem, overlay: Mapping[str, Any]) -> bool:
        kind, wire = item.kind, item.wire
        users = self._live.users
        values = {**read_values(kind, wire, users), **read_undeclared(kind, wire, users), "name": wire.get("name")}
        if kind.parent_wire:
            values[kind.parent_wire] = wire.get(kind.parent_wire) or ""
        sent = {field.name: field for field in kind.every_field}
        return all(
            values.get(name, UNSET) == (sent[name].answered(value) if name in sent else value)
            for name, value in overlay.items()
            if name not in kind.patched_fields
        )

    def _send_put(self, item: WorkItem, step: Step, body: Mapping[str, Any]) -> Wire:
        item.take(self._sender.put(item, step, body, self._before(item)), self._now())
        return item.wire

    def _before(self, item: WorkItem, *, with_children: bool = False) -> dict[str, Any]:
        """The object before a write, for the journal; `with_children` adds the resources deleted with it."""
        before = snapshot_of(item.kind, item.wire, self._live.users)
        if with_children:
            before["raw"] = raw_copy(item.kind, item.wire)
            embedded = [child for child in item.children if BY_NAME[child.kind].is_embedded]
            before["along"] = [
                {
                    "address": str(child.address),
                    "id": child.id,
                    "values": dict(child.values),
                    "raw": raw_copy(BY_NAME[child.kind], child.wire),
                }
                for child in embedded
            ]
        return before

    def _complete_wire(self, item: WorkItem, *, is_fresh: bool) -> Wire:
        """The object with the keys that an update must send; read by itself if the last answer lacks one. Some may stay unknown."""
        if item.kind.unanswered_keys(item.wire) and not is_fresh:
            item.take(item.merged(self._sender.get(item)), item.read_at)
        return item.wire

    def _patch_fields(self, item: WorkItem) -> None:
        """Write each changed field that has an endpoint, unless the object already has its value.

        Raises MovedError if that would now change an undeclared value as well.
        """
        self._refresher.refresh(item)
        missing = {change.name for change in self._missing(item)}
        if missing and item.change.id and (conflict := patch_conflict(item.change, item.wire)):
            raise MovedError(conflict[1])
        write_endpoints(item, item.kind.fields, missing, self._people, partial(self._patch_field, item))

    def _write_undeclared(self, item: WorkItem) -> None:
        self._refresher.refresh(item)
        missing = {change.name for change in self._missing(item)}
        write_endpoints(item, item.kind.undeclared, missing, self._people, partial(self._patch_field, item))

    def _patch_field(self, item: WorkItem, field: Field, method: str, endpoint: str, body: Wire) -> None:
        """A refusal does not fail the change: the field may need a paid subscription, and the other fields are written."""
        if self._plan_limits.exclude(item.kind, endpoint):
            item.refusals.setdefault(field.name, "")
            return
        step, before = Step.PATCH, self._before(item)
        if field in item.kind.undeclared:
            step, before["undeclared"] = Step.UNDECLARED, read_undeclared(item.kind, item.wire, self._live.users)
        try:
            answer = self._sender.patch(item, step, method, endpoint, body, before)
            item.take(answer, self._now())
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            message = self._plan_limits.message(item.kind, endpoint, error)
            item.refusals[field.name] = item.refusals.get(field.name) or message

    def _delete(self, item: WorkItem) -> None:
        kind = item.kind
        if not self._refresher.refresh_for_delete(item):
            item.is_found = True
            return
        before = self._before(item, with_children=True)
        try:
            self._sender.delete(item, before)
        except ApiError as error:
            if error.status != 400 or kind.removal[0] != "delete" or not kind.is_archivable:
                raise
            # Some servers delete a tag only after it is archived (docs/clockify.md 12 #10).
            self._put(item, Step.ARCHIVE, kind.archived_values)
            self._refresher.refresh_for_delete(item)
            self._sender.delete(item, before)

    def _missing(self, item: WorkItem) -> list[FieldChange]:
        change, kind = item.change, item.kind
        moves = kind.parent_wire and change.field_named(kind.parent) is not None
        parent_id = self._parent_id(change) if moves else item.parent_id
        return missing_fields(change, kind, item.wire, parent_id, self._live.users)

    def _retry_missing(self, item: WorkItem) -> None:
        """Send the fields that the answer shows as ignored once more, then report those still missing."""
        missing = self._missing(item)
        if missing and not item.is_found:
            patched = item.kind.patched_fields
            if any(change.name not in patched for change in missing):
                self._put(item, Step.UPDATE, self._overlay(item))
            if any(change.name in patched and change.name not in item.refusals for change in missing):
                self._patch_fields(item)
                self._write_undeclared(item)
            missing = self._missing(item)
        item.not_accepted = tuple(missing)
