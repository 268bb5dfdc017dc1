"""A create and a removal that may be one thing, and the line that a manifest says so with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reconciler.model import Address, join_path

# What YAML takes for text without quotes, whatever stands around it: no sign that means something, no number, no word of its own.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .&()+\\/-]*[\w.()+])?")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


@dataclass(frozen=True, slots=True)
class RenameCandidate:
    """`create` looks like what `remove` (a live address) is at present; `score` is of 100.

    `was` is the earlier path, as Resource.was has it; empty where the parents are such a pair, and a word on them is enough.
    """

    create: Address
    remove: Address
    was: tuple[str, ...]
    score: int

    @property
    def kind(self) -> str:
        """The name of their kind."""
        return self.create.kind

    @property
    def line(self) -> str:
        """The line to paste beside the name of `create`; empty where none is needed."""
        return f"was: {quoted(join_path(self.was))}" if self.was else ""


def quoted(text: str) -> str:
    r"""A text as a YAML scalar on one line: as it is, in single quotes, or in double quotes with everything unseen as an escape."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text.isprintable():
        return text
    if text.isprintable():
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
