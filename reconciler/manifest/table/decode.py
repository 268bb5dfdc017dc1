"""The bytes of a CSV file → its text: UTF-8 with or without byte order mark, or UTF-16 as spreadsheets save it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.yaml.text import SourceText

_SAVE_AS = "save the file as UTF-8; in Excel, the file type is CSV UTF-8"
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# NUL, and what invalid bytes are decoded to: surrogates, which no file in UTF-8 can contain.
_FORBIDDEN = re.compile("[\0\ud800-\udfff]")


def decode_table(path: str, data: bytes) -> tuple[SourceText, list[Problem], tuple[str, ...]]:
    """The text, the problems with its encoding and characters, and what to say of how it was read."""
    notices: tuple[str, ...] = ()
    if data.startswith(_UTF_32):
        return SourceText(path, ""), [Problem(path, 1, 1, "the file is UTF-32, not UTF-8", _SAVE_AS)], ()
    encoding = next((name for mark, name in _UTF_16 if data.startswith(mark)), "")
    if encoding:
        data = data[2:]
    elif encoding := _unmarked(data):
        notices = ("the file has no byte order mark and is read as UTF-16",)
    if not encoding:
        source = SourceText(path, data.removeprefix(codecs.BOM_UTF8).decode(errors="surrogateescape"))
        return source, list(_character_problems(source, "")), notices
    source = SourceText(path, data[: len(data) // 2 * 2].decode(encoding, errors="surrogatepass"))
    problems = list(_character_problems(source, encoding))
    if len(data) % 2:
        place = source.place_of(len(source.text))
        problems.append(source.problem(place, "the file ends inside a UTF-16 character", _SAVE_AS))
    return source, problems, notices


def _unmarked(data: bytes) -> str:
    """The encoding of UTF-16 without a byte order mark: its first two characters are ASCII; no other encoding may contain NUL."""
    start = data[:4]
    for encoding, zeros, others in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if len(zeros) == 2 and not any(zeros) and all(others):
            return encoding
    return ""


def is_damaged(text: str) -> bool:
    """Whether a text has a character that no table may contain; `decode_table` reports it."""
    return _FORBIDDEN.search(text) is not None


def _character_problems(source: SourceText, encoding: str) -> Iterator[Problem]:
    """The first forbidden character of each kind, with the number of further ones."""
    first: dict[str, int] = {}
    counts: dict[str, int] = {}
    for found in _FORBIDDEN.finditer(source.text):
        kind = "NUL" if found[0] == "\0" else "surrogate"
        first.setdefault(kind, found.start())
        counts[kind] = counts.get(kind, 0) + 1
    for kind, at in first.items():
        code = ord(source.text[at])
        if kind == "NUL":
            message, hint = "the character U+0000 is not allowed", "remove it, or " + _SAVE_AS
        elif encoding:
            message, hint = f"half of a UTF-16 character: U+{code:04X}", _SAVE_AS
        else:
            message, hint = f"invalid UTF-8 byte 0x{code - 0xDC00:02x}", _SAVE_AS
        more = counts[kind] - 1
        message += f", and {more} more in the file" if more else ""
        yield source.problem(source.place_of(at), message, hint)
