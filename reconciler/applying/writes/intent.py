"""One write request and its two lines in the journal: the intent before it leaves, the outcome behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from reconciler.applying.journal.events import Intent, WriteOutcome, WriteResult
from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.work_item import WorkItem
from reconciler.errors import GatewayError, JournalError
from reconciler.gateway.messages import Request
from reconciler.model import Address
from reconciler.planning.plan import Step


class WriteIntent:
    """Stands by while a write is sent; what it cannot record does not leave."""

    def __init__(self, journal: JournalSink, item: WorkItem, intent: Intent) -> None:
        self._journal, self._item, self._intent = journal, item, intent
        self.number: int | None = None
        self.status = 0
        self.attempts = 0
        self.after: dict[str, Any] = {}
        """What the answer showed: for the journal."""

    def on_send(self, request: Request) -> None:
        """Write the intent down; raises JournalError."""
        intent = replace(self._intent, method=request.method, path=request.path, body=request.body)
        self.number = self._journal.intent(intent)
        self._item.is_in_flight = True

    def on_response(self, status: int, attempts: int) -> None:
        """Note an attempt."""
        self.status, self.attempts = status, attempts

    def close(self, result: WriteResult, message: str = "") -> None:
        """Write the outcome down, if anything left."""
        if self.number is None:
            return
        self._journal.record(
            WriteOutcome(
                n=self.number,
                address=self._intent.address,
                result=result,
                status=self.status or None,
                attempts=self.attempts,
                message=message,
                **self.after,
            )
        )


@contextmanager
def record_write(
    journal: JournalSink,
    item: WorkItem,
    step: Step,
    *,
    before: Mapping[str, Any] | None = None,
    covers: tuple[Address, ...] = (),
) -> Iterator[WriteIntent]:
    """Within it one write request is sent, with the pledge as its witness; counts it where it was, or may have been, carried out.

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
        left = intent.attempts > 0
        item.written += error.unknown and left
        answered = WriteResult.REFUSED if intent.status else WriteResult.NOT_SENT
        result = WriteResult.UNKNOWN if error.unknown else answered
        try:
            intent.close(result, error.message)
        except JournalError as failure:
            item.in_doubt = error.unknown and left
            raise failure from error
        raise
    finally:
        item.is_in_flight = False
    item.written += 1
    try:
        intent.close(WriteResult.DONE)
    except JournalError:
        item.in_doubt = True  # as the journal has it, and as the next run will take it
        raise
