"""Lines of styled spans, the value that every text output returns. The CLI maps style names to colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

from reconciler.render.escape import PLAIN, ascii_only, log_line, visible
from reconciler.render.screen import PIPE, Screen
from reconciler.render.width import split_at, width

Style = Literal["plain", "bold", "dim", "create", "update", "restore", "archive", "delete", "blocked"]

_SIGNS = str.maketrans({"→": "->", "↑": "^", "⌂": "#", "…": "...", "·": "-", "✓": "ok", "–": "-"})
_SPACES = re.compile(r"( +)")
_STYLE = attrgetter("style")
_SHELL_WORD = re.compile(r"""(?:[^\s'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")+""")


class Span(NamedTuple):
    """A piece of text in one style. `is_whole`: no line breaks within it, however long it is, as it is copied into a shell."""

    text: str
    style: Style = "plain"
    is_whole: bool = False


Line = tuple[Span, ...]


def to_plain(lines: Iterable[Line]) -> str:
    """The text without styles, each line ending in a newline."""
    return "".join("".join(span.text for span in line) + "\n" for line in lines)


def flow(spans: Iterable[Span], screen: Screen = PIPE, *, indent: int = 0, hanging: int = 2) -> list[Line]:
    """The spans as lines that fit the screen, `indent` blanks before the first and `hanging` more before each further one.

    Lines break at blanks, but not in a whole span; a word is split only if it is longer than a line. Control characters are escaped here, and
    non-ASCII text on an ASCII screen, so no caller can forget it. No line ends in a blank.
    """
    cells = screen.width
    indent = min(indent, cells // 3)
    given = tuple(spans)
    if _is_one_line("".join([span.text for span in given]), cells - indent, is_ascii=screen.ascii):
        return [_joined(given, indent)]
    return list(_broken(given, screen, indent, min(indent + hanging, cells // 2)))


def is_long(spans: Iterable[Span], screen: Screen, indent: int) -> bool:
    """Whether the spans are certainly more than one line, known without breaking them; none of them is whole."""
    text = "".join([span.text for span in spans]).rstrip(" ")
    return len(text) > screen.width - indent and _is_plain(text, is_ascii=screen.ascii)


def command_lines(command: str, screen: Screen = PIPE) -> list[Line]:
    """A command that can be copied; if it needs several lines, each but the last ends in a backslash."""
    parts, line = list[str](), ""
    for word in _SHELL_WORD.findall(command):
        longer = f"{line} {word}" if line else word
        if line and len(longer) > screen.width - 6:
            parts.append(f"{line} \\")
            line = word
        else:
            line = longer
    styled = [Span(part, "bold", is_whole=True) for part in (*parts, line)]
    return [line for position, span in enumerate(styled) for line in flow((span,), screen, indent=4 if position else 2)]


def _is_one_line(text: str, room: int, *, is_ascii: bool) -> bool:
    """Whether a text is one line as it is: it fits, and nothing in it is escaped. Most lines of a plan are such lines."""
    if not text or len(text) > room or text[-1] == " " or "##" in text or "::" in text:
        return False
    return _is_plain(text, is_ascii=is_ascii)


def _is_plain(text: str, *, is_ascii: bool) -> bool:
    """Whether each character is shown as it is, in one cell."""
    return (text.isascii() and text.isprintable()) or (not is_ascii and PLAIN.fullmatch(text) is not None)


@lru_cache(maxsize=256)
def _broken(spans: tuple[Span, ...], screen: Screen, indent: int, hanging: int) -> tuple[Line, ...]:
    """Spans that are several lines, or escaped. Kept for the next time: the changes of a large plan have the same few notes."""
    writer = _Writer(screen.width, indent, hanging)
    for blanks, word in _words(_sanitized(spans, screen)):
        writer.write(blanks, word)
    return tuple(writer.finished())


def _joined(spans: Iterable[Span], indent: int) -> Line:
    """Spans that are one line: adjacent ones of one style are merged, and blanks have the style of what follows them."""
    line = [Span(" " * indent)] if indent else []
    blanks = ""
    for text, style, is_whole in spans:
        shown = text if is_whole else text.rstrip(" ")
        if shown and line and line[-1].style == style:
            line[-1] = Span(line[-1].text + blanks + shown, style)
        elif shown:
            line.append(Span(blanks + shown, style))
        blanks = text[len(shown) :] if shown else blanks + text
    return tuple(line)


def _sanitized(spans: Iterable[Span], screen: Screen) -> Iterator[Span]:
    for span in spans:
        text = log_line(visible(span.text)) if "##" in span.text else visible(span.text)
        shown = ascii_only(text.translate(_SIGNS)) if screen.ascii else text
        yield Span(shown, span.style, span.is_whole)


def _words(spans: Iterable[Span]) -> Iterator[tuple[int, list[Span]]]:
    """Words, each with the number of blanks before it; a word may extend over several spans."""
    blanks, word = 0, list[Span]()
    for span in spans:
        for piece in (span.text,) if span.is_whole else _SPACES.split(span.text):
            if piece[:1] == " " and not span.is_whole:
                if word:
                    yield blanks, word
                    blanks, word = 0, []
                blanks += len(piece)
            elif piece:
                word.append(Span(piece, span.style, span.is_whole))
    if word:
        yield blanks, word


class _Writer:
    """Line breaker: fills lines with words."""

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
        size = width(word[0].text) if len(word) == 1 else sum(width(span.text) for span in word)
        is_first = self.used == self.start
        if self.used + blanks + size > self.cells and not is_first:
            room = self.cells - self.used - blanks
            is_whole = any(span.is_whole for span in word)
            if is_whole or size <= self.cells - self.hanging or room < self.cells // 3:
                self._open(self.hanging)
                blanks = 0
        if blanks:
            self.line.append(Span(" " * blanks, word[0].style))
            self.used += blanks
        if self.used + size <= self.cells:
            self.line += word
            self.used += size
            return
        for span in word:
            self._put(*span)

    def _put(self, text: str, style: Style, is_whole: bool) -> None:  # noqa: FBT001 - the parts of a span
        while not is_whole and self.used + width(text) > self.cells:
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
    """Adjacent spans of one style merged; a line that a CI runner would execute is escaped."""
    merged = [Span("".join([span.text for span in spans]), style) for style, spans in groupby(line, _STYLE)]
    while merged and merged[-1].text.endswith(" "):  # blanks before a word that moved to the next line
        last = merged.pop()
        if last.text.strip(" "):
            merged.append(Span(last.text.rstrip(" "), last.style))
    text = "".join(span.text for span in merged)
    if log_line(text) != text:
        return (Span(log_line(text), merged[-1].style),)
    return tuple(merged)
