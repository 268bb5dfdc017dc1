"""Text measured in terminal cells: width, truncating, breaking. The door to wcwidth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

_ZWJ = "\u200d"
_EMOJI_STYLE = "\ufe0f"


@cache
def _measure() -> Callable[[str], int]:
    """The function that knows the cells of a character."""
    from wcwidth import wcwidth  # noqa: PLC0415 - start-up: its tables are for text beyond ASCII

    return wcwidth


def _is_modifier(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _joins(cluster: str, char: str) -> bool:
    """Whether a character extends the cluster before it: marks, joined emoji, skin tones, the second half of a flag."""
    if cluster.endswith(_ZWJ) or _is_modifier(char):
        return True
    if _is_regional(char):
        return len(cluster) == 1 and _is_regional(cluster)
    return _measure()(char) == 0


def clusters(text: str) -> Iterator[str]:
    """The text split into grapheme clusters: pieces that are displayed as one character."""
    if text.isascii():
        yield from text
        return
    cluster = ""
    for char in text:
        if cluster and not _joins(cluster, char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _cells(cluster: str) -> int:
    # Counted here and not by wcswidth: its newer releases read the environment to detect the terminal.
    if len(cluster) > 1 and (_EMOJI_STYLE in cluster or _is_regional(cluster[0])):
        return 2
    return max(_measure()(cluster[0]), 0)


def width(text: str) -> int:
    """Terminal cells of a text without control characters."""
    if text.isascii():
        return len(text)
    return sum(_cells(cluster) for cluster in clusters(text))


def split_at(text: str, cells: int) -> tuple[str, str]:
    """The text split in two: what fits into `cells` (at least one cluster, so that a loop always advances), and the rest."""
    if text.isascii():
        return text[: max(cells, 1)], text[max(cells, 1) :]
    used = end = 0
    for cluster in clusters(text):
        used += _cells(cluster)
        if used > cells and end:
            break
        end += len(cluster)
    return text[:end], text[end:]


def truncate(text: str, cells: int, ellipsis: str = "…") -> str:
    """The text, cut to fit into `cells`, with an ellipsis if it was cut."""
    if width(text) <= cells:
        return text
    room = cells - width(ellipsis)
    return split_at(text, room)[0] + ellipsis if room > 0 else split_at(text, cells)[0]
