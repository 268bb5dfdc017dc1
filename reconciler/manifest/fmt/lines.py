"""Lines of a formatted text. No line is split or joined: each gets another indentation, and groups of lines another order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.manifest.edit.tree import line_end, line_start, next_line


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its indentation, which is `column` blanks. `end`: its line break."""

    column: int
    text: str
    end: str

    @property
    def is_comment(self) -> bool:
        """Whether it is a comment, of a line from `free_lines`."""
        return self.text.startswith("#")

    def at(self, column: int) -> Line:
        """The line at another column; a blank line stays as it is."""
        return replace(self, column=column) if self.text.strip() else self

    def __str__(self) -> str:
        return f"{' ' * self.column}{self.text}{self.end}"


def free_lines(text: str, start: int, end: int) -> list[Line]:
    """The lines between two places, which are comments and blank lines: those that begin after `start` and end before `end`."""
    return list(_free_lines(text, start, end))


def _free_lines(text: str, start: int, end: int) -> Iterator[Line]:
    at = next_line(text, start)
    stop = line_start(text, end)
    while at < stop:
        below = next_line(text, at)
        last = line_end(text, at)
        content = text[at:last]
        stripped = content.lstrip(" \t")
        if stripped.startswith("#"):
            yield Line(len(content) - len(stripped), stripped, text[last:below])
        else:
            yield Line(0, content, text[last:below])
        at = below


def split_gap(lines: Sequence[Line], column: int, *, below_list: bool = False) -> tuple[list[Line], list[Line]]:
    """The lines between two entries at a column: those that belong to the one before, which are deeper, and the others.

    `below_list`: the one before is a list at the same column, to which `# - item` belongs.
    """
    first = next((at for at, line in enumerate(lines) if _is_of_next(line, column, below_list=below_list)), None)
    if first is None:
        deeper = [at for at, line in enumerate(lines) if line.is_comment]
        first = deeper[-1] + 1 if deeper else 0
    else:
        while first and not lines[first - 1].is_comment:
            first -= 1
    return list(lines[:first]), list(lines[first:])


def _is_of_next(line: Line, column: int, *, below_list: bool) -> bool:
    is_item = below_list and line.text.lstrip("# \t").startswith("- ")
    return line.is_comment and line.column <= column and not is_item
