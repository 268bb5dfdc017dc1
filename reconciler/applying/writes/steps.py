"""One step of one change: what it sends, what it need not send any more, and whether the service has what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.applying.journal.writer import Recorder
from reconciler.applying.writes.compare import missing_fields, shown
from reconciler.applying.writes.inline_children import Inliner
from reconciler.applying.writes.payloads import create_body, estimate_body, lost_keys, update_body
from reconciler.applying.writes.send import Sender, is_refusal
from reconciler.applying.writes.work_item import Subject
from reconciler.errors import ApiError, ProtocolError
from reconciler.gateway import Writer
from reconciler.kinds import BY_NAME
from reconciler.live import Reading, read_values
from reconciler.model import Address, Field, Kind, Resource, Wire
from reconciler.planning.plan import Change, FieldChange, Step
from reconciler.planning.prune import goes_along
from reconciler.planning.resolve import Finder

REFUSALS = frozenset({400, 402, 403, 404, 405})
"""What a service answers where a field of its own endpoint is not for this plan or role (CLOCKIFY.md sections 1.2 and 7)."""


class Performer:
    """Performs steps through a Writer, on the live state that was read last. One subject is one thread's at a time."""

    def __init__(self, writer: Writer, reading: Reading, changes: tuple[Change, ...], recorder: Recorder) -> None:
        self._live = reading.live
        self._people = {email: user for user, email in reading.live.users.items()}
        self._finder = Finder(changes, reading.live)
        everything = reading.live.everything
        self._by_id = {resource.id: resource for resource in everything}
        self._children: dict[str, list[Resource]] = {}
        for resource in everything:
            self._children.setdefault(resource.parent_id, []).append(resource)
        self._sender = Sender(writer, reading.live.workspace.id, reading.live.users, recorder)
        self.inliner = Inliner(changes, writer, reading.live.workspace.id, reading.live.users, recorder)

    def subject(self, change: Change, known_id: str = "") -> Subject:
        """The resource of a change as it is now; `known_id` is of one that an earlier run of the plan created."""
        resource = self._by_id.get(change.id or known_id)
        parent_id = resource.parent_id if resource else self._parent_id(change)
        wire = resource.wire if resource else {}
        return Subject(change, BY_NAME[change.kind], change.id or known_id, parent_id, wire)

    def note(self, address: Address, resource_id: str) -> None:
        """Remember the id of something that was created, now or by an earlier run of the plan."""
        self._finder.created[address] = resource_id

    def perform(self, subject: Subject, step: Step, *, is_last: bool) -> None:
        """Send what the step needs; raises GatewayError. What the service did not take stands in `subject.not_accepted`."""
        if step is Step.CREATE:
            self._create(subject)
        elif step is Step.DELETE:
            self._delete(subject)
        elif step is Step.RENAME:
            self._put(subject, step, {"name": subject.change.temporary_name})
        elif step is Step.ESTIMATE:
            self._estimate(subject)
        else:
            self._put(subject, step, self._overlay(subject))
        if is_last and step is not Step.DELETE:
            self._settle(subject)

    def _parent_id(self, change: Change) -> str:
        found = self._finder.parent_id_of(change.address)
        if found is None:
            raise ProtocolError(f"{change.address}: its {BY_NAME[change.kind].parent} is not there")
        return found

    def _create(self, subject: Subject) -> None:
        """Create it, unless it is there: made by an earlier run of the plan, or along with its parent."""
        change = subject.change
        if not subject.id:
            subject.wire = self.inliner.taken(change.address) or self._sent(subject)
            subject.id = subject.wire["id"]
        self.note(change.address, subject.id)
        self.inliner.created(change.address, subject.id)

    def _sent(self, subject: Subject) -> Wire:
        """Send the create, with new children in it where the service takes them so."""
        body = self._body(subject.change, subject.kind, subject.parent_id)
        inside = self.inliner.goes_inside(subject.change.address)
        if inside:
            child = BY_NAME[inside[0].kind]
            children = [self._body(change, child, "") for change in inside]
            try:
                return self._sender.create(subject, {**body, child.inline: children}, [c.address for c in inside])
            except ApiError as error:
                if not is_refusal(error):
                    raise
                self.inliner.give_up(subject.change.address)  # it may be the children that it does not take
        return self._sender.create(subject, body)

    def _body(self, change: Change, kind: Kind, parent_id: str) -> dict[str, Any]:
        return create_body(kind, change, parent_id, self._live.workspace.settings, self._people)

    def _overlay(self, subject: Subject) -> dict[str, Any]:
        """What the main update sets: all declared changes in one request, and the lifecycle that the action leads to."""
        change, kind = subject.change, subject.kind
        overlay = {f.name: f.after for f in change.fields if f.name not in ("name", kind.parent)}
        if change.removal:
            return {kind.lifecycle.name: kind.retired}
        overlay["name"] = change.address.name
        if kind.parent_wire and change.field_named(kind.parent) is not None:
            overlay[kind.parent_wire] = self._parent_id(change)
        return overlay

    def _put(self, subject: Subject, step: Step, overlay: Mapping[str, Any]) -> None:
        """Nothing is sent where the object is as meant: after a create that took everything, or an earlier run."""
        kind, before = subject.kind, self._whole(subject)
        if self._is_already(subject, overlay):
            return
        body = update_body(kind, before, overlay, self._people)
        answer = self._send_put(subject, step, body)
        lost = lost_keys(kind, before, answer, overlay)
        if lost:
            self._send_put(subject, step, {**body, **lost})

    def _is_already(self, subject: Subject, overlay: Mapping[str, Any]) -> bool:
        kind, wire = subject.kind, subject.wire
        values = {**read_values(kind, wire, self._live.users), "name": wire.get("name")}
        if kind.parent_wire:
            values[kind.parent_wire] = wire.get(kind.parent_wire) or ""
        apart = {f.name for f in kind.fields if f.endpoint}
        return all(values.get(name) == value for name, value in overlay.items() if name not in apart)

    def _send_put(self, subject: Subject, step: Step, body: Mapping[str, Any]) -> Wire:
        subject.wire = self._sender.put(subject, step, body, self._before(subject))
        return subject.wire

    def _before(self, subject: Subject, *, with_children: bool = False) -> dict[str, Any]:
        """The object as it is now, for the journal; `with_children` where they go along with it."""
        before = shown(subject.kind, subject.wire, self._live.users)
        if with_children:
            along = [child for child in self._children.get(subject.id, ()) if goes_along(child)]
            before["along"] = [
                {"address": str(child.address), "id": child.id, "values": dict(child.values)} for child in along
            ]
        return before

    def _whole(self, subject: Subject) -> Wire:
        """The object with every key that an update must carry; read afresh where a list left one out."""
        kind = subject.kind
        needed = {f.answer_key for f in kind.fields if not f.endpoint} | set(kind.carried)
        if not needed <= subject.wire.keys():
            subject.wire = {**dict.fromkeys(needed), **subject.wire, **self._sender.get(subject)}
        return subject.wire

    def _estimate(self, subject: Subject) -> None:
        wanting = {change.name for change in self._missing(subject)}
        for declared in subject.kind.fields:
            change = subject.change.field_named(declared.name)
            if declared.endpoint and change is not None and declared.name in wanting:
                self._patch(subject, declared, estimate_body(declared, subject.wire, change.after))

    def _patch(self, subject: Subject, declared: Field, body: Wire) -> None:
        """A refusal is not the end of the change: such fields belong to paid plans, and the rest of the resource is as meant."""
        try:
            subject.wire = self._sender.patch(subject, declared, body, self._before(subject))
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            subject.refusals[declared.name] = error.message

    def _delete(self, subject: Subject) -> None:
        kind = subject.kind
        before = self._before(subject, with_children=True)
        try:
            self._sender.delete(subject, before)
        except ApiError as error:
            if error.status != 400 or kind.removal[0] != "delete":
                raise
            # Some servers want a tag archived first (CLOCKIFY.md 12 #10).
            self._put(subject, Step.ARCHIVE, {kind.lifecycle.name: kind.retired})
            self._sender.delete(subject, before)

    def _missing(self, subject: Subject) -> list[FieldChange]:
        change, kind = subject.change, subject.kind
        moves = kind.parent_wire and change.field_named(kind.parent) is not None
        parent_id = self._parent_id(change) if moves else subject.parent_id
        return missing_fields(change, kind, subject.wire, parent_id, self._live.users)

    def _settle(self, subject: Subject) -> None:
        """One more try for what the answer shows as not taken, then it is reported."""
        missing = self._missing(subject)
        if missing and not subject.is_found:
            apart = {f.name for f in subject.kind.fields if f.endpoint}
            if any(change.name not in apart for change in missing):
                self._put(subject, Step.UPDATE, self._overlay(subject))
            if any(change.name in apart and change.name not in subject.refusals for change in missing):
                self._estimate(subject)
            missing = self._missing(subject)
        subject.not_accepted = tuple(missing)
