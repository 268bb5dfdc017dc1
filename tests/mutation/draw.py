"""The draw: at random by a seed, and the same mutants again wherever the code is the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.mutation.mutants import Mutant

Drawn = tuple[str, Mutant]
"""A mutant with its room."""


def draw(root: Path, every: Sequence[Drawn], count: int, seed: int) -> list[Drawn]:
    """`count` of the mutants (or all), in a random order.

    Each has a random number, by the seed and by what it changes, and those with the least are drawn. So a change of the program brings in
    and pushes out single mutants, and the tests that were written for the others count in the next run as well.
    """
    numbers = dict(zip(every, _numbers(root, every, seed), strict=True))
    return sorted(every, key=numbers.__getitem__)[:count]


def _numbers(root: Path, every: Sequence[Drawn], seed: int) -> Iterator[bytes]:
    """A random number for each: by module, operator and changed lines, and which it is of those that have the same."""
    sources: dict[str, list[str]] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    for _, mutant in every:
        lines = sources.get(mutant.path) or (root / mutant.path).read_text(encoding="utf-8").splitlines()
        sources[mutant.path] = lines
        text = " ".join(map(str.strip, lines[mutant.line - 1 : mutant.last_line]))
        key = (mutant.path, mutant.operator, text)
        seen[key] += 1
        yield hashlib.blake2b(repr((seed, *key, seen[key])).encode(), digest_size=16).digest()
