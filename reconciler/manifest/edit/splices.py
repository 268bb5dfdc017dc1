"""Splices: pieces of a text that are replaced, all at once. What no splice covers stays as it is, byte for byte."""

from __future__ import annotations

from reconciler.manifest.edit.tree import UneditableError, line_end, line_start, next_line, skip_gap


class Splices:
    """Collects the changes of one text. Several insertions at one place stand in the order in which they were added."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = _newline_of(text)
        self._splices: list[tuple[int, int, int, str]] = []
        self._headed = (
            0,
            0,
            0,
        )  # a comment that heads lines of which the first ones go: its place, and up to where they do

    def __len__(self) -> int:
        return len(self._splices)

    def replace(self, start: int, end: int, by: str) -> None:
        """Replace the characters from `start` up to `end`."""
        self._splices.append((start, end, len(self._splices), by))

    def insert(self, at: int, text: str) -> None:
        """Insert in front of a character."""
        self.replace(at, at, text)

    def insert_lines(self, at: int, lines: list[str]) -> None:
        """Insert lines below the line of a character, and below the comments there that are indented deeper than they are."""
        column = min(len(line) - len(line.lstrip()) for line in lines if line)
        below = self._behind_comments(next_line(self.text, at), column)
        if line_start(self.text, below) == below or self._ends_in_removed_lines():
            self.insert(below, "".join(f"{line}{self.newline}" for line in lines))
        else:  # the last line, without a line break
            self.insert(below, "".join(f"{self.newline}{line}" for line in lines))

    def _ends_in_removed_lines(self) -> bool:
        """Whether the last line, which has no line break, is removed with its beginning."""
        end = len(self.text)
        return any(
            last == end > first == line_start(self.text, first) and not by for first, last, _, by in self._splices
        )

    def result(self, start: int = 0, end: int | None = None) -> str:
        """The text, or a part of it, with all changes in it. Raises UneditableError where two of them overlap."""
        parts: list[str] = []
        at = start
        end = len(self.text) if end is None else end
        for first, last, _, by in sorted(self._splices):
            if first == last and first < at:  # between lines that are removed
                first = last = at  # noqa: PLW2901
            if first < at or last > end:
                raise UneditableError("two changes of the text overlap", first)
            parts += (self.text[at:first], by)
            at = last
        return "".join((*parts, self.text[at:end]))

    def starts_line(self, index: int) -> bool:
        """Whether only blanks stand before a character in its line."""
        return not self.text[line_start(self.text, index) : index].strip()

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a gap between two nodes has a comment."""
        return "#" in self.text[start:end]

    def comma_in(self, start: int, end: int) -> int:
        """The comma in the gap between two nodes; -1 without one."""
        at = skip_gap(self.text, start)
        return at if at < end and self.text[at] == "," else -1

    def covers(self, index: int) -> bool:
        """Whether a character is replaced or removed."""
        return any(start <= index < end for start, end, _, _ in self._splices)

    def remove_lines(self, start: int, end: int) -> int:
        """Remove the whole lines of a block, from that of `start` to that of `end`, with its deeper comments and what belongs to it above.
        Returns where they began.

        Comments right above belong to it where it is the only thing below them: a comment that heads several entries goes with the last
        one of these, if none of them stays.
        """
        first, column = line_start(self.text, start), start - line_start(self.text, start)
        last = self._behind_comments(next_line(self.text, end), column)
        head, end = self._head(first, column), first
        if self._headed[2] == first > 0:
            head, end, _ = self._headed
        if head < end and self._is_followed(last, column):
            self._headed = head, end, last
            head = end = first
        if self._is_blank_line(last) and (not head or self._is_blank_line(self._line_before(head))):
            last = next_line(self.text, last)
        if end < first:
            self.replace(head, end, "")
            head = first
        self.replace(head, last, "")
        return head

    def _behind_comments(self, index: int, column: int) -> int:
        """Behind the comment lines from `index` on that are indented deeper than a column."""
        while index < len(self.text):
            line = self._line(index)
            if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= column:
                break
            index = next_line(self.text, index)
        return index

    def _head(self, first: int, column: int) -> int:
        """Where the comment lines right above a line begin, that have its column."""
        while first > 0:
            before = self._line_before(first)
            line = self._line(before)
            if not line[column:].startswith("#") or line[:column].strip():
                break
            first = before
        return first

    def _is_followed(self, index: int, column: int) -> bool:
        """Whether a line right below, at this column, may be meant by a comment above as well."""
        line = self._line(index)
        return bool(line[column:].strip()) and not line[:column].strip() and line[column] not in "# \t"

    def _is_blank_line(self, index: int) -> bool:
        return index < len(self.text) and not self._line(index).strip()

    def _line(self, index: int) -> str:
        return self.text[index : line_end(self.text, index)]

    def _line_before(self, first: int) -> int:
        """Where the line above the one that begins at `first` begins."""
        at = first - (2 if self.text[max(first - 2, 0) : first] == "\r\n" else 1)
        return line_start(self.text, at)


def _newline_of(text: str) -> str:
    """The line break of a text: its first one."""
    end = line_end(text, 0)
    if text.startswith("\r\n", end):
        return "\r\n"
    return "\r" if text.startswith("\r", end) else "\n"
