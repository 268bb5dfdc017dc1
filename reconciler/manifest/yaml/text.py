"""Decoding: the bytes of one manifest to text with numbered lines, or the problem with its encoding or characters."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

from reconciler.errors import Problem

MOST_BYTES = 64 * 1024 * 1024
"""Maximum size of one manifest. 64 MiB hold some 500,000 tasks; a larger file is a mistake."""

_MAX_EXCERPT = 400
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_NO_LINE_BREAK = re.compile(r"[^\r\n]")
# A `#` as of an unquoted color: that of a comment has a blank behind it.
_UNQUOTED = re.compile(r"(?<=[\s,\[{])#(?=[^\s#])")
_DOCUMENT_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
# YAML 1.2 section 5.1, without the characters that are line breaks in YAML 1.1 but not in editors (U+0085, U+2028, U+2029):
# line numbers would differ. A byte order mark is allowed only as the first character.
_FORBIDDEN = "[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_FORBIDDEN_IN_ASCII = "[^\t\n\r -~]"
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True)
class SourceText:
    """The text of one manifest, without byte order mark, and its path as given."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without line breaks."""
        return _LINE_BREAK.split(self.text)

    def problem(self, place: tuple[int, int] | tuple[int, int, str], message: str, hint: str = "") -> Problem:
        """A problem at a line and column (from 1; 0, 0 is the whole file), with that line as excerpt."""
        line, column = place[:2]
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if len(excerpt) > _MAX_EXCERPT:
            # Long lines are cut; the excerpt is omitted where the column is beyond the cut.
            excerpt = excerpt[:_MAX_EXCERPT] if column < _MAX_EXCERPT else ""
        row = place[2] if len(place) > 2 else ""
        return Problem(self.path, line, column, message, hint, printable(excerpt), row=row)

    def unquoted_hash(self, first: int, last: int) -> tuple[int, int] | None:
        """Where in a range of lines (from 0), the one before the last included, a `#` begins a comment that looks like a value; None if there is none."""
        for number in range(max(min(first, last - 1), 0), min(last + 1, len(self.lines))):
            found = _UNQUOTED.search(self.lines[number])
            if found and not any(found.string.count(mark, 0, found.start()) % 2 for mark in "\"'"):
                return number + 1, found.start() + 1
        return None

    def next_document(self, index: int) -> int:
        """Where the next line at or after `index` begins that starts a document (`---`), which no scalar can contain; -1 if none does."""
        match = _DOCUMENT_START.search(self.text, index)
        return match.start() if match else -1

    def last_document(self, index: int) -> int:
        """Where the last line before `index` begins that starts a document; 0 if none does."""
        return max((match.start() for match in _DOCUMENT_START.finditer(self.text, 0, index)), default=0)

    def place_of(self, index: int) -> tuple[int, int]:
        """Line and column (from 1) of the character at `index`."""
        before = _LINE_BREAK.split(self.text[:index])
        return len(before), len(before[-1]) + 1


def blank(text: str) -> str:
    """Spaces and the line breaks of a text: what follows it keeps its position."""
    return _NO_LINE_BREAK.sub(" ", text)


def printable(line: str) -> str:
    """The line with control and invisible characters replaced one for one, so that columns stay correct."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(c if c.isprintable() or c in "\u200d\u3000\xa0" else " " if c == "\t" else "\ufffd" for c in line)


def quote(text: str) -> str:
    """A name or key for a message: in single quotes, non-printable characters escaped, cut to 80 characters."""
    short = text if len(text) <= 80 else f"{text[:77]}…"
    return "'" + "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in short) + "'"


def decode(path: str, data: bytes) -> SourceText | Problem:
    """UTF-8 bytes → text, or the first problem with them."""
    if len(data) > MOST_BYTES:
        return Problem(path, 0, 0, "the file is larger than 64 MiB", "split it into several files; they are merged")
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            return Problem(path, 1, 1, f"the file is {encoding}, not UTF-8", "save it as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        source = SourceText(path, data.decode())
    except UnicodeDecodeError as error:
        source = SourceText(path, data.decode(errors="replace"))
        place = source.place_of(len(data[: error.start].decode()))
        return source.problem(place, f"invalid UTF-8 byte 0x{data[error.start]:02x}", "save the file as UTF-8")
    # Each is compiled when first used, once: the wider class takes longer than everything else here.
    found = re.search(_FORBIDDEN_IN_ASCII if source.text.isascii() else _FORBIDDEN, source.text)
    if found:
        message = f"the character U+{ord(found[0]):04X} is not allowed in YAML"
        hint = 'remove it, or write it as an escape in double quotes, e.g. "\\u2028"'
        return source.problem(source.place_of(found.start()), message, hint)
    return source
