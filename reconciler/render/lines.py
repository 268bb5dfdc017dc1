"""Lines of styled spans: what every text output is made of. The CLI turns a style's word into colour, or into nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from reconciler.render.escape import ascii_only, log_line, visible
from reconciler.render.width import split_at, width

Style = Literal["plain", "bold", "dim", "create", "update", "restore", "archive", "delete", "blocked"]

_SIGNS = str.maketrans({"→": "->", "↑": "^", "⌂": "#", "…": "...", "·": "-", "✓": "ok", "–": "-"})
_SPACES = re.compile(r"( +)")
_SHELL_WORD = re.compile(r"""(?:[^\s'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")+""")


class Span(NamedTuple):
    """A piece of text in one style."""

    text: str
    style: Style = "plain"


Line = tuple[Span, ...]


def to_plain(lines: Iterable[Line]) -> str:
    """The text alone, a newline behind every line."""
    return "".join("".join(span.text for span in line) + "\n" for line in lines)


def flow(spans: Iterable[Span], *, cells: int, indent: int = 0, hanging: int = 2, in_ascii: bool = False) -> list[Line]:
    """The spans as lines of at most `cells`, `indent` blanks before the first and `hanging` more before each further one.

    Lines break at blanks, and within a word only where it is longer than a line. What the spans hold is made inert here, and
    with `in_ascii` spelt in ASCII, so that no caller can forget it. No line ends in a blank.
    """
    indent = min(indent, max(cells // 3, 0))
    writer = _Writer(cells, indent, min(indent + hanging, max(cells // 2, 0)))
    for blanks, word in _words(_sanitized(spans, in_ascii=in_ascii)):
        writer.write(blanks, word)
    return writer.finished()


def command_lines(command: str, *, cells: int, in_ascii: bool = False) -> list[Line]:
    """A command, over several lines where it must be, joined as a shell joins them, so that it can be copied."""
    parts, line = list[str](), ""
    for word in _SHELL_WORD.findall(command):
        longer = f"{line} {word}" if line else word
        if line and len(longer) > cells - 6:
            parts.append(f"{line} \\")
            line = word
        else:
            line = longer
    styled = [Span(part, "bold") for part in (*parts, line)]
    return [
        line
        for position, span in enumerate(styled)
        for line in flow((span,), cells=cells, indent=4 if position else 2, in_ascii=in_ascii)
    ]


def _sanitized(spans: Iterable[Span], *, in_ascii: bool) -> Iterator[Span]:
    for span in spans:
        text = log_line(visible(span.text)) if "##[" in span.text else visible(span.text)
        yield Span(ascii_only(text.translate(_SIGNS)) if in_ascii else text, span.style)


def _words(spans: Iterable[Span]) -> Iterator[tuple[int, list[Span]]]:
    """Words, each with the number of blanks before it; a word may run over several spans."""
    blanks, word = 0, list[Span]()
    for span in spans:
        for piece in _SPACES.split(span.text):
            if piece.startswith(" "):
                if word:
                    yield blanks, word
                    blanks, word = 0, []
                blanks += len(piece)
            elif piece:
                word.append(Span(piece, span.style))
    if word:
        yield blanks, word


class _Writer:
    """Fills lines with words."""

    def __init__(self, cells: int, indent: int, hanging: int) -> None:
        self.cells = cells
        self.hanging = hanging
        self.lines: list[list[Span]] = []
        self._open(indent)

    def _open(self, indent: int) -> None:
        self.line: list[Span] = [Span(" " * indent)] if indent else []
        self.start = self.used = indent
        self.lines.append(self.line)

    def write(self, blanks: int, word: list[Span]) -> None:
        size = sum(width(span.text) for span in word)
        is_first = self.used == self.start
        blanks = blanks if not is_first or len(self.lines) == 1 else 0
        if self.used + blanks + size > self.cells and not is_first:
            room = self.cells - self.used - blanks
            if size <= self.cells - self.hanging or room < self.cells // 3:
                self._open(self.hanging)
                blanks = 0
        if blanks:
            self.line.append(Span(" " * blanks, word[0].style))
            self.used += blanks
        for span in word:
            self._put(span.text, span.style)

    def _put(self, text: str, style: Style) -> None:
        while self.used + width(text) > self.cells:
            head, text = split_at(text, self.cells - self.used)
            if width(head) > self.cells - self.used and self.used > self.start:
                head, text = "", head + text
            if head:
                self.line.append(Span(head, style))
            if not text:
                return
            self._open(self.hanging)
        self.line.append(Span(text, style))
        self.used += width(text)

    def finished(self) -> list[Line]:
        return [_merged(line) for line in self.lines]


def _merged(line: list[Span]) -> Line:
    """Neighbours of one style as one span; a line that a CI runner would obey is broken."""
    merged: list[Span] = []
    for span in line:
        if merged and merged[-1].style == span.style:
            merged[-1] = Span(merged[-1].text + span.text, span.style)
        else:
            merged.append(span)
    while merged and merged[-1].text.endswith(" "):  # blanks before a word that went to the next line
        last = merged.pop()
        if last.text.strip(" "):
            merged.append(Span(last.text.rstrip(" "), last.style))
    text = "".join(span.text for span in merged)
    if not text:
        return ()
    if log_line(text) != text:
        return (Span(log_line(text), merged[-1].style),)
    return tuple(merged)
