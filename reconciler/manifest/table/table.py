"""What a table is: named columns, rows that know their line, and where each cell stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.errors import Problem
from reconciler.manifest.yaml.text import SourceText

Place = tuple[int, int]
"""Line and column, both from 1: of characters in a CSV file, of cells in a workbook."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header. `number` is the line of the file on which it begins, or its row in a workbook."""

    number: int
    values: Mapping[str, str]
    """Column → text, without blanks around it where it is not quoted; "" for an empty cell. Every column is a key."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A line of a table before its columns are known."""

    number: int
    texts: Sequence[str]


@dataclass(frozen=True)
class Table:
    """The rows of a file. `notices` are sentences about how it was read, for people."""

    path: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()
    header: int = 1
    """The line or row of the header."""
    source: SourceText | None = field(default=None, repr=False, compare=False)
    """The text of a CSV file; None for a workbook."""
    positions: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Column → its place in the line, from 0."""
    locate: Callable[[int, int], Place] | None = field(default=None, repr=False, compare=False)
    """The number of a row and the place of a cell in it → line and column of the file; None for a workbook."""

    def place(self, number: int, column: str) -> Place:
        """Line and column of a cell; `number` is that of its row, or `header`."""
        return self.place_at(number, self.positions[column])

    def place_at(self, number: int, position: int) -> Place:
        """Line and column of the cell at a place in the line, from 0."""
        return self.locate(number, position) if self.locate else (number, position + 1)

    def line_of(self, number: int, column: str) -> str:
        """`line 3`, or `row 3` in a workbook: where a cell is, for a message."""
        return f"{'row' if self.source is None else 'line'} {self.place(number, column)[0]}"

    def problem(self, number: int, column: str, message: str, hint: str = "") -> Problem:
        """A problem of a cell: its place, with the name of the column before the message."""
        return self.problem_at(self.place(number, column), f"column {column}: {message}", hint)

    def problem_at(self, place: Place, message: str, hint: str = "") -> Problem:
        """A problem at a place, with the line of a CSV file as excerpt."""
        if self.source is not None:
            return self.source.problem(place, message, hint)
        return Problem(self.path, *place, message, hint)
