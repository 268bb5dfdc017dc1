"""The journal of a run: each write is on the disk before it leaves, what came of it follows. One JSON object a line.

The lines are the events of `journal/events.py`, each with the UTC time at which it was written.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from reconciler.applying.journal.events import Intent, JournalEvent, SessionEnded, SessionStarted
from reconciler.errors import JournalError


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
    """An append-only file, safe to share between threads. `now` gives Unix time in seconds.

    After a line that could not be written every intent is refused: a gap must not be followed by writes.
    """

    def __init__(self, path: Path, *, now: Callable[[], float]) -> None:
        self._path, self._now = path, now
        self._lock = threading.Lock()
        self._number = 0
        self._broken = ""
        self._file: BinaryIO | None = None
        try:
            with path.open("ab+") as file:
                file.seek(0)
                text = file.read()
                self._number = text.count(b'"event":"intent"')
                if text and not text.endswith(b"\n"):
                    file.write(b"\n")  # a line torn by a crash must not swallow the next one
            self._file = path.open("ab", buffering=0)
            _sync_folder(path.parent)
        except OSError as error:
            raise _failed(path, error) from error

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
            self._write(event, durable=isinstance(event, SessionStarted | SessionEnded))

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
        line = json.dumps(replace(event, at=utc(self._now())).to_json(), separators=(",", ":"))
        data = line.encode("ascii") + b"\n"
        try:
            # Without a buffer: a line is in the file or an error says that it is not.
            written = self._file.write(data)
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


def write_file(path: Path, text: str) -> None:
    """A small file, on the disk when this returns. Raises JournalError."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        raise _failed(path, error) from error


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable, where the platform lets folders be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _failed(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"cannot write the journal {path}: {error.strerror or error}",
        hint="free some disk space, or choose another --state-dir; a write that cannot be recorded is not sent",
    )
