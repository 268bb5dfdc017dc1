"""The names of a stored sandbox's workspaces, read without a server: the file is neither created nor changed."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from urllib.parse import quote

_WAIT = 0.2
"""Seconds that a reader waits for a writer."""


def workspace_names(path: str) -> dict[str, str]:
    """Id → name, in the order of creation; empty for a file that is busy or is no sandbox store."""
    # A reader of a write-ahead log leaves the log's files behind, so it only takes part where a writer has made them.
    mode = "mode=ro" if os.path.exists(f"{path}-wal") else "mode=ro&immutable=1"  # noqa: PTH110 - light: pathlib is not imported here
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?{mode}", uri=True, timeout=_WAIT)) as database:
            rows = database.execute("SELECT id, body FROM objects WHERE kind = 'workspace' ORDER BY id").fetchall()
        return {str(key): str(json.loads(body)["name"]) for key, body in rows}
    except (sqlite3.Error, ValueError, LookupError, TypeError):
        return {}
