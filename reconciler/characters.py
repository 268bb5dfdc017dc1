"""Characters that hide or that change what is shown around them: what outputs and written manifests escape."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_ZWJ = "\u200d"
_STYLES = "\ufe0e\ufe0f"
_KEYCAP = "\u20e3"
# Letters and marks without a visible glyph, which could hide in a name. Their Unicode categories do not show it.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_IDEOGRAPHIC_SPACE = "\u3000"
_MAX_MARKS = 4
"""Combining marks in a row that real writing uses; more would overlap the lines above."""


def hidden_positions(text: str) -> Iterator[int]:
    """The positions of the characters to escape, in their order. Joiners and variation selectors inside an emoji are none of them."""
    marks = 0
    for index, char in enumerate(text):
        following = text[index + 1] if index + 1 < len(text) else ""
        before = text[index - 1] if index else ""
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if is_hidden(char, before, following) or marks > _MAX_MARKS or (marks > 0 and not index):
            yield index


def is_hidden(char: str, before: str = "", following: str = "") -> bool:
    """Whether a character is invisible or a control character, between these two ("" at an end of the text)."""
    if " " <= char <= "~":
        return False
    if char == _ZWJ:
        return not (_is_emoji(before) and _is_emoji(following))
    if char in _STYLES:
        return not (_is_emoji(before) or following == _KEYCAP)
    category = unicodedata.category(char)
    if category == "Zs":
        return char != _IDEOGRAPHIC_SPACE
    if category in _HIDDEN or char in _INVISIBLE or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0000:
        return True
    return ord(char) & 0xFFFE == 0xFFFE or 0xFFF0 <= ord(char) <= 0xFFF8


def _is_emoji(char: str) -> bool:
    if not char or char < "\u2000":
        return bool(char) and char in "©®"
    return char in _STYLES or unicodedata.category(char) in ("So", "Sk", "Sm") or "\U0001f000" <= char <= "\U0001faff"
