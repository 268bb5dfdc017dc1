"""Bytes → table: a CSV file or a workbook, by its content."""

from __future__ import annotations

from reconciler.errors import ManifestError, Problem
from reconciler.manifest.table.decode import decode_table, is_damaged
from reconciler.manifest.table.delimited import DELIMITERS, Reader
from reconciler.manifest.table.header import make_table
from reconciler.manifest.table.table import Table

MOST_BYTES = 10 * 1024 * 1024
"""Maximum size of a table, as of a file that Clockify imports."""


def read_table(data: bytes, path: str) -> Table:
    """The rows of a CSV file. `path` is as messages show it. Raises ManifestError with all problems of the file.

    UTF-8 with or without byte order mark, or UTF-16; cells separated by commas, semicolons or tabs, as the header has them; quoted
    as RFC 4180 has it; any line breaks. The first line with content is the header. A line may have fewer cells than the header.
    """
    table, problems = parse_table(data, path)
    if problems:
        raise ManifestError(problems)
    return table


def parse_table(data: bytes, path: str) -> tuple[Table, list[Problem]]:
    """As `read_table`, with the problems beside the rows that have none."""
    if len(data) > MOST_BYTES:
        hint = "split it into several files"
        return Table(path, (), ()), [Problem(path, 0, 0, "the file is larger than 10 MB", hint)]
    source, problems, notices = decode_table(path, data)
    reader = Reader(source)
    lines = reader.read()
    if problems and lines and any(map(is_damaged, lines[0].texts)):
        lines = []
    elif problems:
        lines = [line for line in lines if not any(map(is_damaged, line.texts))]
    problems += reader.problems
    if reader.delimiter != ",":
        notices = (*notices, f"the columns are separated by {DELIMITERS[reader.delimiter]}")
    empty = Table(path, (), (), notices, source=source, locate=reader.place)
    if lines and not reader.is_headless:
        return make_table(empty, lines, problems), problems
    if not problems:
        hint = "the first line has the names of the columns, e.g. Client,Project,Task,Tags"
        problems.append(Problem(path, 0, 0, "the file is empty", hint))
    return empty, problems
