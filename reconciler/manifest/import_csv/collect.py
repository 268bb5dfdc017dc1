"""Rows → the resources that they name, each once, with the cell that every part comes from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, CLIENT, PROJECT, TAG, TASK
from reconciler.manifest.import_csv.columns import Columns, FieldColumn
from reconciler.manifest.import_csv.values import CellError, value_of
from reconciler.manifest.table import Row, Table
from reconciler.manifest.yaml.text import quote
from reconciler.names import fold


class Origin(NamedTuple):
    """The cell that something comes from: the number of its row, and its column."""

    row: int
    column: str


@dataclass
class Entry:
    """A resource that rows name. `values`: field → value and origin. `children` are by folded name."""

    kind: str
    name: str
    origin: Origin
    values: dict[str, tuple[Any, Origin]] = field(default_factory=dict)
    children: dict[str, Entry] = field(default_factory=dict)


@dataclass
class Collector:
    """Collects the rows of one table; the resources keep the order in which the rows name them."""

    table: Table
    columns: Columns
    problems: list[Problem]
    clients: dict[str, Entry] = field(default_factory=dict)
    projects: dict[str, Entry] = field(default_factory=dict)
    """Those without a client."""
    tags: dict[str, Entry] = field(default_factory=dict)
    composed: int = 0
    """How many cells were in another Unicode form than NFC."""

    def add(self, row: Row) -> None:
        """Add what a row names, with the values of its fields."""
        named: dict[str, list[Entry]] = {}
        client = self._client(row)
        project = self._project(row, client)
        task = self._task(row, project)
        for entry in filter(None, (client, project, task)):
            named[entry.kind] = [entry]
        named[TAG.name] = list(self._tags(row))
        for each in self.columns.fields:
            self._set(row, each, named)

    def _client(self, row: Row) -> Entry | None:
        return self._entry(self.clients, CLIENT.name, row)

    def _project(self, row: Row, client: Entry | None) -> Entry | None:
        return self._entry(client.children if client else self.projects, PROJECT.name, row)

    def _task(self, row: Row, project: Entry | None) -> Entry | None:
        column = self.columns.names.get(TASK.name)
        if column is None or not row.values[column].strip():
            return None
        if project is None:
            if PROJECT.name in self.columns.names:
                self._problem(row, column, "a task without a project", "fill in the project of the row")
            return None
        return self._entry(project.children, TASK.name, row)

    def _tags(self, row: Row) -> Iterator[Entry]:
        column = self.columns.names.get(TAG.name)
        if column is not None:
            for part in row.values[column].split(","):
                if name := self._name(part):
                    yield self._named(self.tags, TAG.name, name, Origin(row.number, column))

    def _entry(self, siblings: dict[str, Entry], kind: str, row: Row) -> Entry | None:
        column = self.columns.names.get(kind)
        name = self._name(row.values[column]) if column is not None else ""
        return self._named(siblings, kind, name, Origin(row.number, column)) if column and name else None

    def _name(self, text: str) -> str:
        """A name without blanks around it, in NFC: manifests have names in no other form."""
        name = text.strip()
        composed = unicodedata.normalize("NFC", name)
        self.composed += composed != name
        return composed

    def _named(self, siblings: dict[str, Entry], kind: str, name: str, origin: Origin) -> Entry:
        entry = siblings.get(fold(name))
        if entry is None:
            entry = siblings[fold(name)] = Entry(kind, name, origin)
            self._require_length(entry)
        if entry.name != name:
            other = f"{quote(entry.name)} in {self.table.line_of(*entry.origin)}"
            message = f"{kind} {quote(name)} and {other} differ only in letter case or blanks"
            self._problem(origin, origin.column, message, "write both alike; Clockify may treat the names as equal")
        return entry

    def _require_length(self, entry: Entry) -> None:
        shortest, longest = BY_NAME[entry.kind].name_limits
        size = len(entry.name)
        if not shortest <= size <= longest:
            bound = f"minimum is {shortest}" if size < shortest else f"maximum is {longest}"
            message = f"the name of a {entry.kind} has {size} character{'' if size == 1 else 's'}; the {bound}"
            self._problem(entry.origin, entry.origin.column, message, "")

    def _set(self, row: Row, each: FieldColumn, named: Mapping[str, list[Entry]]) -> None:
        text = row.values[each.column].strip()
        if not text:
            return
        entries = next((named[kind] for kind in each.kinds if named.get(kind)), [])
        if not entries:
            kinds = " or ".join(reversed(each.kinds))
            message = f"a value of {quote(each.field)} in a row without a {kinds}"
            self._problem(row, each.column, message, "fill in a name, or empty the cell")
        for entry in entries:
            self._set_value(row, each, entry, text)

    def _set_value(self, row: Row, each: FieldColumn, entry: Entry, text: str) -> None:
        declared = next(f for f in BY_NAME[entry.kind].fields if f.name == each.field)
        try:
            value = value_of(declared, text, each.column)
        except CellError as error:
            self._problem(row, each.column, str(error), error.hint)
            return
        origin = Origin(row.number, each.column)
        other, place = entry.values.setdefault(each.field, (value, origin))
        if other != value:
            line = self.table.line_of(*place)
            message = f"{quote(each.field)} of {entry.kind} {quote(entry.name)} has another value in {line}"
            self._problem(row, each.column, message, "write the value once, or the same in every row")

    def _problem(self, row: Row | Origin, column: str, message: str, hint: str) -> None:
        number = row.number if isinstance(row, Row) else row.row
        self.problems.append(self.table.problem(number, column, message, hint))
