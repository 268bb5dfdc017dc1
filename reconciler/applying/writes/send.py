"""Writes, each with its record, and what to do where the answer leaves the outcome open: look first, and never write blindly again."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.compare import could_be_ours, matches_body, missing_fields, snapshot_of
from reconciler.applying.writes.intent import WriteIntent, record_write
from reconciler.applying.writes.work_item import WorkItem
from reconciler.errors import ApiError, ForbiddenError, GatewayError, ProtocolError
from reconciler.gateway import Writer
from reconciler.model import Address, Field, Wire
from reconciler.planning.plan import Step

MAX_ATTEMPTS = 5
"""How often a create is sent where each outcome was unknown and nothing came of it."""
POSSIBLY_GONE = frozenset({400, 404})
"""What the service answers about an id that it does not have; also what it answers to much else (docs/clockify.md 12 #1)."""


class WriteSender:
    """Sends the writes of a run to one workspace. Every method raises GatewayError, and JournalError before anything leaves."""

    def __init__(self, writer: Writer, workspace_id: str, users: Mapping[str, str], journal: JournalSink) -> None:
        self._writer, self._workspace, self._users, self._journal = writer, workspace_id, users, journal

    def create(self, item: WorkItem, body: Wire, covers: Sequence[Address] = ()) -> Wire:
        """`POST`, and what it made. `covers` are resources that go along in its body.

        After an unknown outcome the name is looked up; what could be of our making is taken for it, else it is sent again.
        """
        more = {"covers": [str(address) for address in covers]} if covers else {}
        lost = False
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                with record_write(self._journal, item, Step.CREATE, more) as intent:
                    answer = self._writer.create(item.kind, self._workspace, body, item.nested_in, observer=intent)
                    if answer is not None and "id" in answer:
                        self._note(intent, item, answer)
            except GatewayError as error:
                found = self._found_after(item, error, lost=lost)
                if found is not None:
                    return found
                lost = True
                item.written -= 1  # it is known now that nothing came of it
                if attempt == MAX_ATTEMPTS:
                    raise
                self._writer.pause(attempt)
            else:
                return answer if answer is not None and "id" in answer else self._only_one(item)
        raise AssertionError("the last try returns or raises")

    def put(self, item: WorkItem, step: Step, body: Wire, before: Mapping[str, Any]) -> Wire:
        """`PUT`, and the object as it is then."""
        with _mark_in_doubt(item), record_write(self._journal, item, step, {"before": before}) as intent:
            answer = self._writer.update(item.kind, self._workspace, item.id, body, item.nested_in, observer=intent)
            if answer:
                self._note(intent, item, {**item.wire, **answer})
        return {**item.wire, **answer} if answer else self.get(item)

    def patch(self, item: WorkItem, declared: Field, body: Wire, before: Mapping[str, Any]) -> Wire:
        """`PATCH` of a field's own endpoint, and the object as it is then, also where the answer was lost."""
        try:
            with record_write(self._journal, item, Step.ESTIMATE, {"before": before}) as intent:
                answer = self._writer.patch(
                    item.kind, self._workspace, item.id, declared.endpoint, body, observer=intent
                )
                if answer:
                    self._note(intent, item, {**item.wire, **answer})
        except GatewayError as error:
            if not error.unknown:
                raise
            with _mark_in_doubt(item, error):
                wire = self.get(item)
            self._settled(item, "found" if matches_body(item.kind, body, wire) else "absent", item.id)
            return wire
        return {**item.wire, **answer} if answer else self.get(item)

    def delete(self, item: WorkItem, before: Mapping[str, Any]) -> None:
        """`DELETE`; what is gone already is deleted."""
        try:
            with record_write(self._journal, item, Step.DELETE, {"before": before}) as intent:
                self._writer.delete(item.kind, self._workspace, item.id, item.nested_in, observer=intent)
        except GatewayError as error:
            refused = is_refusal(error, POSSIBLY_GONE)
            if not (error.unknown or refused):
                raise
            with _mark_in_doubt(item, error):
                gone = self._is_gone(item)
            if error.unknown or gone:
                self._settled(item, "gone" if gone else "absent", item.id)
            if not gone:
                raise

    def get(self, item: WorkItem) -> Wire:
        """The object as it is now."""
        return self._writer.get(item.kind, self._workspace, item.id, item.nested_in)

    def _note(self, intent: WriteIntent, item: WorkItem, answer: Wire) -> None:
        intent.after = {"id": answer.get("id", item.id)}
        # It was carried out, whatever the answer looks like: what cannot be read shows when it is compared.
        with suppress(ProtocolError):
            intent.after |= {"after": snapshot_of(item.kind, answer, self._users)}

    def _settled(self, item: WorkItem, result: str, resource_id: str) -> None:
        about = {"address": str(item.change.address), "action": str(item.change.action)}
        self._journal.record("settled", {**about, "result": result, "id": resource_id or None})

    def _found_after(self, item: WorkItem, error: GatewayError, *, lost: bool) -> Wire | None:
        """What a failed create made all the same; None where it made nothing. Raises the error where it is a refusal.

        A refusal may be of a name that is taken, by an attempt of ours that came through late, or by somebody who made the
        very same thing meanwhile.
        """
        refused = is_refusal(error)
        if not (error.unknown or refused):
            raise error
        with _mark_in_doubt(item, error):
            current = self._named(item)
        ours = [wire for wire in current if could_be_ours(*self._compare_args(item, wire))]
        if not error.unknown and not lost:
            ours = [wire for wire in ours if not missing_fields(*self._compare_args(item, wire))]
            item.is_found = bool(ours)
        if len(ours) == 1:
            self._settled(item, "found", ours[0]["id"])
            return ours[0]
        if refused:
            raise error
        self._settled(item, "absent", "")
        return None

    def _compare_args(self, item: WorkItem, wire: Wire) -> tuple[Any, ...]:
        return item.change, item.kind, wire, item.parent_id, self._users

    def _named(self, item: WorkItem) -> list[Wire]:
        """What bears the change's name in its place, put away or not."""
        kind = item.kind
        found = self._writer.named(kind, self._workspace, item.change.address.name, item.nested_in)
        return [w for w in found if not kind.parent_wire or (w.get(kind.parent_wire) or "") == item.parent_id]

    def _only_one(self, item: WorkItem) -> Wire:
        """The object of the name, for services that answer a create with nothing."""
        found = self._named(item)
        if len(found) != 1:
            raise ProtocolError(
                f"{item.change.address}: the create was answered with nothing, and it is not in the list"
            )
        self._settled(item, "found", found[0]["id"])
        return found[0]

    def _is_gone(self, item: WorkItem) -> bool:
        """Neither there by its id nor in the list: one alone proves nothing (docs/clockify.md 12 #1)."""
        try:
            self.get(item)
        except ForbiddenError:
            raise
        except ApiError as error:
            if error.status not in POSSIBLY_GONE:
                raise
        else:
            return False
        name = str(item.wire.get("name") or item.change.address.name)
        found = self._writer.named(item.kind, self._workspace, name, item.nested_in)
        return all(wire["id"] != item.id for wire in found)


def is_refusal(error: GatewayError, statuses: Container[int] = (400,)) -> bool:
    """Whether the service refused what was asked, and not who asked (a role, a plan that does not include it)."""
    return isinstance(error, ApiError) and error.status in statuses and not isinstance(error, ForbiddenError)


@contextmanager
def _mark_in_doubt(item: WorkItem, cause: GatewayError | None = None) -> Iterator[None]:
    """Marks the subject where a write's outcome stays unknown: its own error says so, or the look fails that would settle it."""
    try:
        yield
    except GatewayError as error:
        item.in_doubt = (cause or error).unknown
        raise
