"""Formatting of what is written in lines: mappings and lists, with the comments between their entries."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.manifest.edit.order import item_key
from reconciler.manifest.edit.tree import (
    MAPPING,
    SCALAR,
    SEQUENCE,
    Node,
    UneditableError,
    line_end,
    line_start,
    next_line,
    skip_gap,
)
from reconciler.manifest.fmt.inline import Inline, ordered
from reconciler.manifest.fmt.lines import Line, free_lines, split_gap

STEP = 2
"""Columns of one level."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value goes. `column`: of the block that it is in; `within`, `parent`: the keys as in `rank_of`."""

    column: int
    within: str = ""
    parent: str = ""


class BlockFormatter:
    """Formats the blocks of one text."""

    def __init__(self, text: str, *, reorders: bool) -> None:
        self.text, self.reorders = text, reorders
        self.inline = Inline(text, reorders=reorders)

    def block(self, node: Node, spot: Spot, tail: list[Line]) -> tuple[list[Line], list[Line]]:
        """The lines of a block at a column, and those that come before it. `tail`: the comments behind it that are deeper than its parent."""
        deeper, own = split_gap(tail, node.column, below_list=is_below_list(node, -1))
        entries = self._pairs(node, spot, deeper) if node.form == MAPPING else self._items(node, spot, deeper)
        if node.form == MAPPING and self.reorders:
            entries = [entries[at] for at in ordered(node, spot.within)]
        before, lines = entries[0]
        body = [*lines, *(line for lead, body in entries[1:] for line in (*lead, *body))]
        return before, [*body, *(line.at(spot.column) for line in own)]

    def _pairs(self, node: Node, spot: Spot, last_tail: list[Line]) -> list[tuple[list[Line], list[Line]]]:
        entries = []
        lead: list[Line] = []
        for at, (key, value) in enumerate(node.pairs):
            if node.marks[at] != key.start or "\n" in self.text[key.start : key.end]:
                raise UneditableError("it has a complex key", node.marks[at])
            tail, following = self._gap(node, at, value, last_tail)
            colon = skip_gap(self.text, key.end)
            head = self.inline.text_of(key) + self.text[key.end : colon + 1]
            lines = self.value(head, colon + 1, value, Spot(spot.column, key.content.value, spot.within), tail)
            entries.append(([line.at(spot.column) for line in lead], lines))
            lead = following
        return entries

    def _items(self, node: Node, spot: Spot, last_tail: list[Line]) -> list[tuple[list[Line], list[Line]]]:
        entries = []
        lead: list[Line] = []
        within = item_key(spot.within, spot.parent)
        for at, item in enumerate(node.items):
            tail, following = self._gap(node, at, item, last_tail)
            before, lines = self._item(node.marks[at] + 1, item, Spot(spot.column, within, spot.parent), tail)
            entries.append(([line.at(spot.column) for line in (*lead, *before)], lines))
            lead = following
        return entries

    def _gap(self, node: Node, at: int, value: Node, last_tail: list[Line]) -> tuple[list[Line], list[Line]]:
        """The comments behind an entry: those that belong to it, and those of the next one."""
        if at + 1 == len(node.marks):
            return last_tail, []
        lines = free_lines(self.text, value.end, node.marks[at + 1])
        return split_gap(lines, node.column, below_list=is_below_list(node, at))

    def _item(self, gap: int, item: Node, spot: Spot, tail: list[Line]) -> tuple[list[Line], list[Line]]:
        """The lines of an item behind its dash, and those that come above it."""
        is_compact = line_start(self.text, item.body) < gap and is_block(item)
        if not is_compact:
            return [], self.value("-", gap, item, spot, tail)
        before, (first, *others) = self.block(item, Spot(spot.column + STEP, spot.within, spot.parent), tail)
        return before, [Line(spot.column, f"- {first.text}", first.end), *others]

    def value(self, head: str, gap: int, node: Node, spot: Spot, tail: list[Line]) -> list[Line]:
        """The lines of a value behind a key or a dash."""
        inner = spot.column + STEP
        if is_block(node):
            first = Line(spot.column, head + self._rest(gap), self._break(gap))
            between = [line.at(inner) for line in free_lines(self.text, gap, node.body)]
            before, lines = self.block(node, Spot(inner, spot.within, spot.parent), tail)
            return [first, *between, *(line.at(inner) for line in before), *lines]
        lines = []
        if line_start(self.text, node.start) > gap:  # below its key
            between = free_lines(self.text, gap, node.start)
            lines = [Line(spot.column, head + self._rest(gap), self._break(gap)), *(line.at(inner) for line in between)]
            head, column = "", inner
        else:
            head += " " if head == "-" and not node.is_empty else self.text[gap : node.start]
            column = spot.column
        return [*lines, *self._leaf(head, node, column, spot), *(line.at(inner) for line in tail)]

    def _leaf(self, head: str, node: Node, column: int, spot: Spot) -> list[Line]:
        """The lines of a scalar, an alias, or of what is in brackets, with what stands behind it in its last line."""
        written = self.inline.text_of(node, spot.within, spot.parent)
        parts = written.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        ends = self._breaks(node, len(parts))
        parts[-1] += self._rest(node.end)
        columns = self._columns(node, parts, spot.column)
        first = Line(column, head + parts[0], ends[0])
        return [
            first,
            *(Line(*each) for each in zip(columns, _stripped(node, parts[1:], columns), ends[1:], strict=True)),
        ]

    def _columns(self, node: Node, parts: list[str], column: int) -> list[int]:
        """The columns of the lines behind the first one."""
        others = parts[1:]
        if node.form == SCALAR and node.style not in ("|", ">"):
            return [column + STEP if part.strip() else 0 for part in others]
        if node.form == SCALAR:
            header = self.text[node.body : line_end(self.text, node.body)].partition("#")[0]
            old = next((_indent(part) for part in others if part.strip()), 0)
            shift = column + STEP - old
            if any(char.isdigit() for char in header):
                shift = column - self._old_column(node)
            return [
                max(_indent(part) + shift, 0) if len(part) > old or part.strip() else _indent(part) for part in others
            ]
        shift = column - self._old_column(node)
        return [max(_indent(part) + shift, 0) if part.strip() else 0 for part in others]

    def _old_column(self, node: Node) -> int:
        """The column of the block that a value in a line is in: that of its key, or of its dash."""
        start = line_start(self.text, node.start)
        line = self.text[start : node.start]
        column = _indent(line)
        while line[column : column + 2] == "- " and line[column + 2 :].strip():
            column += 1 + _indent(line[column + 1 :])
        return column

    def _rest(self, index: int) -> str:
        """What stands behind a place in its line."""
        return self.text[index : line_end(self.text, index)]

    def _break(self, index: int) -> str:
        """The line break of a line."""
        return self.text[line_end(self.text, index) : next_line(self.text, index)]

    def _breaks(self, node: Node, count: int) -> list[str]:
        breaks = []
        at = node.start
        for _ in range(count):
            breaks.append(self._break(at))
            at = next_line(self.text, at)
        return breaks


def is_below_list(node: Node, at: int) -> bool:
    """Whether a list at the column of its key is the value of a pair of a mapping."""
    if node.form != MAPPING:
        return False
    value = node.pairs[at][1]
    return is_block(value) and value.form == SEQUENCE and value.column == node.column


def is_block(node: Node) -> bool:
    """Whether a node is a mapping or a list in lines."""
    return node.form in (MAPPING, SEQUENCE) and not node.is_flow


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _stripped(node: Node, parts: list[str], columns: list[int]) -> list[str]:
    """The lines without the blanks that are their indentation."""
    if node.form == SCALAR and node.style in ("|", ">"):
        return [part[_indent(part) :] for part in parts]
    return [part.lstrip(" \t") if part.strip() else part for part, _ in zip(parts, columns, strict=True)]
