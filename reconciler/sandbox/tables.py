"""The tables of the store, its filters, and the format of ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]
"""A stored JSON object, with `id`, and usually `workspaceId` and `name`."""

PARENT_KEY = {"project": "clientId", "task": "projectId"}
"""The key of the parent id, by kind."""

_FIRST_SECOND = 0x698EEB9E  # ids begin with a time in seconds; this one is in February 2026
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS objects (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, workspace TEXT NOT NULL, parent TEXT NOT NULL, folded TEXT NOT NULL,
  body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_by_name ON objects (kind, workspace, parent, folded);
CREATE TABLE IF NOT EXISTS reserved (
  kind TEXT NOT NULL, workspace TEXT NOT NULL, parent TEXT NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS reserved_by_name ON reserved (kind, workspace, parent, folded);
CREATE TABLE IF NOT EXISTS entries (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, user TEXT NOT NULL, project TEXT NOT NULL, task TEXT NOT NULL,
  start TEXT NOT NULL, running INTEGER NOT NULL, seconds INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entries_by_user ON entries (workspace, user, start);
CREATE INDEX IF NOT EXISTS entries_by_project ON entries (workspace, project, seconds);
CREATE INDEX IF NOT EXISTS entries_by_task ON entries (workspace, task, seconds);
CREATE TABLE IF NOT EXISTS entry_tags (tag TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (tag, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, workspace TEXT NOT NULL, parent TEXT NOT NULL, created REAL NOT NULL,
  updated REAL NOT NULL, own REAL NOT NULL, deleted REAL NOT NULL DEFAULT 0, body TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
"""
TABLES = ("meta", "objects", "reserved", "entries", "entry_tags", "changes")


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """A filter of time entries; set fields are joined with AND. `since` and `until` are UTC times as stored, `until` exclusive."""

    user: str = ""
    project: str = ""
    task: str = ""
    tags: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    running: bool | None = None


EVERY_ENTRY = EntryFilter()


def make_id(number: int) -> str:
    """The id of the `number`th object: 24 hex digits in the order of creation, the same in every new store."""
    return f"{_FIRST_SECOND + number:08x}{hashlib.sha256(f'sandbox {number}'.encode()).hexdigest()[:16]}"


def array(items: Sequence[str]) -> str:
    """A JSON array for `json_each`; empty for no items."""
    return json.dumps(list(items)) if items else ""
