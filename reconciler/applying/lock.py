"""One run at a time in a state folder. The door to portalocker, which lets the operating system hold the lock: it ends with its
process, however that ends, so what a dead run leaves behind is a note and no lock.
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


@contextmanager
def exclusive_lock(state_dir: str | Path, owner: str, *, now: Callable[[], float]) -> Iterator[str]:
    """Within it no other run is at work in the folder. Gives words about a run that ended without letting go, else "".

    The file `lock` names its owner, pid, host and time. Raises LockedError with these where another run holds it, JournalError
    where the folder cannot be written.
    """
    path = Path(state_dir, "lock")
    mine = {"owner": owner, "pid": os.getpid(), "host": socket.gethostname(), "since": utc(now())}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = portalocker.Lock(path, mode="a+", timeout=0, fail_when_locked=True, encoding="utf-8")
        file = lock.acquire()
    except portalocker.exceptions.LockException as error:
        raise LockedError(
            f"another run is at work in {path.parent}: {_holder(path) or 'it does not say whose'}",
            hint="wait until it has ended; a run in another folder needs another --state-dir",
        ) from error
    except OSError as error:
        raise JournalError(
            f"the state folder {path.parent} cannot be used: {error.strerror}",
            hint="make it writable, or choose another --state-dir",
        ) from error
    try:
        left = _holder(path)
        file.truncate(0)
        file.write(json.dumps(mine) + "\n")
        file.flush()
        yield left
    finally:
        with suppress(OSError):
            file.truncate(0)
            lock.release()


def _holder(path: Path) -> str:
    """Who the file says holds it, in words."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return f"{note['owner']}, process {note['pid']} on {note['host']}, since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
