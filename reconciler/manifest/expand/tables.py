"""The CSV files that `for_each` names: each read once, its rows by their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.manifest.expand.report import Reporter
from reconciler.manifest.expand.scope import Layer, Value, value_of
from reconciler.manifest.files import ChangedError, File, printable_path, read_bytes
from reconciler.manifest.roots import BesideError, Roots
from reconciler.manifest.schema.for_each import CSV, DISTINCT, WHERE
from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.manifest.yaml.scalars import STR
from reconciler.manifest.yaml.text import quote

if TYPE_CHECKING:
    from reconciler.manifest.table import Row, Table

Keys = Mapping[str, tuple[Any, Any]]
"""The keys of a `for_each`: the node of each, and that of its value."""

_NO_ROWS = "add a row, or remove the entry: an empty file never removes what it declared before"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, whose text is its place: found when a message needs it."""

    table: Table
    number: int
    column: str

    def __str__(self) -> str:
        line, column = self.table.place(self.number, self.column)
        return f"{self.table.path}:{line}:{column}"


class Tables:
    """Reads tables beside manifests. `files`: those that were read, with their paths as messages show them."""

    def __init__(self, roots: Roots, opened: Mapping[str, str]) -> None:
        self._roots, self._opened = roots, opened
        self._tables: dict[str, Table | None] = {}
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], list[Row]]] = {}
        self.files: list[File] = []

    def rows(self, keys: Keys, report: Reporter) -> Iterator[Layer]:
        """The rows of the CSV file that the keys describe; none if something is wrong, which is reported."""
        node = keys[CSV][1]
        if node.id != "scalar" or node.tag != STR:
            report.problem(node, f"{quote(CSV)} must be the name of a file", "e.g. {csv: projects.csv}")
            return
        table = self._table(node, report)
        if table is None:
            return
        where = self._where(keys[WHERE][1], table, report) if WHERE in keys else {}
        distinct = self._distinct(keys[DISTINCT][1], table, report) if DISTINCT in keys else ()
        if where is None or distinct is None:
            return
        seen: set[tuple[str, ...]] = set()
        for row in self._chosen(table, where):
            if distinct:
                key = tuple(row.values[column] for column in distinct)
                if key in seen or not any(key):
                    continue
                seen.add(key)
            yield _layer(table, row, distinct or table.columns)

    def _table(self, node: Any, report: Reporter) -> Table | None:
        try:
            found = self._roots.find(self._opened.get(report.source.path, report.source.path), node.value)
            if found.real not in self._tables:
                self._tables[found.real] = self._read(printable_path(found.path), found.real, report)
        except BesideError as error:
            report.problem(node, str(error), error.hint)
            return None
        except (ChangedError, OSError, ValueError) as error:
            report.problem(node, f"cannot read {quote(node.value)}: {getattr(error, 'strerror', None) or error}")
            return None
        table = self._tables[found.real]
        if table is not None and not table.rows:
            report.problem(node, f"{quote(node.value)} has no rows", _NO_ROWS)
            return None
        return table

    def _read(self, path: str, real: str, report: Reporter) -> Table | None:
        """The table of a file; None if it has a problem. Raises OSError."""
        from reconciler.manifest.table import parse_table  # noqa: PLC0415 - start-up: few manifests read tables

        data = read_bytes(real)
        self.files.append((path, data))
        table, problems = parse_table(data, path)
        for problem in problems:
            report.add(problem)
        return None if problems else table

    def _chosen(self, table: Table, where: Mapping[str, str]) -> Sequence[Row]:
        columns = tuple(where)
        index = self._indexes.get((table.path, columns))
        if index is None:
            index = self._indexes[table.path, columns] = {}
            for row in table.rows:
                index.setdefault(tuple(row.values[column] for column in columns), []).append(row)
        return index.get(tuple(where.values()), ())

    def _where(self, node: Any, table: Table, report: Reporter) -> dict[str, str] | None:
        if node.id != "mapping" or not node.value or any(part.id != "scalar" for pair in node.value for part in pair):
            report.problem(node, f"{quote(WHERE)} must be a mapping of columns to values", "e.g. {Project: Website}")
            return None
        columns = [(key.value, key) for key, _ in node.value]
        values = {key.value: value_of(value, "").text for key, value in node.value}
        return values if self._are_columns(columns, table, report) else None

    def _distinct(self, node: Any, table: Table, report: Reporter) -> tuple[str, ...] | None:
        items = node.value if node.id == "sequence" else [node]
        if not items or any(item.id != "scalar" for item in items):
            report.problem(node, f"{quote(DISTINCT)} must be a column or a list of columns", "e.g. [Client, Project]")
            return None
        columns = [(item.value, item) for item in items]
        return tuple(dict.fromkeys(name for name, _ in columns)) if self._are_columns(columns, table, report) else None

    @staticmethod
    def _are_columns(columns: Sequence[tuple[str, Any]], table: Table, report: Reporter) -> bool:
        unknown = [(name, node) for name, node in columns if name not in table.columns]
        for name, node in unknown:
            hint = did_you_mean(name, table.columns, otherwise=f"its columns: {enumerate_words(table.columns[:12])}")
            report.problem(node, f"{quote(table.path)} has no column {quote(name)}", hint)
        return not unknown


def _layer(table: Table, row: Row, columns: Sequence[str]) -> Layer:
    def find(name: str) -> Value | None:
        return Value(row.values[name], STR, Cell(table, row.number, name)) if name in columns else None

    place = f"{table.path}:{row.number}"
    return Layer(f"the row at {place}", columns, find, place)
