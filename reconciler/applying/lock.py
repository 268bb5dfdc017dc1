"""One run at a time in a state folder. The only module that imports portalocker.

The operating system holds the lock and releases it when the process ends, in any way. A killed run leaves its note in the file
`lock`, but no lock.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import portalocker

from reconciler.applying.journal.writer import utc
from reconciler.applying.private_files import make_state_folder, open_private
from reconciler.errors import JournalError, LockedError
from reconciler.json_text import parse_json


def lock_holder(state_dir: str | Path) -> str:
    """The run that holds the lock of a state folder now, as text; "" where none does. Changes no file."""
    try:
        file = os.fdopen(open_private(Path(state_dir, "lock"), os.O_RDWR), "r+", encoding="utf-8")
    except OSError:
        return ""
    with file:
        try:
            portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.exceptions.LockException:
            return _holder(file) or "unknown holder"
        portalocker.unlock(file)
        return ""


@contextmanager
def exclusive_lock(state_dir: str | Path, owner: str, *, now: Callable[[], float]) -> Iterator[str]:
    """Hold the lock of a state folder. Yields the previous holder, as text, if it did not exit cleanly, else "".

    The file `lock` has owner, pid, host and time of its holder. Raises LockedError with these where another run holds it, and
    JournalError where the folder cannot be written, or where the file is a link.
    """
    path = Path(state_dir, "lock")
    holder = {"owner": owner, "pid": os.getpid(), "host": socket.gethostname(), "since": utc(now())}
    with _open(path) as file:
        try:
            portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.exceptions.LockException as error:
            raise LockedError(
                f"another run holds the lock of {path.parent}: {_holder(file) or 'unknown holder'}",
                hint="wait until it has ended, or choose another --state-dir",
            ) from error
        try:
            previous = _holder(file)
            file.truncate(0)
            file.write(json.dumps(holder) + "\n")
            file.flush()
            yield previous
        finally:
            with suppress(OSError):
                file.truncate(0)
                portalocker.unlock(file)


def _open(path: Path) -> TextIO:
    """The lock file, opened without following a link."""
    try:
        make_state_folder(path.parent)
    except OSError as error:
        raise JournalError(
            f"cannot use the state folder {path.parent}: {error.strerror}",
            hint="make it writable, or choose another --state-dir",
        ) from error
    try:
        descriptor = open_private(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    except OSError as error:
        raise JournalError(
            f"cannot use the lock file {path}: {error.strerror}",
            hint="remove it or make it writable, or choose another --state-dir",
        ) from error
    return os.fdopen(descriptor, "a+", encoding="utf-8")


def _holder(file: TextIO) -> str:
    """The holder that the file names, as text."""
    try:
        file.seek(0)
        note = parse_json(file.read())
        return f"{note['owner']}, process {note['pid']} on {note['host']}, since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
