"""The near miss: which known word somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from reconciler.manifest.yaml.text import shown

_MOST_WORDS = 1000
"""difflib takes some 10 µs a word: enough for keys and sets, and bounded for a file of nonsense."""


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """`did you mean …?` for the nearest of the known words; `otherwise` where none is near."""
    words = sorted(known)[:_MOST_WORDS]
    by_lower = {candidate.lower(): candidate for candidate in words}
    near = get_close_matches(word[:100].lower(), list(by_lower), n=1, cutoff=0.6)
    return f"did you mean {shown(by_lower[near[0]])}?" if near else otherwise


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`, each in backticks."""
    *most, final = [shown(word) for word in words]
    return f"{', '.join(most)} {last} {final}" if most else final
