"""Surrogate pairs, the escapes by which JSON writes characters beyond U+FFFF (`\\ud83d\\udca1`).

The parsers reject each of the two. So the surrogates inside double-quoted scalars are replaced before parsing by an escape of the same
length, which keeps every position, and the values of these scalars are read again from the text with its pairs joined.
"""

from __future__ import annotations

import re

Spans = dict[int, int]
"""Where double-quoted scalars that contain surrogate escapes begin and end, in characters."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_STAND_IN = r"\u0041"
_REPLACEMENT = "\ufffd"


def has_surrogates(text: str) -> bool:
    """Whether a text contains what is a surrogate escape in double quotes."""
    return _SURROGATE.search(text) is not None


def replace_surrogates(text: str, spans: Spans | None = None) -> str:
    """The text, of the same length, without surrogate escapes inside these spans; anywhere without spans."""
    if spans is None:
        return _SURROGATE.sub(lambda _: _STAND_IN, text)
    parts, end = [], 0
    for start, stop in sorted(spans.items()):
        parts += [text[end:start], replace_surrogates(text[start:stop])]
        end = stop
    return "".join((*parts, text[end:]))


def join_pairs(quoted: str) -> tuple[str, list[int]]:
    """A double-quoted scalar with each pair as its character and U+FFFD for each lone surrogate; the positions of the lone ones."""
    parts: list[str] = []
    lone: list[int] = []
    end = 0
    first: re.Match[str] | None = None  # a first surrogate whose second one may follow

    def close() -> None:
        if first is not None:
            lone.append(first.start())
            parts.append(_REPLACEMENT)

    for match in _ESCAPE.finditer(quoted):
        if match[1] is None or not 0xD800 <= (code := int(match[1], 16)) < 0xE000:
            continue
        is_second = code >= 0xDC00
        if is_second and first is not None and end == match.start():
            parts.append(chr(0x10000 + ((int(first[1], 16) - 0xD800) << 10) + code - 0xDC00))
            first = None
        else:
            close()
            parts.append(quoted[end : match.start()])
            first = match
            if is_second:
                close()
                first = None
        end = match.end()
    close()
    return "".join((*parts, quoted[end:])), lone
