"""One write request and its two lines in the journal: the intent before it leaves, the outcome behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.work_item import WorkItem
from reconciler.errors import GatewayError, JournalError
from reconciler.gateway.messages import Request
from reconciler.planning.plan import Step


class WriteIntent:
    """Stands by while a write is sent; what it cannot record does not leave."""

    def __init__(self, journal: JournalSink, item: WorkItem, facts: Mapping[str, Any]) -> None:
        self._journal, self._item, self._facts = journal, item, facts
        self.number: int | None = None
        self.status = 0
        self.attempts = 0
        self.after: dict[str, Any] = {}
        """What the answer showed: for the journal."""

    def on_send(self, request: Request) -> None:
        """Write the intent down; raises JournalError."""
        body = {} if request.body is None else {"body": request.body}
        sent = {"method": request.method, "path": request.path, **body}
        self.number = self._journal.intent({**self._facts, **sent})
        self._item.is_in_flight = True

    def on_response(self, status: int, attempts: int) -> None:
        """Note an attempt."""
        self.status, self.attempts = status, attempts

    def close(self, result: str, message: str = "") -> None:
        """Write the outcome down, if anything left."""
        if self.number is None:
            return
        facts = {"n": self.number, "address": self._facts["address"], "result": result}
        facts |= {"status": self.status or None, "attempts": self.attempts}
        facts |= {"message": message} if message else {}
        self._journal.record("outcome", {**facts, **self.after})


@contextmanager
def record_write(journal: JournalSink, item: WorkItem, step: Step, more: Mapping[str, Any]) -> Iterator[WriteIntent]:
    """Within it one write request is sent, with the pledge as its witness; counts it where it was, or may have been, carried out.

    `more` stands in the intent: the values before it, or what else goes along.
    """
    change = item.change
    facts = {"address": str(change.address), "action": str(change.action), "step": str(step), "id": item.id or None}
    intent = WriteIntent(journal, item, {**facts, **more})
    try:
        yield intent
    except GatewayError as error:
        left = intent.attempts > 0
        item.written += error.unknown and left
        result = "unknown" if error.unknown else "refused" if intent.status else "not_sent"
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
        intent.close("done")
    except JournalError:
        item.in_doubt = True  # as the journal has it, and as the next run will take it
        raise
