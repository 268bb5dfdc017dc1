"""The SQLite store of the sandbox; the only module that uses sqlite3. Rows hold JSON, columns the lookup keys.

All threads share one connection behind a lock. Every write call is one transaction in a write-ahead log, so that after a
kill at any point each call is in the file completely or not at all.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from reconciler.errors import ConfigurationError
from reconciler.sandbox.change_log import ChangeLog
from reconciler.sandbox.tables import EVERY_ENTRY, PARENT_KEY, SCHEMA, TABLES, EntryFilter, Record, array, make_id


class Store:
    """Objects, time entries and names of one sandbox; `path` is a file or `:memory:`. Close it after use.

    Raises ConfigurationError for a file that cannot be opened or is not a sandbox store.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._depth = 0
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
        except sqlite3.Error as error:
            raise _invalid_file(path, error) from error
        try:
            # NORMAL with a write-ahead log loses nothing when the process is killed; a power cut can lose the last calls.
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(SCHEMA)
        except sqlite3.Error as error:
            self._db.close()
            raise _invalid_file(path, error) from error
        self.changes = ChangeLog(self._db.execute)
        """When objects were created, updated and deleted."""

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
        """Lock the store for a call that reads."""
        with self._lock:
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction, rolled back if the block raises. Nested transactions join the outermost."""
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

    # -- metadata ----------------------------------------------------------------------------------------------

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
        while self._has(make_id(number)):  # the id of something that was loaded
            number += 1
        self.set_meta("ids", str(number))
        return make_id(number)

    def _has(self, object_id: str) -> bool:
        """Whether an id is in use."""
        query = "SELECT 1 FROM objects WHERE id = ? UNION ALL SELECT 1 FROM entries WHERE id = ?"
        return self._db.execute(query, (object_id, object_id)).fetchone() is not None

    def clear(self) -> None:
        """Delete everything, ids included."""
        with self.transaction():
            self.changes.now = 0.0
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names

    # -- objects ---------------------------------------------------------------------------------------------------

    def save(self, kind: str, record: Mapping[str, Any]) -> None:
        """Insert a record, or replace the one with its id."""
        self.changes.note_save(kind, record, record.get(PARENT_KEY.get(kind, "")))
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
        """Delete a record, if it exists."""
        self.changes.note_removal("objects", object_id)
        self._db.execute("DELETE FROM objects WHERE id = ?", (object_id,))

    def records(self, kind: str, workspace: str = "", parents: Sequence[str] | None = None) -> list[Record]:
        """All records of a kind in a workspace, or only those under some parents; in the order of creation."""
        query, values = "SELECT body FROM objects WHERE kind = ? AND workspace = ?", [kind, workspace]
        if parents is not None:
            query += " AND parent IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(parents)))
        return [_record(row[0]) for row in self._db.execute(f"{query} ORDER BY id", values)]

    def named(self, kind: str, workspace: str, parent: str, name: str) -> list[Record]:
        """The records of a parent whose name may be this one: equal after full case folding, the widest measure."""
        rows = self._db.execute(
            "SELECT body FROM objects WHERE kind = ? AND workspace = ? AND parent = ? AND folded = ?",
            (kind, workspace, parent, name.casefold()),
        )
        return [_record(row[0]) for row in rows]

    def reserve(self, kind: str, workspace: str, parent: str, name: str) -> None:
        """Reserve a name that no record has."""
        self._db.execute(
            "INSERT INTO reserved VALUES (?, ?, ?, ?, ?)", (kind, workspace, parent, name.casefold(), name)
        )

    def reserved(self, kind: str, workspace: str, parent: str, name: str) -> list[str]:
        """The reserved names of a parent that may be this one: equal after full case folding, the widest measure."""
        rows = self._db.execute(
            "SELECT name FROM reserved WHERE kind = ? AND workspace = ? AND parent = ? AND folded = ?",
            (kind, workspace, parent, name.casefold()),
        )
        return [str(row[0]) for row in rows]

    def reserved_names(self, workspace: str) -> list[Record]:
        """All reserved names of a workspace."""
        rows = self._db.execute(
            "SELECT kind, parent, name FROM reserved WHERE workspace = ? ORDER BY kind, parent, name", (workspace,)
        )
        return [{"kind": kind, "parent": parent, "name": name} for kind, parent, name in rows]

    # -- time entries ----------------------------------------------------------------------------------------------

    def save_entry(self, entry: Mapping[str, Any], seconds: int) -> None:
        """Insert or replace a time entry; `seconds` is its duration, 0 while it runs."""
        interval = entry["timeInterval"]
        self.changes.note_save("entry", entry, entry["projectId"])
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
        """Replace a time entry; its duration stays."""
        row = self._db.execute("SELECT seconds FROM entries WHERE id = ?", (entry["id"],)).fetchone()
        self.save_entry(entry, row[0] if row else 0)

    def load_entry(self, entry_id: str) -> Record | None:
        """The time entry with this id."""
        row = self._db.execute("SELECT body FROM entries WHERE id = ?", (entry_id,)).fetchone()
        return _record(row[0]) if row else None

    def remove_entry(self, entry_id: str) -> None:
        """Delete a time entry."""
        self.changes.note_removal("entries", entry_id)
        self._db.execute("DELETE FROM entry_tags WHERE entry = ?", (entry_id,))
        self._db.execute("DELETE FROM entries WHERE id = ?", (entry_id,))

    def entries(self, workspace: str, wanted: EntryFilter = EVERY_ENTRY) -> Iterator[Record]:
        """The time entries that match a filter, newest first; lazily, so that a page does not read all of them."""
        query, values = "SELECT body FROM entries WHERE workspace = ?", [workspace]
        for condition, value in (
            ("user = ?", wanted.user),
            ("project = ?", wanted.project),
            ("task = ?", wanted.task),
            ("start >= ?", wanted.since),
            ("start < ?", wanted.until),
            ("id IN (SELECT entry FROM entry_tags WHERE tag IN (SELECT value FROM json_each(?)))", array(wanted.tags)),
        ):
            if value:
                query += f" AND {condition}"
                values.append(value)
        if wanted.running is not None:
            query += f" AND running = {int(wanted.running)}"
        for row in self._db.execute(f"{query} ORDER BY start DESC, id DESC", values):
            yield _record(row[0])

    def tracked(self, workspace: str, column: str, only: str = "") -> dict[str, int]:
        """Tracked seconds by id of `column`, project or task, of all or of one; running timers count 0."""
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


def _record(text: str) -> Record:
    """Parse a stored body."""
    record: Record = json.loads(text)
    return record


def _invalid_file(path: str, error: Exception) -> ConfigurationError:
    """The error for a file that is not a sandbox store."""
    return ConfigurationError(
        f"{path} is not a usable sandbox store: {error}", hint="choose another file, or remove this one"
    )
