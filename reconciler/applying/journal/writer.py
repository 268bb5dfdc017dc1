"""The journal of a run: what is about to be written, on the disk before it leaves; what came of it, after. One JSON object a line.

The lines (`event`), each with `at`, a UTC time:
- `session_started`: who applies what where; once for the run, and again each time that it is taken up.
- `intent`: a write that is about to leave: `n`, address, action, step, method, path, body, and the values before it.
- `outcome` of intent `n`: `done`, `refused`, `unknown` or `not_sent`, with status, attempts, id, the service's message, values after.
- `settled`: what a look showed of a write whose outcome was unknown (of intent `n`, else of all of the address): `found` or `gone`
  where it was carried out, `absent` where it was not, `moved` where somebody else's hand leaves it in doubt.
- `change`: how a change ended. `session_ended`: the counts, and whether the run is complete.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, Self

from reconciler.errors import JournalError

FORMAT: Final = "reconciler.journal/1"


class JournalSink(Protocol):
    """Whoever keeps the record of a run."""

    def intent(self, facts: Mapping[str, Any]) -> int:
        """Record a write before it leaves: its number. Raises JournalError, and then the write must not be sent."""

    def record(self, event: str, facts: Mapping[str, Any]) -> None:
        """Record anything else; raises JournalError."""


class NullJournal:
    """For programs that keep no record."""

    def intent(self, facts: Mapping[str, Any]) -> int:  # noqa: ARG002 - the signature is JournalSink's
        """Nothing is written down."""
        return 0

    def record(self, event: str, facts: Mapping[str, Any]) -> None:
        """Nothing is written down."""


class Journal:
    """A record in a file that only grows; safe to share between threads. `now` is Unix time, in seconds.

    Once a line could not be written, no intent is taken any more: a gap must not be followed by writes.
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

    def intent(self, facts: Mapping[str, Any]) -> int:
        """On the disk when this returns. Raises JournalError where it cannot be."""
        with self._lock:
            if self._broken:
                raise JournalError(self._broken)
            number = self._number + 1
            self._write("intent", {"n": number, **facts}, durable=True)
            self._number = number
            return number

    def record(self, event: str, facts: Mapping[str, Any]) -> None:
        """Handed to the operating system when this returns: it outlives this process, if not a power cut."""
        with self._lock:
            self._write(event, facts, durable=event.startswith("session"))

    def close(self) -> None:
        """Nothing is recorded any more, and so nothing may leave: what still comes, comes from threads that nobody waits for."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
                self._broken = self._broken or "the record of the run is closed"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, event: str, facts: Mapping[str, Any], *, durable: bool) -> None:
        if self._file is None:
            return
        line = json.dumps({"event": event, "at": utc(self._now()), **facts}, separators=(",", ":"))
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
        f"the record of the run cannot be written to {path}: {error.strerror or error}",
        hint="nothing is sent that cannot be recorded; make room, or choose another --state-dir",
    )
