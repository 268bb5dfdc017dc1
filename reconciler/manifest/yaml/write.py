"""Writing: texts as YAML scalars that every reader takes for the same text, quoted only where that is needed.

A written scalar shows all that it contains: invisible characters and text that is not in NFC are escapes, so no editor, terminal
or CI log shows anything else than the value, and nothing that prints the line has to change it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from reconciler.characters import hidden_positions, is_hidden
from reconciler.manifest.yaml.scalars import STR, tag_of

_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
"""What a plain scalar does not begin with. Some may where no blank follows; quotes are easier to read then."""
_FLOW = frozenset(",[]{}:?")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "=", "<<"))
"""What readers of YAML 1.1 take for something else than text, in any letter case."""
_NUMBER_LETTERS = dict.fromkeys(map(ord, "_:.-+ TtZzEe"))
"""What a number, a date or a time of YAML 1.1 or 1.2 has besides digits: `1_000`, `1:30`, `2026-01-31T10:00:00Z`."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_JAMO = range(0x1161, 0x1200)
"""Hangul vowels and final consonants, which NFC joins with what stands before them."""


def write_scalar(text: str, *, flow: bool = False) -> str:
    """A text as a scalar on one line; `flow`: for a place in brackets or braces. Raises ValueError for a lone surrogate.

    Plain where every reader of YAML 1.1 and 1.2 takes it for this text, else in double quotes.
    """
    return text if _is_plain(text, flow=flow) else _quoted(text)


def write_text(text: str, indent: int) -> str:
    """A text as the value of a key in block style: several lines as they are, below `|`, where that loses nothing; else as `write_scalar`.

    `indent`: the columns by which the lines are indented. Raises ValueError for a lone surrogate.
    """
    body = text.rstrip("\n")
    lines = body.split("\n")
    if len(lines) == 1 or not all(map(_is_block_line, lines)) or not lines[0] or lines[0][0] == " ":
        return write_scalar(text)
    chomping = {0: "-", 1: ""}.get(len(text) - len(body))
    if chomping is None:
        return write_scalar(text)
    margin = " " * indent
    return "\n".join((f"|{chomping}", *(f"{margin}{line}" if line else "" for line in lines)))


def _is_block_line(line: str) -> bool:
    is_clean = line == line.rstrip() and "##" not in line and not line.lstrip().startswith("::")
    return is_clean and _is_clear(line) and line.strip() not in ("---", "...")


def _is_plain(text: str, *, flow: bool) -> bool:
    if not text or text[0] in _INDICATORS or text[0] == " " or text[-1] in " :":
        return False
    if ": " in text or " #" in text or "##" in text or (flow and not _FLOW.isdisjoint(text)):
        return False
    if text.casefold() in _WORDS or tag_of(text) != STR or text.startswith("..."):
        return False
    return not _is_numeric(text) and _is_clear(text)


def _is_numeric(text: str) -> bool:
    """Whether a text may be a number, a date or a time."""
    if text[0] not in "+-.0123456789":
        return False
    rest = text.translate(_NUMBER_LETTERS)
    return rest.isdecimal() or text[:2].lower() in ("0b", "0o", "0x")


def _is_clear(text: str) -> bool:
    """Whether a text shows all that it contains."""
    if text.isascii():
        return text.isprintable()
    return unicodedata.is_normalized("NFC", text) and next(hidden_positions(text), None) is None


def _quoted(text: str) -> str:
    """A text as a double-quoted scalar."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        written = f'"{_with_escapes(text, set(hidden_positions(text)))}"'
        if _is_clear(written):
            return written
    # Whether a joiner or a mark shows depends on what stands beside it, which an escape changes: so all of them are escapes.
    return f'"{_with_escapes(text, {index for index, char in enumerate(text) if _depends(char)})}"'


def _depends(char: str) -> bool:
    """Whether a character hides, or may join what stands before it."""
    is_joining = unicodedata.category(char)[0] == "M" or ord(char) in _JAMO
    return is_joining or is_hidden(char) or not unicodedata.is_normalized("NFC", char)


def _with_escapes(text: str, positions: Collection[int]) -> str:
    written = []
    for index, char in enumerate(text):
        # `##[` and `##name[` begin a command of CI runners anywhere in a line.
        is_command = char == "#" and text[index - 1 : index] == "#"
        if char in _ESCAPES:
            written.append(_ESCAPES[char])
        else:
            written.append(_escape(char) if index in positions or is_command else char)
    return "".join(written)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xD800 <= code < 0xE000:
        raise ValueError(f"a lone surrogate U+{code:04X} is not a character")
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
