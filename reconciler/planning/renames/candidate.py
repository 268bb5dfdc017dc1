"""A create and a removal that may be one renamed resource, and the manifest line that declares it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reconciler.model import Address
from reconciler.names import join_path

# Text that YAML reads as a string without quotes in any context: no indicator, no number, no keyword.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .&()+\\/-]*[\w.()+])?")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


@dataclass(frozen=True, slots=True)
class RenameCandidate:
    """`create` may be the new name of `remove` (a live address); `score` is of 100.

    The score is 0 where `create` has a `was:` that matches nothing, which `was` corrects.
    `was` is the earlier path, as in Resource.was; empty if the parents are a candidate, since accepting them is enough.
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
    def is_correction(self) -> bool:
        """Whether the line replaces a `was:` that matches nothing."""
        return bool(self.was) and not self.score

    @property
    def line(self) -> str:
        """The line to add to the declaration of `create`; empty if none is needed."""
        return f"was: {quoted(join_path(self.was))}" if self.was else ""


def quoted(text: str) -> str:
    r"""A text as a YAML scalar on one line: plain, in single quotes, or in double quotes with escapes."""
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
