"""One write request and its two lines in the journal: the intent before it leaves, the outcome behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from reconciler.applying.journal.writer import Recorder
from reconciler.applying.writes.work_item import Subject
from reconciler.errors import GatewayError, JournalError
from reconciler.gateway.messages import Request
from reconciler.planning.plan import Step


class Pledge:
    """Stands by while a write is sent; what it cannot record does not leave."""

    def __init__(self, recorder: Recorder, subject: Subject, facts: Mapping[str, Any]) -> None:
        self._recorder, self._subject, self._facts = recorder, subject, facts
        self.number: int | None = None
        self.status = 0
        self.attempts = 0
        self.after: dict[str, Any] = {}
        """What the answer showed: for the journal."""

    def leaving(self, request: Request) -> None:
        """Write the intent down; raises JournalError."""
        body = {} if request.body is None else {"body": request.body}
        sent = {"method": request.method, "path": request.path, **body}
        self.number = self._recorder.intent({**self._facts, **sent})
        self._subject.is_in_flight = True

    def answered(self, status: int, attempts: int) -> None:
        """Note an attempt."""
        self.status, self.attempts = status, attempts

    def close(self, result: str, message: str = "") -> None:
        """Write the outcome down, if anything left."""
        if self.number is None:
            return
        facts = {"n": self.number, "address": self._facts["address"], "result": result}
        facts |= {"status": self.status or None, "attempts": self.attempts}
        facts |= {"message": message} if message else {}
        self._recorder.record("outcome", {**facts, **self.after})


@contextmanager
def recorded(recorder: Recorder, subject: Subject, step: Step, more: Mapping[str, Any]) -> Iterator[Pledge]:
    """Within it one write request is sent, with the pledge as its witness; counts it where it was, or may have been, carried out.

    `more` stands in the intent: the values before it, or what else goes along.
    """
    change = subject.change
    facts = {"address": str(change.address), "action": str(change.action), "step": str(step), "id": subject.id or None}
    pledge = Pledge(recorder, subject, {**facts, **more})
    try:
        yield pledge
    except GatewayError as error:
        left = pledge.attempts > 0
        subject.written += error.unknown and left
        result = "unknown" if error.unknown else "refused" if pledge.status else "not_sent"
        try:
            pledge.close(result, error.message)
        except JournalError as failure:
            subject.in_doubt = error.unknown and left
            raise failure from error
        raise
    finally:
        subject.is_in_flight = False
    subject.written += 1
    try:
        pledge.close("done")
    except JournalError:
        subject.in_doubt = True  # as the journal has it, and as the next run will take it
        raise
