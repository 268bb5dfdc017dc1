"""The two journal lines of a write: the intent before it is sent, then the outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reconciler.applying.journal.events import Intent, WriteOutcome, WriteResult
from reconciler.applying.journal.writer import JournalSink
from reconciler.gateway.messages import Request


class WriteRecorder:
    """Observes one write request; a request that cannot be recorded is not sent."""

    def __init__(self, journal: JournalSink, intent: Intent) -> None:
        self._journal, self._intent = journal, intent
        self.number: int | None = None
        self.status = 0
        self.attempts = 0
        self.after: dict[str, Any] = {}
        """What was answered, for the journal: values of WriteOutcome."""

    @property
    def refusal(self) -> WriteResult:
        """The result of a request that certainly was not carried out."""
        return WriteResult.REFUSED if self.status else WriteResult.NOT_SENT

    def on_send(self, request: Request) -> None:
        """Record the intent; raises JournalError, which stops the request."""
        intent = replace(self._intent, method=request.method, path=request.path, body=request.body)
        self.number = self._journal.intent(intent)

    def on_response(self, status: int, attempts: int) -> None:
        """Note the status and number of attempts so far."""
        self.status, self.attempts = status, attempts

    def close(self, result: WriteResult, message: str = "") -> None:
        """Record the outcome, if the request was sent."""
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
