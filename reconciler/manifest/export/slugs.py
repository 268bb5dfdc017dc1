"""Short names without blanks and punctuation, for files and task sets, each given once."""

from __future__ import annotations

import unicodedata

from reconciler.characters import is_hidden

_LONGEST = 40
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)
"""Names that no file can have on Windows, whatever its ending."""


class Slugs:
    """Names that are given once each, whatever the letter case: a file system may ignore it."""

    def __init__(self, otherwise: str) -> None:
        """`otherwise`: the name of what has no letter or digit."""
        self._otherwise = otherwise
        self._given: set[str] = set(_RESERVED)

    def new(self, text: str) -> str:
        """A new name for a text; `-2`, `-3` and so on follow a name that was given before."""
        base = slug(text) or self._otherwise
        name, number = base, 1
        while name.casefold() in self._given:
            number += 1
            name = f"{base}-{number}"
        self._given.add(name.casefold())
        return name


def slug(text: str) -> str:
    """The letters and digits of a text in lower case, joined by hyphens; of Latin letters those without their accents."""
    plain = "".join(_plain(char) for char in unicodedata.normalize("NFC", text).lower())
    words = "".join(char if char.isalnum() or _is_mark(char) else " " for char in plain).split()
    return unicodedata.normalize("NFC", "-".join(words))[:_LONGEST].strip("-")


def _is_mark(char: str) -> bool:
    """Whether a character belongs to the letter before it, as vowels do in many scripts."""
    return unicodedata.category(char)[0] == "M" and not is_hidden(char)


def _plain(char: str) -> str:
    first = unicodedata.normalize("NFKD", char)[:1]
    return first if first.isascii() and first.isalnum() else char
