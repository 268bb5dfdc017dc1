"""The journal of a run: each write is on the disk before it leaves, what came of it follows. One JSON object a line.

The lines are the events of `journal/events.py`, each with the UTC time at which it was written and the seal of
`journal/chain.py`.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Protocol, Self

from reconciler.applying.journal.chain import Link, verify
from reconciler.applying.journal.events import Intent, JournalEvent, SessionEnded, SessionStarted, WorkspaceIntent
from reconciler.applying.private_files import open_private, sync_folder
from reconciler.errors import JournalError

_DURABLE = (SessionStarted, SessionEnded, WorkspaceIntent)


class JournalSink(Protocol):
    """Where the events of a run are recorded."""

    def intent(self, intent: Intent) -> int:
        """Record a write before it leaves, and number it. Raises JournalError, and then the write must not be sent."""

    def record(self, event: JournalEvent) -> None:
        """Record any other event. Raises JournalError."""


class NullJournal:
    """Records nothing: for programs that keep no journal."""

    def intent(self, intent: Intent) -> int:  # noqa: ARG002 - the signature is JournalSink's
        """Every write may leave."""
        return 0

    def record(self, event: JournalEvent) -> None:
        """The event is dropped."""


class Journal:
    """An append-only file, safe to share between threads. `now` gives Unix time in seconds, `seed` starts the chain of seals.

    Raises JournalError where the lines so far do not fit. After a line that could not be written every intent is refused: a
    gap must not be followed by writes.
    """

    def __init__(self, path: Path, *, now: Callable[[], float], seed: str = "") -> None:
        self._path, self._now = path, now
        self._lock = threading.Lock()
        self._broken = ""
        self._file: FileIO | None = None
        self._link = Link(0, seed)
        self._is_torn = False
        """Whether the file ends within a line, which must not swallow the next one."""
        try:
            self._file = FileIO(open_private(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "ab+")
            self._file.seek(0)
            self._continue(path, self._file.readall(), seed)
            sync_folder(path.parent)
        except OSError as error:
            raise _failed(path, error) from error

    def _continue(self, path: Path, text: bytes, seed: str) -> None:
        sealed = verify(text.splitlines(), seed)
        if sealed.problem or not sealed.is_sealed:
            self.close()
            problem = sealed.problem or "its lines have no checksums"
            raise JournalError(f"cannot continue the journal {path}: {problem}")
        self._link = sealed.end
        self._number = text.count(b'"event":"intent"')
        self._is_torn = bool(text) and not text.endswith(b"\n")

    def intent(self, intent: Intent) -> int:
        """On the disk when this returns. Raises JournalError where it cannot be."""
        with self._lock:
            if self._broken:
                raise JournalError(self._broken)
            number = self._number + 1
            self._write(replace(intent, n=number), durable=True)
            self._number = number
            return number

    def record(self, event: JournalEvent) -> None:
        """Handed to the operating system when this returns: it survives the process, but a power cut may lose it."""
        with self._lock:
            self._write(event, durable=isinstance(event, _DURABLE))

    def close(self) -> None:
        """Refuse every later intent and drop every later event: they come from threads that the run no longer waits for."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
                self._broken = self._broken or "the journal is closed"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, event: JournalEvent, *, durable: bool) -> None:
        if self._file is None:
            return
        text = json.dumps(replace(event, at=utc(self._now())).to_json(), separators=(",", ":"))
        line, link = self._link.seal(text.encode("ascii"))
        data = b"\n" * self._is_torn + line + b"\n"
        try:
            self._is_torn = True
            # Without a buffer: a line is in the file or an error says that it is not.
            written = self._file.write(data)
            if written == len(data):
                self._is_torn, self._link = False, link
            if written == len(data) and durable:
                os.fsync(self._file.fileno())
            problem = None if written == len(data) else OSError(errno.ENOSPC, "only a part of a line could be written")
        except OSError as error:
            problem = error
        if problem is not None:
            failure = _failed(self._path, problem)
            self._broken = failure.message
            raise failure from problem


def utc(seconds: float) -> str:
    """Unix time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _failed(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"cannot write the journal {path}: {error.strerror or error}",
        hint="free some disk space, or choose another --state-dir; a write that cannot be recorded is not sent",
    )
