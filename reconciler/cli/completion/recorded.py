"""What the state folder knows of runs and workspaces, read in a few milliseconds: names of folders, and first lines of journals."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import Any

from reconciler.json_text import parse_json

SANDBOX_FILE = "sandbox.sqlite3"
_JOURNAL = "journal.jsonl"
_MOST_IDS = 200
_MOST_READ = 50
_LONGEST_LINE = 65_536
_ID = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")


def run_ids(state_dir: str) -> list[str]:
    """The ids of the newest runs, newest first: their folders' names begin with the time."""
    folder = os.path.join(state_dir, "runs")  # noqa: PTH118 - light: pathlib is not imported here
    with suppress(OSError):
        if not os.path.islink(folder):  # noqa: PTH114 - as above
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
            return sorted((name for name in names if name[:1].isdigit() and _ID.issuperset(name)), reverse=True)[
                :_MOST_IDS
            ]
    return []


def recorded_workspaces(state_dir: str, gateway: str | None) -> dict[str, str]:
    """Id → name of the workspaces of the newest runs, the last used first; of one gateway, or of all for None."""
    found: dict[str, str] = {}
    for name in run_ids(state_dir)[:_MOST_READ]:
        with suppress(OSError, ValueError, RecursionError, LookupError, TypeError):
            head = _first_event(os.path.join(state_dir, "runs", name, _JOURNAL))  # noqa: PTH118 - light, as above
            if gateway in (None, head["gateway"]):
                found.setdefault(str(head["workspace"]["id"]), str(head["workspace"]["name"]))
    return found


def _first_event(path: str) -> Any:
    """The first line of a journal. Raises OSError and ValueError; a file that is no plain file is not read."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a file")
        return parse_json(os.read(descriptor, _LONGEST_LINE).partition(b"\n")[0])
    finally:
        os.close(descriptor)
