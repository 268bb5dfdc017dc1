"""When the objects of a store were created, updated and deleted, for the feeds of changes (docs/clockify.md section 17)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("client", "project", "tag", "task", "entry", "group")
"""The kinds whose changes are noted."""
_TABLES = {"entry": "entries"}


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time in seconds since 1970, both ends included."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Changed:
    """An object that a feed shows: its id and kind, when it changed, and the JSON of one that was deleted."""

    id: str
    kind: str
    at: float
    body: str = ""


class ChangeLog:
    """Notes changes in the table `changes`. Each call happens at `now`, and is addressed to the object `route`.

    What is stored while `now` is 0, as a seed is, is older than every window.
    """

    def __init__(self, execute: Callable[..., Any]) -> None:
        self._execute = execute
        self.now = 0.0
        self.route = ""

    def note_save(self, kind: str, record: Mapping[str, Any], parent: str | None) -> None:
        """Before an object is stored: note that it is created, or updated by the request to itself or by another one."""
        if kind not in KINDS:
            return
        table = _TABLES.get(kind, "objects")
        is_new = f"CASE WHEN EXISTS (SELECT 1 FROM {table} WHERE id = :id) THEN 0 ELSE :now END"  # noqa: S608 - one of two words
        own = "CASE WHEN :id = :route THEN :now ELSE own END"
        self._execute(
            "INSERT INTO changes (id, kind, workspace, parent, created, updated, own) "  # noqa: S608 - fixed text
            f"VALUES (:id, :kind, :workspace, :parent, {is_new}, :now, :now) ON CONFLICT (id) DO UPDATE SET "
            f"parent = :parent, updated = :now, own = {own}, deleted = 0",
            {
                "id": record["id"],
                "kind": kind,
                "workspace": record.get("workspaceId", ""),
                "parent": parent or "",
                "now": self.now,
                "route": self.route,
            },
        )

    def note_removal(self, table: str, object_id: str) -> None:
        """Before an object is removed: note when, and what it was."""
        self._execute(
            f"UPDATE changes SET deleted = ?, body = (SELECT body FROM {table} WHERE id = ?) WHERE id = ?",  # noqa: S608 - one of two words
            (self.now, object_id, object_id),
        )

    def created(self, workspace: str, kinds: Sequence[str], window: Window) -> list[Changed]:
        """The objects that were created in the window and are still there, oldest first."""
        return self._select("created", "deleted = 0", workspace, kinds, window)

    def updated(self, workspace: str, kinds: Sequence[str], window: Window, *, own: bool) -> list[Changed]:
        """The objects that were created before the window and updated in it. `own`: only by a request to the object itself."""
        column = "own" if own else "updated"
        return self._select(column, "deleted = 0 AND created < :start", workspace, kinds, window)

    def deleted(self, workspace: str, kinds: Sequence[str], window: Window) -> list[Changed]:
        """The objects that were created before the window and deleted in it."""
        return self._select("deleted", "deleted > 0 AND created < :start", workspace, kinds, window)

    def projects_by_tasks(self, workspace: str, window: Window) -> dict[str, float]:
        """The projects, created before the window, whose tasks changed in it: id → time of the last change."""
        rows = self._execute(
            "SELECT t.parent, MAX(MAX(t.created, t.updated, t.deleted)) FROM changes t JOIN changes p ON p.id = t.parent "
            "WHERE t.workspace = :workspace AND t.kind = 'task' AND p.deleted = 0 AND p.created < :start "
            "AND MAX(t.created, t.updated, t.deleted) BETWEEN :start AND :end GROUP BY t.parent",
            {"workspace": workspace, "start": window.start, "end": window.end},
        )
        return dict(rows)

    def _select(
        self, column: str, condition: str, workspace: str, kinds: Sequence[str], window: Window
    ) -> list[Changed]:
        rows = self._execute(
            f"SELECT id, kind, {column}, body FROM changes WHERE workspace = :workspace AND {condition} "  # noqa: S608 - fixed text
            f"AND {column} BETWEEN :start AND :end AND kind IN (SELECT value FROM json_each(:kinds)) ORDER BY {column}, id",
            {"workspace": workspace, "kinds": json.dumps(list(kinds)), "start": window.start, "end": window.end},
        )
        return [Changed(*row) for row in rows]
