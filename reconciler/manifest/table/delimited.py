"""Delimited text → lines of cells: RFC 4180 with any delimiter and line break, and with all problems."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.errors import Problem
from reconciler.manifest.table.table import Cells, Place
from reconciler.manifest.yaml.text import SourceText

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
MOST_CELLS = 5_000_000
"""Maximum number of cells of a table, those that short lines leave out included; a line counts as 8 more, which is what it takes of memory."""
_LINE = 8
_BLANKS = " \t\xa0\u2007\u202f\u3000"
_SEPARATOR_LINES = {f"sep={delimiter}": delimiter for delimiter in DELIMITERS}
"""The first line by which Excel is told the delimiter of a file."""


@dataclass
class Reader:
    """Reads the lines of one file. `delimiter` is found from the header: the one that makes most columns."""

    source: SourceText
    delimiter: str = ""
    problems: list[Problem] = field(default_factory=list)
    is_headless: bool = False
    """Whether the first line with content has a problem, so that the names of the columns are not known."""
    _starts: tuple[int, list[Place]] = (0, [])
    """The line that `place` was asked for last, and where its cells begin: a line may have many problems."""

    def read(self) -> list[Cells]:
        """Every line with content. A line whose quotes are broken is a problem, and is left out."""
        lines = self.source.lines
        index = 0
        if lines and (separator := _SEPARATOR_LINES.get(lines[0].strip(" ").lower())):
            self.delimiter = separator
            index = 1
        found: list[Cells] = []
        while index < len(lines):
            line = lines[index]
            if not line.strip():
                index += 1
                continue
            self.delimiter = self.delimiter or _delimiter_of(self.source, index)
            number = index + 1
            if '"' not in line:
                texts = [text.strip(_BLANKS) for text in line.split(self.delimiter)]
                index += 1
            else:
                record = Record(self.source, index, self.delimiter)
                texts, index = record.texts, record.end
                self.problems += record.problems
                if record.problems:
                    self.is_headless = self.is_headless or not found
                    continue
            if any(texts):
                found.append(Cells(number, texts))
                if len(found) * (len(found[0].texts) + _LINE) > MOST_CELLS:
                    self._report_size(found)
                    return found[:1]
        self.delimiter = self.delimiter or ","
        return found

    def _report_size(self, found: list[Cells]) -> None:
        message = f"the table has more than {len(found) - 1:,} lines of {len(found[0].texts):,} columns"
        self.problems.append(Problem(self.source.path, 0, 0, message, "split it into several files"))

    def place(self, number: int, position: int) -> Place:
        """Where a cell begins: the line and the column of its first character."""
        if self._starts[0] != number:
            self._starts = (number, Record(self.source, number - 1, self.delimiter).starts)
        starts = self._starts[1]
        return starts[min(position, len(starts) - 1)]


def _delimiter_of(source: SourceText, index: int) -> str:
    """The delimiter that makes most cells of a line, whose quoted cells may go on below; of several the first of the table."""
    return max(DELIMITERS, key=lambda delimiter: len(Record(source, index, delimiter).texts))


class Record:
    """The cells of one line, which quoted cells may continue on further lines; `end` is the index of the next line."""

    def __init__(self, source: SourceText, index: int, delimiter: str) -> None:
        self._source, self._lines, self._delimiter = source, source.lines, delimiter
        self.texts: list[str] = []
        self.starts: list[Place] = []
        self.problems: list[Problem] = []
        self._index, self._at = index, 0
        while self._at <= len(self._line):
            self.starts.append((self._index + 1, self._at + 1))
            self.texts.append(self._cell())
            self._at += 1
        self.end = self._index + 1

    @property
    def _line(self) -> str:
        return self._lines[self._index]

    def _cell(self) -> str:
        """The cell at the position, which moves to the delimiter after it, or to the end of the line."""
        line, at = self._line, self._at
        while at < len(line) and line[at] in _BLANKS and line[at] != self._delimiter:
            at += 1
        if line.startswith('"', at):
            self.starts[-1] = (self._index + 1, at + 1)
            return self._quoted(at + 1)
        end = line.find(self._delimiter, self._at)
        self._at = len(line) if end < 0 else end
        text = line[at : self._at].strip(_BLANKS)
        if text:
            self.starts[-1] = (self._index + 1, at + 1)
        return text

    def _quoted(self, at: int) -> str:
        parts: list[str] = []
        place = self.starts[-1]
        while True:
            line = self._line
            end = line.find('"', at)
            if end < 0:
                parts.append(line[at:])
                if self._index + 1 >= len(self._lines):
                    self._report(place, "the quote is not closed", 'end the cell with ", or write "" for a quote in it')
                    self._at = len(line)
                    return "".join(parts)
                parts.append("\n")
                self._index, at = self._index + 1, 0
                continue
            parts.append(line[at:end])
            if not line.startswith('"', end + 1):
                break
            parts.append('"')
            at = end + 2
        self._at = line.find(self._delimiter, end + 1)
        self._at = len(line) if self._at < 0 else self._at
        if line[end + 1 : self._at].strip(_BLANKS):
            hint = 'write "" for a quote inside a quoted cell'
            self._report((self._index + 1, end + 2), "text after the closing quote", hint)
        text = "".join(parts)
        return text if text.strip() else ""

    def _report(self, place: Place, message: str, hint: str) -> None:
        self.problems.append(self._source.problem(place, message, hint))
