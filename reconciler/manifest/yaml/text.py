"""The bytes of one manifest as text with numbered lines, and the problems that only the characters have."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

from reconciler.errors import Problem

MOST_BYTES = 64 * 1024 * 1024
"""A manifest of 64 MiB holds some 500,000 tasks; whatever is larger is a mistake."""

_WIDEST_EXCERPT = 400
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# YAML 1.2 section 5.1, without the characters that YAML 1.1 takes for line breaks and editors do not (U+0085, U+2028,
# U+2029): lines would be counted differently. A byte order mark is welcome at the very beginning only.
_FORBIDDEN = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True)
class SourceText:
    """One manifest that was read: its path as given, and its text without byte order mark."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return _LINE_BREAK.split(self.text)

    def problem(self, place: tuple[int, int], message: str, hint: str = "") -> Problem:
        """A problem at a line and column (from 1; 0, 0 is the whole file), with that line as its excerpt."""
        line, column = place
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if len(excerpt) > _WIDEST_EXCERPT:
            # A line of a megabyte helps nobody; the beginning does, as long as the column is in it.
            excerpt = excerpt[:_WIDEST_EXCERPT] if column < _WIDEST_EXCERPT else ""
        return Problem(self.path, line, column, message, hint, harmless(excerpt))

    def place_of(self, index: int) -> tuple[int, int]:
        """Line and column (from 1) of the character at an index of the text."""
        before = _LINE_BREAK.split(self.text[:index])
        return len(before), len(before[-1]) + 1


def harmless(line: str) -> str:
    """The line with what could steer a terminal replaced one for one, so that columns stay where they are."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(c if c.isprintable() or c in "\u200d\u3000\xa0" else " " if c == "\t" else "\ufffd" for c in line)


def shown(text: str) -> str:
    """A name or key as messages show it: in backticks, unseen characters spelt out, cut where it gets long."""
    short = text if len(text) <= 80 else f"{text[:77]}…"
    return "`" + "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in short) + "`"


def decode(path: str, data: bytes) -> SourceText | Problem:
    """UTF-8 bytes → text, or the one problem that keeps them from being read at all."""
    if len(data) > MOST_BYTES:
        return Problem(path, 0, 0, "the file is larger than 64 MiB", "split it: manifests of several files merge")
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            return Problem(path, 1, 1, f"the file is {encoding}, not UTF-8", "save it as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        source = SourceText(path, data.decode())
    except UnicodeDecodeError as error:
        source = SourceText(path, data.decode(errors="replace"))
        place = source.place_of(len(data[: error.start].decode()))
        return source.problem(place, f"byte 0x{data[error.start]:02x} is not UTF-8", "save the file as UTF-8")
    found = _FORBIDDEN.search(source.text)
    if found:
        message = f"the character U+{ord(found[0]):04X} cannot stand in YAML"
        hint = 'take it out; where it is meant, write it as an escape in double quotes, such as "\\u2028"'
        return source.problem(source.place_of(found.start()), message, hint)
    return source
