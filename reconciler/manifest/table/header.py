"""Lines of cells → the columns and rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.errors import Problem
from reconciler.manifest.table.table import Cells, Row, Table
from reconciler.manifest.yaml.text import quote


def make_table(empty: Table, lines: Sequence[Cells], problems: list[Problem]) -> Table:
    """The table with the first line as its header and the others as its rows. A row with a problem is left out."""
    header, *body = lines
    positions: dict[str, int] = {}
    for position, text in enumerate(header.texts):
        name = " ".join(text.split())
        if name in positions:
            place = empty.place_at(header.number, position)
            problems.append(empty.problem_at(place, f"the column {quote(name)} is there twice", "rename one of them"))
        elif name:
            positions[name] = position
    table = replace(empty, columns=tuple(positions), positions=positions, header=header.number)
    named = frozenset(at for at, text in enumerate(header.texts) if text)
    rows = []
    for line in body:
        stray = next((at for at, text in enumerate(line.texts) if text and at not in named), None)
        if stray is not None:
            problems.append(_stray(table, header, line, stray))
            continue
        count = len(line.texts)
        values = {name: line.texts[at] if at < count else "" for name, at in positions.items()}
        rows.append(Row(line.number, values))
    return replace(table, rows=tuple(rows))


def _stray(table: Table, header: Cells, line: Cells, position: int) -> Problem:
    """The problem of a cell with content under no name."""
    place = table.place_at(line.number, position)
    if position < len(header.texts):
        hint = "name the column in the header, or empty it"
        return table.problem_at(place, f"a cell in column {position + 1}, which has no name", hint)
    message = f"cell {position + 1} of a row, but the header has {len(header.texts)} columns"
    return table.problem_at(place, message, 'quote a cell that has a delimiter in it: "Acme, Inc."')
