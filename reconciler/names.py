"""Names and paths of names: joined, split and folded for comparison, and the notations of what has a name in a manifest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
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
    ROW = "row"
    """A row of a `for_each`, which fills in the name."""


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
    return tuple(re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in _escaped_parts(text))


def _escaped_parts(text: str) -> Iterator[str]:
    """The parts of a joined path with their escapes."""
    start = 0
    while True:
        match = _PART.match(text, start)
        end = match.end() if match else start
        yield text[start:end]
        if end >= len(text):
            return
        start = end + 1


def fold(name: str) -> str:
    """A name without what does not distinguish names: letter case, Unicode form and blanks. Equal results are one name.

    Only letter case is folded, letter by letter: `Masse` and `Maße`, `fi` and its ligature, `s` and the long `ſ`, `i` and the
    Turkish `ı` are different letters, hence different names. What is merely similar is for rename detection, which asks.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    composed = unicodedata.normalize("NFC", name)
    # `İ` is the one letter whose small form is two characters, so it stays as it is. The small form of `Σ` depends on its place.
    small = "İ".join(part.lower() for part in composed.split("İ")).replace("ς", "σ")
    return " ".join(unicodedata.normalize("NFC", small).split())


def fold_all(path: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a path, each folded."""
    return tuple(fold(name) for name in path)


def fold_path(text: str) -> str:
    """A joined path, or a pattern over such paths, with each name folded; escapes and `*` stay as they are."""
    parts = text.split("/") if "\\" not in text else _escaped_parts(text)
    return "/".join(fold(part) for part in parts)


def writable(name: str) -> str:
    """The spelling of a live name that a manifest may have: in NFC, without surrounding blanks and line breaks."""
    if name.isascii() and name.isprintable():
        return name.strip()
    return "".join(
        " " if c.isspace() and not c.isprintable() else c for c in unicodedata.normalize("NFC", name)
    ).strip()
