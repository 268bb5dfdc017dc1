"""Hints that list valid words, or suggest the nearest one."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.manifest.yaml.text import quote
from reconciler.text import suggest


def did_you_mean(word: str, candidates: Iterable[str], *, otherwise: str = "") -> str:
    """`did you mean …?` for the nearest candidate; `otherwise` if there is none."""
    nearest = suggest(word, candidates)
    return f"did you mean {quote(nearest)}?" if nearest else otherwise


def enumerate_words(words: Iterable[str], conjunction: str = "and") -> str:
    """`'a', 'b' and 'c'`."""
    *most, last = [quote(word) for word in words]
    return f"{', '.join(most)} {conjunction} {last}" if most else last
