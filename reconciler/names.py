"""Names and paths of names: joined, split and folded for comparison, and the notations of what has a name in a manifest."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_ESCAPED = re.compile(r"([\\/])")
_PART = re.compile(r"(?:[^\\/]|\\.)*", re.DOTALL)


class Notation(StrEnum):
    """How a manifest writes a resource, which decides where `was:` goes. JSON-like brackets are flow notation, lines are block."""

    ITEM = "item"
    """A bare string in a list of lines: `- Acme`."""
    FLOW_ITEM = "flow item"
    """A bare string in brackets: `[Acme, Globex]`."""
    MAPPING = "mapping"
    """Lines of keys, `name: Acme` among them."""
    FLOW_MAPPING = "flow mapping"
    """Keys in braces: `{name: Acme}`."""


def join_path(parts: tuple[str, ...]) -> str:
    r"""Join names with `/`, writing `\/` and `\\` for a slash and a backslash inside a name."""
    joined = "/".join(parts)
    if "\\" not in joined and joined.count("/") == len(parts) - 1:
        return joined  # the usual case, and plans hold thousands
    return "/".join(_ESCAPED.sub(r"\\\1", part) for part in parts)


def split_path(text: str) -> tuple[str, ...]:
    """The names of a joined path; the inverse of `join_path`."""
    if "\\" not in text:
        return tuple(text.split("/"))
    parts, start = [], 0
    while True:
        match = _PART.match(text, start)
        end = match.end() if match else start
        parts.append(re.sub(r"\\(.)", r"\1", text[start:end], flags=re.DOTALL))
        if end >= len(text):
            return tuple(parts)
        start = end + 1


def fold(name: str) -> str:
    """A name normalized in letter case, Unicode form and whitespace. Equal results are spellings of one name."""
    if name.isascii():
        return " ".join(name.lower().split())
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).split())
