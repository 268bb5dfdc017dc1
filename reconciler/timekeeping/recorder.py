"""The two journal lines of a write: the intent before it is sent, and its outcome."""

from __future__ import annotations

from dataclasses import replace

from reconciler.applying.journal.events import Intent, WriteOutcome, WriteResult
from reconciler.applying.journal.writer import Journal
from reconciler.gateway import Request
from reconciler.timekeeping.entries import TimeEntry


class WriteRecorder:
    """Observes one request of a time run; a request that cannot be recorded is not sent."""

    def __init__(self, journal: Journal, intent: Intent) -> None:
        self._journal, self._intent = journal, intent
        self.number: int | None = None
        self._status = self._attempts = 0

    @property
    def is_answered(self) -> bool:
        """Whether an answer of any status arrived."""
        return self._status > 0

    @property
    def refusal(self) -> WriteResult:
        """The result of a request that certainly was not carried out."""
        return WriteResult.REFUSED if self.is_answered else WriteResult.NOT_SENT

    def on_send(self, request: Request) -> None:
        """Record the intent; raises JournalError, which stops the request."""
        intent = replace(self._intent, method=request.method, path=request.path, body=request.body)
        self.number = self._journal.intent(intent)

    def on_response(self, status: int, attempts: int) -> None:
        """Note the status and the number of attempts so far."""
        self._status, self._attempts = status, attempts

    def close(self, result: WriteResult, message: str = "", entry: TimeEntry | None = None) -> None:
        """Record the outcome, if the request was sent; `entry` is what was answered."""
        if self.number is None:
            return
        self._journal.record(
            WriteOutcome(
                n=self.number,
                address=self._intent.address,
                result=result,
                status=self._status or None,
                attempts=self._attempts,
                message=message,
                id=entry.id if entry is not None else None,
                after=entry.wire() if entry is not None else None,
            )
        )
