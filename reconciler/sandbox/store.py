"""What the sandbox knows, kept in SQLite: the only module that touches it. Rows hold JSON, columns what is looked up by.

One connection behind one lock serves every thread. A call that writes is one transaction in a write-ahead log, so a process
that is killed at any point leaves a file in which each call happened whole or not at all.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from reconciler.errors import ConfigurationError
from reconciler.sandbox.tables import EVERY_ENTRY, PARENT_KEY, SCHEMA, EntryFilter, Record, make_id


class Store:
    """Objects, time entries and names of one sandbox; `path` is a file or `:memory:`. Close it when done.

    Raises ConfigurationError for a file that cannot be opened or is something else.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._depth = 0
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        try:
            # NORMAL in a write-ahead log loses nothing when the process is killed; only a power cut could take the last calls.
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(SCHEMA)
        except sqlite3.Error as error:
            self._db.close()
            raise _unusable(path, error) from error

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the store still for a call that reads."""
        with self._lock:
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: undone whole where the block raises. May be nested; the outermost one counts."""
        with self._lock:
            if not self._depth:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if not self._depth:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if not self._depth:
                self._db.execute("COMMIT")

    # -- small things ----------------------------------------------------------------------------------------------

    def meta(self, key: str, default: str = "") -> str:
        """A single named value of the store."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else default

    def set_meta(self, key: str, value: str) -> None:
        """Set a single named value."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def new_id(self) -> str:
        """The next id, 24 hex digits: the same sequence in every new store, in the order of creation."""
        number = int(self.meta("ids", "0")) + 1
        self.set_meta("ids", str(number))
        return make_id(number)

    def clear(self) -> None:
        """Forget everything, ids included: the store is as new."""
        with self.transaction():
            for table in ("meta", "objects", "reserved", "entries", "entry_tags"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are the line above

    # -- objects ---------------------------------------------------------------------------------------------------

    def save(self, kind: str, record: Mapping[str, Any]) -> None:
        """Insert a record, or replace the one with its id."""
        self._db.execute(
            "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)",
            (
                record["id"],
                kind,
                record.get("workspaceId", ""),
                record.get(PARENT_KEY.get(kind, ""), ""),
                (record.get("name") or "").casefold(),
                json.dumps(record, separators=(",", ":")),
            ),
        )

    def load(self, kind: str, object_id: str) -> Record | None:
        """The record of a kind with this id."""
        row = self._db.execute("SELECT body FROM objects WHERE id = ? AND kind = ?", (object_id, kind)).fetchone()
        return _record(row[0]) if row else None

    def remove(self, object_id: str) -> None:
        """Take a record out; nothing happens where there is none."""
        self._db.execute("DELETE FROM objects WHERE id = ?", (object_id,))

    def records(self, kind: str, workspace: str = "", parents: Sequence[str] | None = None) -> list[Record]:
        """All records of a kind in a workspace, or only those under some parents; in the order of creation."""
        query, values = "SELECT body FROM objects WHERE kind = ? AND workspace = ?", [kind, workspace]
        if parents is not None:
            query += " AND parent IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(parents)))
        return [_record(row[0]) for row in self._db.execute(f"{query} ORDER BY id", values)]

    def named(self, kind: str, workspace: str, parent: str, name: str) -> list[Record]:
        """The records under a parent whose names differ from `name` at most in letter case."""
        rows = self._db.execute(
            "SELECT body FROM objects WHERE kind = ? AND workspace = ? AND parent = ? AND folded = ?",
            (kind, workspace, parent, name.casefold()),
        )
        return [_record(row[0]) for row in rows]

    def reserve(self, kind: str, workspace: str, parent: str, name: str) -> None:
        """Keep a name taken although nothing bears it."""
        self._db.execute(
            "INSERT INTO reserved VALUES (?, ?, ?, ?, ?)", (kind, workspace, parent, name.casefold(), name)
        )

    def reserved(self, kind: str, workspace: str, parent: str, name: str) -> list[str]:
        """The reserved names under a parent that differ from `name` at most in letter case."""
        rows = self._db.execute(
            "SELECT name FROM reserved WHERE kind = ? AND workspace = ? AND parent = ? AND folded = ?",
            (kind, workspace, parent, name.casefold()),
        )
        return [str(row[0]) for row in rows]

    # -- time entries ----------------------------------------------------------------------------------------------

    def save_entry(self, entry: Mapping[str, Any], seconds: int) -> None:
        """Insert or replace a time entry; `seconds` is how long it took, 0 while it runs."""
        interval = entry["timeInterval"]
        self._db.execute(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry["id"],
                entry["workspaceId"],
                entry["userId"],
                entry["projectId"] or "",
                entry["taskId"] or "",
                interval["start"],
                interval["end"] is None,
                seconds,
                json.dumps(entry, separators=(",", ":")),
            ),
        )
        self._db.execute("DELETE FROM entry_tags WHERE entry = ?", (entry["id"],))
        pairs = {(tag, entry["id"]) for tag in entry["tagIds"] or ()}
        self._db.executemany("INSERT INTO entry_tags VALUES (?, ?)", sorted(pairs))

    def resave_entry(self, entry: Mapping[str, Any]) -> None:
        """Replace a time entry that took as long as before."""
        row = self._db.execute("SELECT seconds FROM entries WHERE id = ?", (entry["id"],)).fetchone()
        self.save_entry(entry, row[0] if row else 0)

    def load_entry(self, entry_id: str) -> Record | None:
        """The time entry with this id."""
        row = self._db.execute("SELECT body FROM entries WHERE id = ?", (entry_id,)).fetchone()
        return _record(row[0]) if row else None

    def remove_entry(self, entry_id: str) -> None:
        """Take a time entry out."""
        self._db.execute("DELETE FROM entry_tags WHERE entry = ?", (entry_id,))
        self._db.execute("DELETE FROM entries WHERE id = ?", (entry_id,))

    def entries(self, workspace: str, wanted: EntryFilter = EVERY_ENTRY) -> Iterator[Record]:
        """The time entries that a filter lets through, newest first; lazily, so that a page need not read them all."""
        query, values = "SELECT body FROM entries WHERE workspace = ?", [workspace]
        for condition, value in (
            ("user = ?", wanted.user),
            ("project = ?", wanted.project),
            ("task = ?", wanted.task),
            ("start >= ?", wanted.since),
            ("start < ?", wanted.until),
            ("id IN (SELECT entry FROM entry_tags WHERE tag IN (SELECT value FROM json_each(?)))", _array(wanted.tags)),
        ):
            if value:
                query += f" AND {condition}"
                values.append(value)
        if wanted.running is not None:
            query += f" AND running = {int(wanted.running)}"
        for row in self._db.execute(f"{query} ORDER BY start DESC, id DESC", values):
            yield _record(row[0])

    def tracked(self, workspace: str, column: str, only: str = "") -> dict[str, int]:
        """Tracked seconds by project or task id (`column` says which), of all or of one; running timers count 0."""
        if column not in {"project", "task"}:
            raise ValueError(column)
        query = f"SELECT {column}, SUM(seconds) FROM entries WHERE workspace = ?"  # noqa: S608 - one of two words
        values = [workspace, only] if only else [workspace]
        query += f" AND {column} = ?" if only else ""
        return dict(self._db.execute(f"{query} GROUP BY {column}", values))

    def snapshot(self, workspace: str) -> dict[str, list[Record]]:
        """Everything in a workspace as it is stored, for tests: clients, projects, tasks, tags and time entries."""
        with self._lock:
            kinds = {f"{kind}s": self.records(kind, workspace) for kind in ("client", "project", "task", "tag")}
            return {**kinds, "time_entries": list(self.entries(workspace))}


def _array(items: Sequence[str]) -> str:
    """A JSON array for `json_each`, or nothing."""
    return json.dumps(list(items)) if items else ""


def _record(text: str) -> Record:
    """A stored body as the object that it is."""
    record: Record = json.loads(text)
    return record


def _unusable(path: str, error: Exception) -> ConfigurationError:
    """The error for a file that is no store."""
    return ConfigurationError(
        f"{path} cannot be used as the sandbox's store: {error}", hint="name another file, or remove it"
    )
