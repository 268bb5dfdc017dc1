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

import portalocker

from reconciler.applying.journal.writer import utc
from reconciler.errors import JournalError, LockedError
from reconciler.json_text import parse_json


@contextmanager
def exclusive_lock(state_dir: str | Path, owner: str, *, now: Callable[[], float]) -> Iterator[str]:
    """Hold the lock of a state folder. Yields the previous holder, as text, if it did not exit cleanly, else "".

    The file `lock` has owner, pid, host and time of its holder. Raises LockedError with these where another run holds it, and
    JournalError where the folder cannot be written.
    """
    path = Path(state_dir, "lock")
    holder = {"owner": owner, "pid": os.getpid(), "host": socket.gethostname(), "since": utc(now())}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = portalocker.Lock(path, mode="a+", timeout=0, fail_when_locked=True, encoding="utf-8")
        file = lock.acquire()
    except portalocker.exceptions.LockException as error:
        raise LockedError(
            f"another run holds the lock of {path.parent}: {_holder(path) or 'unknown holder'}",
            hint="wait until it has ended, or choose another --state-dir",
        ) from error
    except OSError as error:
        raise JournalError(
            f"cannot use the state folder {path.parent}: {error.strerror}",
            hint="make it writable, or choose another --state-dir",
        ) from error
    try:
        previous = _holder(path)
        file.truncate(0)
        file.write(json.dumps(holder) + "\n")
        file.flush()
        yield previous
    finally:
        with suppress(OSError):
            file.truncate(0)
            lock.release()


def _holder(path: Path) -> str:
    """The holder that the file names, as text."""
    try:
        note = parse_json(path.read_bytes())
        return f"{note['owner']}, process {note['pid']} on {note['host']}, since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
