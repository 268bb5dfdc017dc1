"""The journal lines of a write of a time entry."""

from __future__ import annotations

from reconciler.applying.journal.events import WriteResult
from reconciler.applying.journal.recorder import WriteRecorder
from reconciler.timekeeping.entries import TimeEntry


class EntryRecorder(WriteRecorder):
    """Observes one request of a time run, and records the entry that was answered."""

    def close(self, result: WriteResult, message: str = "", entry: TimeEntry | None = None) -> None:
        """Record the outcome, if the request was sent; `entry` is what was answered."""
        if entry is not None:
            self.after = {"id": entry.id, "after": entry.wire()}
        super().close(result, message)
