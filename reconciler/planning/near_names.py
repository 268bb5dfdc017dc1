"""The nearest names to many misspelled ones, in a time that does not grow with the square of the names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from reconciler.planning.renames.name_index import EXHAUSTIVE, NameIndex
from reconciler.planning.renames.similarity import nearest

_MOST_COMPARED = 100_000
"""Names that are all compared, over all look-ups in the same names; beyond that an index selects them."""


class NearNames:
    """Names in which the nearest to a misspelled one is looked up again and again."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._compared = 0

    @cached_property
    def _index(self) -> NameIndex:
        return NameIndex(self._names, is_brief=True)

    def nearest(self, word: str, least: int = 60) -> str:
        """As `similarity.nearest`; among more than EXHAUSTIVE names, the later look-ups compare those that share trigrams."""
        self._compared += len(self._names)
        if len(self._names) <= EXHAUSTIVE or self._compared <= _MOST_COMPARED:
            return nearest(word, self._names, least)
        return nearest(word, self._index.sharing(word), least)
