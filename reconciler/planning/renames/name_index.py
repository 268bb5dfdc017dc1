"""An index over names that finds those similar to another name in a time that does not grow with the number of names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from reconciler.planning.renames.forms import NameForm, brief_form, form, have_other_numbers
from reconciler.planning.renames.similarity import most_equal, similarity_of, which_may_reach

MOST_NEAR, MOST_SHARING = 15, 50
EXHAUSTIVE = 500
"""Names up to which each one is compared with each other one."""
POSTINGS, MOST_COMPARED = 750, 100
"""Bounds on one look-up in a larger index: positions visited, and names compared letter by letter."""
LETTERS = 16_384
"""Letters of the names that one look-up compares as a whole, if they were selected by their brief forms: MOST_NEAR and MOST_SHARING
names that are no longer than a project's name can be."""


class NameIndex:
    """An index over names that returns those near another name. The result does not depend on the order of the names.

    Up to EXHAUSTIVE names are all compared. Beyond that, character trigrams select the candidates, so that the cost of a
    look-up does not grow with the number of names: 8,000 creates against 8,000 removals would be 64 million comparisons.
    """

    def __init__(self, names: Iterable[str], *, is_brief: bool = False) -> None:
        """`is_brief`: whether long names are selected by their brief forms, since there are too many to compare them as a whole."""
        self._letters: float
        self._names = sorted(set(names))
        self._form_of = brief_form if is_brief else form
        self._letters = LETTERS if is_brief else math.inf
        self._forms = [self._form_of(name) for name in self._names]
        self._squashed = [each.squashed for each in self._forms]
        self._by_word: dict[str, list[int]] = {}
        for position, each in enumerate(self._forms):
            for word in set(each.words.split()):
                self._by_word.setdefault(word, []).append(position)
        self._by_trigram: dict[str, list[int]] = {}
        if len(self._names) > EXHAUSTIVE:
            for position, squashed in enumerate(self._squashed):
                for trigram in trigrams(squashed):
                    self._by_trigram.setdefault(trigram, []).append(position)

    def near(self, name: str) -> list[str]:
        """The names that may be similar, for `similarity` to decide: more candidates than matches."""
        return [self._names[position] for position in self._near(self._form_of(name))]

    def sharing(self, name: str) -> list[str]:
        """The names with the most trigrams of a name; all names up to EXHAUSTIVE."""
        candidates = self._candidates(self._form_of(name).squashed)
        return self._names if candidates is None else [self._names[position] for position in candidates]

    def similar(self, name: str, least: float) -> Mapping[str, float]:
        """The near names that are `least` similar at least, without members of one series, and how similar they are."""
        near = self._near(self._form_of(name))
        return self._similar(name, least, {self._names[at]: self._forms[at] for at in near})

    def similar_among(self, name: str, names: Iterable[str], least: float) -> Mapping[str, float]:
        """The same of these names."""
        return self._similar(name, least, {each: self._form_of(each) for each in sorted(names)})

    def _similar(self, name: str, least: float, forms: Mapping[str, NameForm]) -> Mapping[str, float]:
        own = self._form_of(name)
        names = [each for each, other in forms.items() if not have_other_numbers(own, other)]
        known = [forms[each] for each in names]
        found: dict[str, float] = {}
        room, whole = self._letters, form(name)
        for other in (names[at] for at in which_may_reach(least, own, known)):
            points = similarity_of(whole, form(other))
            if points >= least:
                found[other] = points
            room -= max(len(name), len(other))
            if room < 0:
                break
        return found

    def _near(self, own: NameForm) -> list[int]:
        """Positions of names of nearly the same letters, and of names that share a rare word, MOST_SHARING of them at most."""
        candidates = self._candidates(own.squashed)
        pool = self._squashed if candidates is None else [self._squashed[position] for position in candidates]
        matches = most_equal(own.squashed, pool, 55, MOST_NEAR)
        near = set(matches if candidates is None else (candidates[at] for at in matches))
        near.update(self._sharing_words(own))
        return sorted(near)

    def _sharing_words(self, own: NameForm) -> Iterator[int]:
        """Positions of names that share a word, those of the rarest words first, MOST_SHARING at most."""
        room = MOST_SHARING
        for sharing in _rarest(self._by_word, own.words.split()):
            if len(sharing) > room:
                return
            room -= len(sharing)
            yield from sharing

    def _candidates(self, squashed: str) -> list[int] | None:
        """Positions of the names that share the most trigrams with a text, None where all names are compared.

        The rarest trigrams are looked up first, and no more than POSTINGS positions are visited.
        """
        if not self._by_trigram:
            return None
        visited: list[list[int]] = []
        room, has_all = POSTINGS, False
        for positions in _rarest(self._by_trigram, trigrams(squashed)):
            if len(positions) > room:
                break
            room -= len(positions)
            if len(positions) == len(self._names):
                has_all = True  # it counts for every name, so it need not be counted
            else:
                visited.append(positions)
        best = _most_shared(Counter(chain.from_iterable(visited)))
        return sorted(_filled_up(best, len(self._names))) if has_all else best


def _rarest(index: Mapping[str, list[int]], keys: Iterable[str]) -> list[list[int]]:
    """The lists of an index under these keys, the shortest first."""
    return sorted((index[key] for key in sorted(set(keys)) if key in index), key=len)


def _most_shared(shared: Counter[int]) -> list[int]:
    """The MOST_COMPARED positions that are shared the most often, the first of those that are as often; sorted."""
    if len(shared) <= MOST_COMPARED:
        return sorted(shared)
    room, least = MOST_COMPARED, 0
    for least, number in sorted(Counter(shared.values()).items(), reverse=True):  # noqa: B007 - used after the loop
        if number >= room:
            break
        room -= number
    as_often = [position for position, often in shared.items() if often == least]
    as_often.sort()
    return sorted([position for position, often in shared.items() if often > least] + as_often[:room])


def _filled_up(best: list[int], number: int) -> set[int]:
    """MOST_COMPARED positions: the best ones, and the first of all the others."""
    result = set(best)
    others = (position for position in range(number) if position not in result)
    return result.union(islice(others, MOST_COMPARED - len(best)))


def trigrams(squashed: str) -> set[str]:
    """Every three letters in a row; the ends count as letters, so that short names have some too."""
    padded = f"\0{squashed}\0"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
