"""Records as a table, JSON, YAML, CSV or addresses, page by page: what is known is written before more is read.

The values are escaped in every form, so that a name from outside is shown and has no effect in a terminal, a CI log or a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.json_text import indented_json
from reconciler.render.escape import ascii_only, json_visible, log_line, visible
from reconciler.render.screen import PIPE, Screen
from reconciler.render.width import truncate, width
from reconciler.render.yaml_text import yaml_item, yaml_mapping

Record = Mapping[str, Any]
"""A row: values are JSON values, None where there is none."""

STRUCTURED = ("json", "yaml")
"""Forms that show every key of a record, nested values included."""
ADDRESS = "address"
"""The key that the form `address` prints, one a line."""

_GAP = "  "
KEPT = frozenset({"id", "start", "end", "duration", "total"})
"""Columns that are never cut: ids, and times and sums, which would be wrong if they were."""
_LEAST_WIDTH = 5
"""A column is not cut below this many cells: on a narrower screen the line is too long instead."""
_FORMULA = re.compile(r"(?:^|(?<=;))(?='*[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?='*\s*::)")
"""Where a spreadsheet may begin to read a formula, full-width forms included: at the start of a text, and behind a semicolon, which
separates cells in many countries, whatever the quotes. `::` is the beginning of a CI runner's command."""


def pieces(
    pages: Iterable[Sequence[Record]], form: str, columns: Sequence[str], screen: Screen = PIPE
) -> Iterator[str]:
    """The records as text, a piece for each page and possibly one more at the end; pieces are written as they are.

    `form`: table, json, yaml, csv or address. `columns`: keys of the records that a table and CSV show, in their order.
    Without records: nothing in a table and in the form address, the header in CSV, an empty list in JSON and YAML.
    """
    if form == "json":
        return _json_pieces(pages)
    if form == "yaml":
        return _yaml_pieces(pages)
    if form == "csv":
        return _csv_pieces(pages, columns)
    if form == ADDRESS:
        return _address_pieces(pages)
    return _table_pieces(pages, columns, screen)


def record_text(record: Record, form: str, screen: Screen = PIPE) -> str:
    """One record: an object in JSON and YAML, header and row in CSV, its address, or a line for each key that has a value."""
    if form == "json":
        return json_visible(indented_json(record)) + "\n"
    if form == "yaml":
        return yaml_mapping(record)
    if form != "table":
        return "".join(pieces([[record]], form, tuple(record), screen))
    spell = _speller(screen)
    cells = {key.replace("_", " "): spell(cell_text(value)) for key, value in record.items() if value is not None}
    size = max(map(width, cells), default=0)
    return "".join(_line((key + " " * (size - width(key)), cell)) for key, cell in cells.items())


def cell_text(value: Any) -> str:
    """A value in a table or CSV: text as it is, lists of plain values joined by a comma, nested values as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _table_pieces(pages: Iterable[Sequence[Record]], columns: Sequence[str], screen: Screen) -> Iterator[str]:
    """The header and an aligned line for each record. A later page may widen a column as far as the screen allows: what has no
    width, such as a pipe, shows every value in full.
    """
    spell = _speller(screen)
    header = [column.replace("_", " ").upper() for column in columns]
    needed = list(map(width, header))
    ellipsis = "..." if screen.ascii else "…"
    is_first = True
    for page in filter(None, pages):
        rows = [[spell(cell_text(record.get(column))) for column in columns] for record in page]
        needed = [max(needed[at], *(width(row[at]) for row in rows)) for at in range(len(columns))]
        sizes = _fitted(needed, screen.width, columns) if screen.cuts else needed
        lines = [header, *rows] if is_first else rows
        is_first = False
        yield "".join(
            _line(_padded(truncate(cell, size, ellipsis), size) for cell, size in zip(line, sizes, strict=True))
            for line in lines
        )


def _fitted(needed: Sequence[int], total: int, columns: Sequence[str]) -> list[int]:
    """The widths of columns that fit a line of `total` cells: the widest ones give way, to the same width; KEPT are never cut."""
    room = total - len(_GAP) * (len(needed) - 1)
    sizes = list(needed)
    limit = max(sizes, default=0)
    while sum(sizes) > room and limit > _LEAST_WIDTH:
        limit -= 1
        sizes = [size if column in KEPT else min(size, limit) for size, column in zip(sizes, columns, strict=True)]
    # The last step narrows all of the widest columns: what is left over goes to the first ones.
    for at, size in enumerate(sizes):
        if sum(sizes) < room and size == limit < needed[at]:
            sizes[at] += 1
    return sizes


def _padded(cell: str, size: int) -> str:
    return cell + " " * (size - width(cell))


def _line(cells: Iterable[str]) -> str:
    return f"{log_line(_GAP.join(cells).rstrip())}\n"


def _speller(screen: Screen) -> Callable[[str], str]:
    return ascii_only if screen.ascii else visible


def _json_pieces(pages: Iterable[Sequence[Record]]) -> Iterator[str]:
    """A JSON array as `json.dumps` with an indent of 2 writes it, each page as soon as it is there."""
    before = "[\n"
    for page in filter(None, pages):
        text = json_visible(indented_json(list(page)))
        yield before + text.removeprefix("[\n").removesuffix("\n]")
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _yaml_pieces(pages: Iterable[Sequence[Record]]) -> Iterator[str]:
    is_empty = True
    for page in filter(None, pages):
        is_empty = False
        yield "".join(map(yaml_item, page))
    if is_empty:
        yield "[]\n"


def _csv_pieces(pages: Iterable[Sequence[Record]], columns: Sequence[str]) -> Iterator[str]:
    """CSV with a header (RFC 4180, but lines end in a newline); one line a record, as control characters are escaped."""
    yield _csv_lines([columns])
    for page in filter(None, pages):
        yield _csv_lines([[_csv_cell(record.get(column)) for column in columns] for record in page])


def _csv_lines(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return "".join(map(log_line, text.getvalue().splitlines(keepends=True)))


def _csv_cell(value: Any) -> str:
    """A value as text, with an apostrophe where a spreadsheet would take it for a formula.

    A program can undo that: where apostrophes stand before the beginning of a formula, one of them was added.
    """
    text = visible(cell_text(value))
    return _FORMULA.sub("'", text) if isinstance(value, str | list | tuple) else text


def _address_pieces(pages: Iterable[Sequence[Record]]) -> Iterator[str]:
    for page in filter(None, pages):
        yield "".join(f"{log_line(visible(cell_text(record.get(ADDRESS))))}\n" for record in page)
