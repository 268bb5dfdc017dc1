"""Bytes → table: a CSV file or a workbook, by its content."""

from __future__ import annotations

from dataclasses import replace

from reconciler.errors import ManifestError, Problem
from reconciler.manifest.table.archive import WorkbookError
from reconciler.manifest.table.decode import decode_table, is_damaged
from reconciler.manifest.table.delimited import DELIMITERS, Reader
from reconciler.manifest.table.header import make_table
from reconciler.manifest.table.table import Cells, Table
from reconciler.manifest.table.xlsx import OLE, ZIP, read_workbook
from reconciler.manifest.yaml.text import quote

MOST_BYTES = 10 * 1024 * 1024
"""Maximum size of a table, as of a file that Clockify imports."""


def read_table(data: bytes, path: str, sheet: str = "") -> Table:
    """The rows of a CSV file or a workbook (.xlsx). `path` is as messages show it. Raises ManifestError with all problems of the file.

    UTF-8 with or without byte order mark, or UTF-16; cells separated by commas, semicolons or tabs, as the header has them; quoted
    as RFC 4180 has it; any line breaks. The first line with content is the header. A line may have fewer cells than the header.
    `sheet` is that of a workbook; by default the first one that is not hidden. Reading workbooks needs the extra `xlsx`.
    """
    table, problems = parse_table(data, path, sheet)
    if problems:
        raise ManifestError(problems)
    return table


def parse_table(data: bytes, path: str, sheet: str = "") -> tuple[Table, list[Problem]]:
    """As `read_table`, with the problems beside the rows that have none."""
    empty = Table(path, (), ())
    if len(data) > MOST_BYTES:
        return empty, [Problem(path, 0, 0, "the file is larger than 10 MB", "split it into several files")]
    if data.startswith((ZIP, OLE)):
        try:
            lines, problems, notices = read_workbook(path, data, sheet)
        except WorkbookError as error:
            return empty, [Problem(path, 0, 0, str(error), error.hint)]
        return _filled(replace(empty, notices=notices), lines, problems)
    if sheet:
        return empty, [Problem(path, 0, 0, f"a CSV file has no sheet {quote(sheet)}", "leave out --sheet")]
    source, problems, notices = decode_table(path, data)
    reader = Reader(source)
    lines = reader.read()
    if reader.is_headless or (problems and lines and any(map(is_damaged, lines[0].texts))):
        lines = []
    elif problems:
        lines = [line for line in lines if not any(map(is_damaged, line.texts))]
    problems += reader.problems
    if reader.delimiter != ",":
        notices = (*notices, f"the columns are separated by {DELIMITERS[reader.delimiter]}")
    return _filled(replace(empty, notices=notices, source=source, locate=reader.place), lines, problems)


def _filled(empty: Table, lines: list[Cells], problems: list[Problem]) -> tuple[Table, list[Problem]]:
    if lines:
        return make_table(empty, lines, problems), problems
    if not problems:
        hint = "the first line has the names of the columns, e.g. Client,Project,Task,Tags"
        problems.append(Problem(empty.path, 0, 0, "the file is empty", hint))
    return empty, problems
