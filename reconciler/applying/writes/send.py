"""Writes, each with its record, and what to do where the answer leaves the outcome open: look first, and never write blindly again."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from reconciler.applying.journal.writer import Recorder
from reconciler.applying.writes.compare import as_sent, could_be_ours, missing_fields, shown
from reconciler.applying.writes.intent import Pledge, recorded
from reconciler.applying.writes.work_item import Subject
from reconciler.errors import ApiError, ForbiddenError, GatewayError, ProtocolError
from reconciler.gateway import Writer
from reconciler.model import Address, Field, Wire
from reconciler.planning.plan import Step

MOST_TRIES = 5
"""How often a create is sent where each outcome was unknown and nothing came of it."""
MAYBE_GONE = frozenset({400, 404})
"""What the service answers about an id that it does not have; also what it answers to much else (CLOCKIFY.md 12 #1)."""


class Sender:
    """Sends the writes of a run to one workspace. Every method raises GatewayError, and JournalError before anything leaves."""

    def __init__(self, writer: Writer, workspace_id: str, users: Mapping[str, str], recorder: Recorder) -> None:
        self._writer, self._workspace, self._users, self._recorder = writer, workspace_id, users, recorder

    def create(self, subject: Subject, body: Wire, covers: Sequence[Address] = ()) -> Wire:
        """`POST`, and what it made. `covers` are resources that go along in its body.

        After an unknown outcome the name is looked up; what could be of our making is taken for it, else it is sent again.
        """
        more = {"covers": [str(address) for address in covers]} if covers else {}
        lost = False
        for attempt in range(1, MOST_TRIES + 1):
            try:
                with recorded(self._recorder, subject, Step.CREATE, more) as pledge:
                    answer = self._writer.create(subject.kind, self._workspace, body, subject.nested_in, witness=pledge)
                    if answer is not None and "id" in answer:
                        self._note(pledge, subject, answer)
            except GatewayError as error:
                found = self._found_after(subject, error, lost=lost)
                if found is not None:
                    return found
                lost = True
                subject.written -= 1  # it is known now that nothing came of it
                if attempt == MOST_TRIES:
                    raise
                self._writer.pause(attempt)
            else:
                return answer if answer is not None and "id" in answer else self._only_one(subject)
        raise AssertionError("the last try returns or raises")

    def put(self, subject: Subject, step: Step, body: Wire, before: Mapping[str, Any]) -> Wire:
        """`PUT`, and the object as it is then."""
        with _doubting(subject), recorded(self._recorder, subject, step, {"before": before}) as pledge:
            answer = self._writer.update(
                subject.kind, self._workspace, subject.id, body, subject.nested_in, witness=pledge
            )
            if answer:
                self._note(pledge, subject, {**subject.wire, **answer})
        return {**subject.wire, **answer} if answer else self.get(subject)

    def patch(self, subject: Subject, declared: Field, body: Wire, before: Mapping[str, Any]) -> Wire:
        """`PATCH` of a field's own endpoint, and the object as it is then, also where the answer was lost."""
        try:
            with recorded(self._recorder, subject, Step.ESTIMATE, {"before": before}) as pledge:
                answer = self._writer.patch(
                    subject.kind, self._workspace, subject.id, declared.endpoint, body, witness=pledge
                )
                if answer:
                    self._note(pledge, subject, {**subject.wire, **answer})
        except GatewayError as error:
            if not error.unknown:
                raise
            with _doubting(subject, error):
                wire = self.get(subject)
            self._settled(subject, "found" if as_sent(subject.kind, body, wire) else "absent", subject.id)
            return wire
        return {**subject.wire, **answer} if answer else self.get(subject)

    def delete(self, subject: Subject, before: Mapping[str, Any]) -> None:
        """`DELETE`; what is gone already is deleted."""
        try:
            with recorded(self._recorder, subject, Step.DELETE, {"before": before}) as pledge:
                self._writer.delete(subject.kind, self._workspace, subject.id, subject.nested_in, witness=pledge)
        except GatewayError as error:
            refused = is_refusal(error, MAYBE_GONE)
            if not (error.unknown or refused):
                raise
            with _doubting(subject, error):
                gone = self._is_gone(subject)
            if error.unknown or gone:
                self._settled(subject, "gone" if gone else "absent", subject.id)
            if not gone:
                raise

    def get(self, subject: Subject) -> Wire:
        """The object as it is now."""
        return self._writer.get(subject.kind, self._workspace, subject.id, subject.nested_in)

    def _note(self, pledge: Pledge, subject: Subject, answer: Wire) -> None:
        pledge.after = {"id": answer.get("id", subject.id)}
        # It was carried out, whatever the answer looks like: what cannot be read shows when it is compared.
        with suppress(ProtocolError):
            pledge.after |= {"after": shown(subject.kind, answer, self._users)}

    def _settled(self, subject: Subject, result: str, resource_id: str) -> None:
        about = {"address": str(subject.change.address), "action": str(subject.change.action)}
        self._recorder.record("settled", {**about, "result": result, "id": resource_id or None})

    def _found_after(self, subject: Subject, error: GatewayError, *, lost: bool) -> Wire | None:
        """What a failed create made all the same; None where it made nothing. Raises the error where it is a refusal.

        A refusal may be of a name that is taken, by an attempt of ours that came through late, or by somebody who made the
        very same thing meanwhile.
        """
        refused = is_refusal(error)
        if not (error.unknown or refused):
            raise error
        with _doubting(subject, error):
            there = self._named(subject)
        ours = [wire for wire in there if could_be_ours(*self._as_meant(subject, wire))]
        if not error.unknown and not lost:
            ours = [wire for wire in ours if not missing_fields(*self._as_meant(subject, wire))]
            subject.is_found = bool(ours)
        if len(ours) == 1:
            self._settled(subject, "found", ours[0]["id"])
            return ours[0]
        if refused:
            raise error
        self._settled(subject, "absent", "")
        return None

    def _as_meant(self, subject: Subject, wire: Wire) -> tuple[Any, ...]:
        return subject.change, subject.kind, wire, subject.parent_id, self._users

    def _named(self, subject: Subject) -> list[Wire]:
        """What bears the change's name in its place, put away or not."""
        kind = subject.kind
        found = self._writer.named(kind, self._workspace, subject.change.address.name, subject.nested_in)
        return [w for w in found if not kind.parent_wire or (w.get(kind.parent_wire) or "") == subject.parent_id]

    def _only_one(self, subject: Subject) -> Wire:
        """The object of the name, for services that answer a create with nothing."""
        found = self._named(subject)
        if len(found) != 1:
            raise ProtocolError(
                f"{subject.change.address}: the create was answered with nothing, and it is not in the list"
            )
        self._settled(subject, "found", found[0]["id"])
        return found[0]

    def _is_gone(self, subject: Subject) -> bool:
        """Neither there by its id nor in the list: one alone proves nothing (CLOCKIFY.md 12 #1)."""
        try:
            self.get(subject)
        except ForbiddenError:
            raise
        except ApiError as error:
            if error.status not in MAYBE_GONE:
                raise
        else:
            return False
        name = str(subject.wire.get("name") or subject.change.address.name)
        found = self._writer.named(subject.kind, self._workspace, name, subject.nested_in)
        return all(wire["id"] != subject.id for wire in found)


def is_refusal(error: GatewayError, statuses: Container[int] = (400,)) -> bool:
    """Whether the service refused what was asked, and not who asked (a role, a plan that does not include it)."""
    return isinstance(error, ApiError) and error.status in statuses and not isinstance(error, ForbiddenError)


@contextmanager
def _doubting(subject: Subject, cause: GatewayError | None = None) -> Iterator[None]:
    """Marks the subject where a write's outcome stays unknown: its own error says so, or the look fails that would settle it."""
    try:
        yield
    except GatewayError as error:
        subject.in_doubt = (cause or error).unknown
        raise
