"""One step of one change, sent and compared with what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying.payloads import create_body, estimate_body, lost_keys, update_body
from reconciler.errors import ApiError, NetworkError, ProtocolError
from reconciler.gateway import Writer
from reconciler.kinds import BY_NAME
from reconciler.live import Reading, read_values
from reconciler.model import Address, Field, Kind, Resource, Wire
from reconciler.planning.finding import Finder
from reconciler.planning.plan import Change, FieldChange, Step

REFUSALS = frozenset({400, 402, 403, 404, 405})
"""What a service answers where a field of its own endpoint is not for this plan or role (CLOCKIFY.md sections 1.2 and 7)."""


@dataclass
class Subject:
    """A resource while a change is made to it: its id, where it nests, the object as last answered, and what was sent so far.

    `refusals`: what the service said to fields that it did not take, by their names.
    """

    change: Change
    kind: Kind
    id: str = ""
    parent_id: str = ""
    wire: Wire = field(default_factory=dict)
    written: int = 0
    not_accepted: tuple[FieldChange, ...] = ()
    refusals: dict[str, str] = field(default_factory=dict)


@contextmanager
def _counted(subject: Subject) -> Iterator[None]:
    """Count a write request that was carried out, or may have been: not one that was refused or never left."""
    try:
        yield
    except NetworkError as error:
        subject.written += error.sent
        raise
    except ApiError as error:
        subject.written += error.status >= 500
        raise
    except ProtocolError:
        subject.written += 1
        raise
    subject.written += 1


class Performer:
    """Performs steps through a Writer, on the live state that was read last."""

    def __init__(self, writer: Writer, reading: Reading, changes: tuple[Change, ...]) -> None:
        self._writer, self._live = writer, reading.live
        self._people = {email: user for user, email in reading.live.users.items()}
        self._finder = Finder(changes, reading.live)
        self._by_id = {r.id: r for r in (*reading.live.resources.values(), *reading.live.duplicates)}

    def subject(self, change: Change) -> Subject:
        """The resource of a change as it is now."""
        resource: Resource | None = self._by_id.get(change.id)
        parent_id = resource.parent_id if resource else self._parent_id(change)
        return Subject(change, BY_NAME[change.kind], change.id, parent_id, resource.wire if resource else {})

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
            self._put(subject, {"name": subject.change.temporary_name})
        elif step is Step.ESTIMATE:
            self._estimate(subject)
        elif not (step is Step.UPDATE and Step.CREATE in subject.change.steps and not self._missing(subject)):
            self._put(subject, self._overlay(subject))
        if is_last and step is not Step.DELETE:
            self._settle(subject)

    def _parent_id(self, change: Change) -> str:
        found = self._finder.parent_id_of(change.address)
        if found is None:
            raise ProtocolError(f"{change.address}: its {BY_NAME[change.kind].parent} is not there")
        return found

    def _create(self, subject: Subject) -> None:
        kind, change = subject.kind, subject.change
        body = create_body(kind, change, subject.parent_id, self._live.workspace.settings, self._people)
        with _counted(subject):
            answer = self._writer.create(kind, self._live.workspace.id, body, self._nested(subject))
        if answer is None or "id" not in answer:
            answer = self._find(subject, change.address.name)
        subject.wire, subject.id = answer, answer["id"]
        self.note(change.address, subject.id)

    def _find(self, subject: Subject, name: str) -> Wire:
        """The object of an exact name, for services that answer a create with nothing."""
        listing = self._writer.list(subject.kind, self._live.workspace.id, self._nested(subject))
        found = [item for item in listing.items if item.get("name") == name]
        found = [
            i
            for i in found
            if not subject.kind.parent_wire or (i.get(subject.kind.parent_wire) or "") == subject.parent_id
        ]
        if len(found) != 1:
            raise ProtocolError(
                f"{subject.change.address}: the create was answered with nothing, and it is not in the list"
            )
        return found[0]

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

    def _put(self, subject: Subject, overlay: Mapping[str, Any]) -> None:
        kind, before = subject.kind, self._whole(subject)
        body = update_body(kind, before, overlay, self._people)
        answer = self._send_put(subject, body)
        lost = lost_keys(kind, before, answer, overlay)
        if lost:
            self._send_put(subject, {**body, **lost})

    def _send_put(self, subject: Subject, body: Mapping[str, Any]) -> Wire:
        with _counted(subject):
            answer = self._writer.update(subject.kind, self._live.workspace.id, subject.id, body, self._nested(subject))
        subject.wire = {**subject.wire, **answer} if answer else self._get(subject)
        return subject.wire

    def _whole(self, subject: Subject) -> Wire:
        """The object with every key that an update must carry; read afresh where a list left one out."""
        kind = subject.kind
        needed = {f.answer_key for f in kind.fields if not f.endpoint} | set(kind.carried)
        if not needed <= subject.wire.keys():
            subject.wire = {**dict.fromkeys(needed), **subject.wire, **self._get(subject)}
        return subject.wire

    def _get(self, subject: Subject) -> Wire:
        return self._writer.get(subject.kind, self._live.workspace.id, subject.id, self._nested(subject))

    def _nested(self, subject: Subject) -> str:
        return subject.parent_id if not subject.kind.parent_wire else ""

    def _estimate(self, subject: Subject) -> None:
        for declared in subject.kind.fields:
            change = subject.change.field_named(declared.name)
            if declared.endpoint and change is not None:
                self._patch(subject, declared, estimate_body(declared, subject.wire, change.after))

    def _patch(self, subject: Subject, declared: Field, body: Wire) -> None:
        """A refusal is not the end of the change: such fields belong to paid plans, and the rest of the resource is as meant."""
        try:
            with _counted(subject):
                answer = self._writer.patch(subject.kind, self._live.workspace.id, subject.id, declared.endpoint, body)
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            subject.refusals[declared.name] = error.message
        else:
            subject.wire = {**subject.wire, **answer} if answer else self._get(subject)

    def _delete(self, subject: Subject) -> None:
        kind = subject.kind
        try:
            self._send_delete(subject)
        except ApiError as error:
            if error.status != 400 or kind.removal[0] != "delete":
                raise
            # Some servers want a tag archived first (CLOCKIFY.md 12 #10).
            self._put(subject, {kind.lifecycle.name: kind.retired})
            self._send_delete(subject)

    def _send_delete(self, subject: Subject) -> None:
        with _counted(subject):
            self._writer.delete(subject.kind, self._live.workspace.id, subject.id, self._nested(subject))

    def _missing(self, subject: Subject) -> list[FieldChange]:
        """Declared fields whose answered value is not what was meant: what was meant as before, what is there as after."""
        kind = subject.kind
        values: dict[str, Any] = read_values(kind, subject.wire, self._live.users)
        values["name"] = subject.wire.get("name")
        missing = []
        for change in subject.change.fields:
            if kind.parent_wire and change.name == kind.parent:
                wanted = self._parent_id(subject.change)
                if (subject.wire.get(kind.parent_wire) or "") != wanted:
                    missing.append(FieldChange(change.name, change.after, change.before))
            elif values.get(change.name) != change.after:
                missing.append(FieldChange(change.name, change.after, values.get(change.name)))
        return missing

    def _settle(self, subject: Subject) -> None:
        """One more try for what the answer shows as not taken, then it is reported."""
        missing = self._missing(subject)
        if missing:
            apart = {f.name for f in subject.kind.fields if f.endpoint}
            if any(change.name not in apart for change in missing):
                self._put(subject, self._overlay(subject))
            if any(change.name in apart and change.name not in subject.refusals for change in missing):
                self._estimate(subject)
            missing = self._missing(subject)
        subject.not_accepted = tuple(missing)
