"""The unit of work of a change, and the two journal lines of each write: the intent before it is sent, then the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying.journal.events import Intent, WriteResult
from reconciler.applying.journal.recorder import WriteRecorder
from reconciler.applying.journal.writer import JournalSink
from reconciler.errors import GatewayError, JournalError
from reconciler.gateway.messages import Request
from reconciler.kinds.managers import is_noted, managers_in, with_managers
from reconciler.model import Address, Kind, Resource
from reconciler.planning.plan import Change, FieldChange, Step
from reconciler.value_types import Wire


@dataclass
class WorkItem:
    """The state of one resource during its change: ids, the last object answered, and what was sent.

    `children`: the children as they were read before a delete.
    `written`: number of writes that were, or may have been, carried out. `not_accepted`: fields without the intended value.
    `refusals`: field name → message of the service that refused it. `is_found`: a create found the same resource, made by
    someone else. `read_at`: when `wire` was answered, in monotonic seconds; None counts as old. `is_in_flight`: a write was sent and not answered yet. `in_doubt`: the outcome of the last write is unknown.
    """

    change: Change
    kind: Kind
    id: str = ""
    parent_id: str = ""
    wire: Wire = field(default_factory=dict)
    read_at: float | None = None
    written: int = 0
    not_accepted: tuple[FieldChange, ...] = ()
    refusals: dict[str, str] = field(default_factory=dict)
    children: tuple[Resource, ...] = ()
    is_found: bool = False
    in_doubt: bool = False
    is_in_flight: bool = False

    @property
    def nested_in(self) -> str:
        """The parent's id if the resource's path contains it, else empty."""
        return self.parent_id if not self.kind.parent_wire else ""

    def merged(self, answer: Wire) -> Wire:
        """The last object with the values of an answer to a request for it.

        The answer may lack keys, also inside a value with an endpoint of its own: what it lacks is as it was.
        """
        parts = {field.wire: self.wire.get(field.wire) for field in self.kind.undeclared if field.endpoint}
        inside = {
            key: {**before, **answer[key]}
            for key, before in parts.items()
            if isinstance(before, Mapping) and isinstance(answer.get(key), Mapping)
        }
        merged = {**self.wire, **answer, **inside}
        is_carried = is_noted(self.wire) and not is_noted(answer)
        return with_managers(merged, managers_in(self.wire)) if is_carried else merged

    def take(self, wire: Wire, now: float | None) -> None:
        """Replace the object by a newer answer, read at `now`."""
        self.wire, self.read_at = wire, now


class WriteIntent(WriteRecorder):
    """Records one write request of a change, and marks the change as being written."""

    def __init__(self, journal: JournalSink, item: WorkItem, intent: Intent) -> None:
        super().__init__(journal, intent)
        self._item = item

    def on_send(self, request: Request) -> None:
        """Record the intent; raises JournalError, which stops the request."""
        super().on_send(request)
        self._item.is_in_flight = True


@contextmanager
def record_write(
    journal: JournalSink,
    item: WorkItem,
    step: Step,
    *,
    before: Mapping[str, Any] | None = None,
    covers: tuple[Address, ...] = (),
) -> Iterator[WriteIntent]:
    """Context of one write request, which takes the WriteIntent as its observer; counts writes that may have been carried out.

    `before` and `covers` are recorded in the intent.
    """
    change = item.change
    facts = Intent(
        address=change.address, action=change.action, step=step, id=item.id or None, before=before, covers=covers
    )
    intent = WriteIntent(journal, item, facts)
    try:
        yield intent
    except GatewayError as error:
        # Until a reading shows what came of it, so also where an interrupt ends that reading.
        item.in_doubt = error.unknown and intent.attempts > 0
        item.written += item.in_doubt
        result = WriteResult.UNKNOWN if error.unknown else intent.refusal
        try:
            intent.close(result, error.message)
        except JournalError as failure:
            raise failure from error
        raise
    finally:
        item.is_in_flight = False
    item.written += 1
    try:
        intent.close(WriteResult.DONE)
    except JournalError:
        item.in_doubt = True  # the journal has no outcome, so recovery treats it as in doubt
        raise
