"""One step of one change: what it sends, what it need not send any more, and whether the service has what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.compare import missing_fields, snapshot_of
from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.applying.writes.payloads import create_body, estimate_body, lost_keys, update_body
from reconciler.applying.writes.send import WriteSender, is_refusal
from reconciler.applying.writes.work_item import WorkItem
from reconciler.errors import ApiError, ProtocolError
from reconciler.gateway import Writer
from reconciler.kinds import BY_NAME
from reconciler.live import Reading, read_values
from reconciler.model import Address, Field, Kind, Resource, Wire
from reconciler.planning.plan import Change, FieldChange, Step
from reconciler.planning.prune import is_embedded
from reconciler.planning.resolve import AddressResolver

REFUSALS = frozenset({400, 402, 403, 404, 405})
"""What a service answers where a field of its own endpoint is not for this plan or role (docs/clockify.md sections 1.2 and 7)."""


class StepRunner:
    """Performs steps through a Writer, on the live state that was read last. One subject is one thread's at a time."""

    def __init__(self, writer: Writer, reading: Reading, changes: tuple[Change, ...], journal: JournalSink) -> None:
        self._live = reading.live
        self._people = {email: user for user, email in reading.live.users.items()}
        self._resolver = AddressResolver(changes, reading.live)
        everything = reading.live.everything
        self._by_id = {resource.id: resource for resource in everything}
        self._children: dict[str, list[Resource]] = {}
        for resource in everything:
            self._children.setdefault(resource.parent_id, []).append(resource)
        self._sender = WriteSender(writer, reading.live.workspace.id, reading.live.users, journal)
        self.inline_children = InlineChildren(changes, writer, reading.live.workspace.id, reading.live.users, journal)

    def item(self, change: Change, known_id: str = "") -> WorkItem:
        """The resource of a change as it is now; `known_id` is of one that an earlier run of the plan created."""
        resource = self._by_id.get(change.id or known_id)
        parent_id = resource.parent_id if resource else self._parent_id(change)
        wire = resource.wire if resource else {}
        return WorkItem(change, BY_NAME[change.kind], change.id or known_id, parent_id, wire)

    def note(self, address: Address, resource_id: str) -> None:
        """Remember the id of something that was created, now or by an earlier run of the plan."""
        self._resolver.created[address] = resource_id

    def run_step(self, item: WorkItem, step: Step, *, is_last: bool) -> None:
        """Send what the step needs; raises GatewayError. What the service did not take stands in `subject.not_accepted`."""
        if step is Step.CREATE:
            self._create(item)
        elif step is Step.DELETE:
            self._delete(item)
        elif step is Step.RENAME:
            self._put(item, step, {"name": item.change.temporary_name})
        elif step is Step.ESTIMATE:
            self._estimate(item)
        else:
            self._put(item, step, self._overlay(item))
        if is_last and step is not Step.DELETE:
            self._settle(item)

    def _parent_id(self, change: Change) -> str:
        found = self._resolver.parent_id_of(change.address)
        if found is None:
            raise ProtocolError(f"{change.address}: its {BY_NAME[change.kind].parent} is not there")
        return found

    def _create(self, item: WorkItem) -> None:
        """Create it, unless it is there: made by an earlier run of the plan, or along with its parent."""
        change = item.change
        if not item.id:
            item.wire = self.inline_children.received(change.address) or self._sent(item)
            item.id = item.wire["id"]
        self.note(change.address, item.id)
        self.inline_children.created(change.address, item.id)

    def _sent(self, item: WorkItem) -> Wire:
        """Send the create, with new children in it where the service takes them so."""
        body = self._body(item.change, item.kind, item.parent_id)
        inside = self.inline_children.children_to_send(item.change.address)
        if inside:
            child = BY_NAME[inside[0].kind]
            children = [self._body(change, child, "") for change in inside]
            try:
                return self._sender.create(item, {**body, child.inline: children}, [c.address for c in inside])
            except ApiError as error:
                if not is_refusal(error):
                    raise
                self.inline_children.disable(item.change.address)  # it may be the children that it does not take
        return self._sender.create(item, body)

    def _body(self, change: Change, kind: Kind, parent_id: str) -> dict[str, Any]:
        return create_body(kind, change, parent_id, self._live.workspace.settings, self._people)

    def _overlay(self, item: WorkItem) -> dict[str, Any]:
        """What the main update sets: all declared changes in one request, and the lifecycle that the action leads to."""
        change, kind = item.change, item.kind
        overlay = {f.name: f.after for f in change.fields if f.name not in ("name", kind.parent)}
        if change.removal:
            return {kind.lifecycle.name: kind.archived_value}
        overlay["name"] = change.address.name
        if kind.parent_wire and change.field_named(kind.parent) is not None:
            overlay[kind.parent_wire] = self._parent_id(change)
        return overlay

    def _put(self, item: WorkItem, step: Step, overlay: Mapping[str, Any]) -> None:
        """Nothing is sent where the object is as meant: after a create that took everything, or an earlier run."""
        kind, before = item.kind, self._whole(item)
        if self._is_already(item, overlay):
            return
        body = update_body(kind, before, overlay, self._people)
        answer = self._send_put(item, step, body)
        lost = lost_keys(kind, before, answer, overlay)
        if lost:
            self._send_put(item, step, {**body, **lost})

    def _is_already(self, item: WorkItem, overlay: Mapping[str, Any]) -> bool:
        kind, wire = item.kind, item.wire
        values = {**read_values(kind, wire, self._live.users), "name": wire.get("name")}
        if kind.parent_wire:
            values[kind.parent_wire] = wire.get(kind.parent_wire) or ""
        apart = {f.name for f in kind.fields if f.endpoint}
        return all(values.get(name) == value for name, value in overlay.items() if name not in apart)

    def _send_put(self, item: WorkItem, step: Step, body: Mapping[str, Any]) -> Wire:
        item.wire = self._sender.put(item, step, body, self._before(item))
        return item.wire

    def _before(self, item: WorkItem, *, with_children: bool = False) -> dict[str, Any]:
        """The object as it is now, for the journal; `with_children` where they go along with it."""
        before = snapshot_of(item.kind, item.wire, self._live.users)
        if with_children:
            embedded = [child for child in self._children.get(item.id, ()) if is_embedded(child)]
            before["along"] = [
                {"address": str(child.address), "id": child.id, "values": dict(child.values)} for child in embedded
            ]
        return before

    def _whole(self, item: WorkItem) -> Wire:
        """The object with every key that an update must carry; read afresh where a list left one out."""
        kind = item.kind
        needed = {f.answer_key for f in kind.fields if not f.endpoint} | set(kind.carried)
        if not needed <= item.wire.keys():
            item.wire = {**dict.fromkeys(needed), **item.wire, **self._sender.get(item)}
        return item.wire

    def _estimate(self, item: WorkItem) -> None:
        wanting = {change.name for change in self._missing(item)}
        for declared in item.kind.fields:
            change = item.change.field_named(declared.name)
            if declared.endpoint and change is not None and declared.name in wanting:
                self._patch(item, declared, estimate_body(declared, item.wire, change.after))

    def _patch(self, item: WorkItem, declared: Field, body: Wire) -> None:
        """A refusal is not the end of the change: such fields belong to paid plans, and the rest of the resource is as meant."""
        try:
            item.wire = self._sender.patch(item, declared, body, self._before(item))
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            item.refusals[declared.name] = error.message

    def _delete(self, item: WorkItem) -> None:
        kind = item.kind
        before = self._before(item, with_children=True)
        try:
            self._sender.delete(item, before)
        except ApiError as error:
            if error.status != 400 or kind.removal[0] != "delete":
                raise
            # Some servers want a tag archived first (docs/clockify.md 12 #10).
            self._put(item, Step.ARCHIVE, {kind.lifecycle.name: kind.archived_value})
            self._sender.delete(item, before)

    def _missing(self, item: WorkItem) -> list[FieldChange]:
        change, kind = item.change, item.kind
        moves = kind.parent_wire and change.field_named(kind.parent) is not None
        parent_id = self._parent_id(change) if moves else item.parent_id
        return missing_fields(change, kind, item.wire, parent_id, self._live.users)

    def _settle(self, item: WorkItem) -> None:
        """One more try for what the answer shows as not taken, then it is reported."""
        missing = self._missing(item)
        if missing and not item.is_found:
            apart = {f.name for f in item.kind.fields if f.endpoint}
            if any(change.name not in apart for change in missing):
                self._put(item, Step.UPDATE, self._overlay(item))
            if any(change.name in apart and change.name not in item.refusals for change in missing):
                self._estimate(item)
            missing = self._missing(item)
        item.not_accepted = tuple(missing)
