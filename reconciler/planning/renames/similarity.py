"""Similarity of two names, tuned to renames that people make. The only module that imports rapidfuzz.

rapidfuzz, since it compares one name with thousands in C, some ten million pairs a second; difflib takes about 10 µs a pair.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from reconciler.model import Address
from reconciler.names import fold

MOST_NEAR, MOST_SHARING = 15, 50
EXHAUSTIVE = 500
"""Names up to which each one is compared with each other one."""
POSTINGS, MOST_COMPARED = 3000, 100
"""Bounds on one look-up in a larger index: positions visited, and names compared letter by letter."""
_WORDS = re.compile(r"\w+")
# Marks that tell members of a series apart: numbers, in digits or Roman numerals, and single letters.
_NUMBER = re.compile(r"\d+|\b[ivx]+\b")
_MARK = re.compile(r"\d+|\b[^\W\d_]\b|\b[ivx]+\b")
_LAST_LETTER = re.compile(r".*[\W\d_][^\W\d_]", re.DOTALL)
_MARKS_DIFFER = 6
_OTHER_INITIAL = 10
_SERIES = 55
"""Similarity from which names without their marks count as those of one series."""


class NameForm(NamedTuple):
    """The parts of a name: widely folded, its words sorted, all words joined, its marks, and the numbers among them."""

    folded: str
    words: str
    squashed: str
    marks: frozenset[str]
    numbers: frozenset[str]


@lru_cache(maxsize=65536)
def form(name: str) -> NameForm:
    """The parts of a name that are compared."""
    folded = _fold_widely(name)
    words = [word.lstrip("0") or "0" if word.isdigit() else word for word in _WORDS.findall(folded)] or [folded]
    marks, numbers = (
        frozenset(mark.lstrip("0") or "0" for mark in pattern.findall(folded)) for pattern in (_MARK, _NUMBER)
    )
    return NameForm(folded, " ".join(sorted(words)), "".join(words), marks, numbers)


def _fold_widely(name: str) -> str:
    """A name without what makes it look different only: `Maße` is `masse` and the ligature `ﬁ` is `fi`.

    Wider than `fold`: such names are two, and whether one is the other's new spelling is asked.
    """
    return fold(name if name.isascii() else unicodedata.normalize("NFKC", name).casefold())


def are_in_a_series(one: str, other: str) -> bool:
    """Whether both names have numbers, and different ones: `Sprint 11` is not a rename of `Sprint 01`.

    Letters alone show no series: `Phase A` may be the earlier name of `Phase B`.
    """
    a, b = form(one).numbers, form(other).numbers
    return bool(a and b and a != b)


def stem_of(name: str) -> str:
    """A name without the letter that alone ends it, as in `Phase A` and `Room-1a`; empty if it has no such letter."""
    folded = form(name).folded
    return folded[:-1] if _LAST_LETTER.fullmatch(folded) else ""


def _have_other_marks(one: str, other: str) -> bool:
    """Whether names are told apart by their marks, letters included: neither is a misspelling of the other."""
    a, b = form(one).marks, form(other).marks
    return bool(a and b and a != b)


@cache
def _comparison() -> Callable[[str, str], float]:
    """The library's, looked up once: an import statement for each pair would take longer than the comparison."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - start-up: most plans compare no names

    return fuzz.ratio


def _ratio(one: str, other: str) -> float:
    """How much of two texts is equal, letter by letter, from 0 to 100."""
    return _comparison()(one, other)


def are_of_one_series(one: str, other: str) -> bool:
    """Whether both are in a series, and the rest of the names is alike: `Sprint 12` and `Sprint 13`, not `Site 1` and `Film 2`."""
    if not are_in_a_series(one, other):
        return False
    a, b = ([word for word in form(name).words.split() if not _MARK.fullmatch(word)] for name in (one, other))
    return not a or not b or bool(set(a) & set(b)) or _ratio("".join(a), "".join(b)) >= _SERIES


def similarity(one: str, other: str) -> float:
    """From 0 (nothing in common, or members of a series) to 100 (the same name)."""
    a, b = form(one), form(other)
    if are_in_a_series(one, other):
        return 0.0
    by_letters = _by_letters(a, b)
    short, long = sorted((a, b), key=lambda f: (len(f.squashed), f))
    if _is_within(short, long):
        by_letters = max(by_letters, 80 + 10 * len(short.squashed) / len(long.squashed))
    return max(by_letters - (_MARKS_DIFFER if a.marks != b.marks else 0), 0.0)


def _by_letters(a: NameForm, b: NameForm) -> float:
    similarity_by_letters = max(_ratio(a.squashed, b.squashed), _ratio(a.words, b.words))
    own, other = a.words.split(), b.words.split()
    shared = set(own) & set(other)
    rest = ["".join(word for word in words if word not in shared) for words in (own, other)]
    if shared and all(rest):
        # The shared words may be in every name: Project Alpha and Project Gamma.
        return min(similarity_by_letters, 50 + _ratio(*rest) / 2)
    if not shared and a.squashed[:1] != b.squashed[:1]:
        return similarity_by_letters - _OTHER_INITIAL  # a typo is seldom in the first letter: Beta and Zeta differ
    return similarity_by_letters


def _is_within(short: NameForm, long: NameForm) -> bool:
    """Whether a longer name only adds to a shorter one: `ACME` and `Acme Corp`, `Website` and `Web site relaunch`."""
    if len(short.squashed) < 3:
        return False
    if set(short.words.split()) <= set(long.words.split()):
        return True
    return len(short.squashed) > 3 and long.squashed.startswith(short.squashed)


def nearest(word: str, names: Iterable[str], least: int = 60) -> str:
    """The name nearest to a misspelled one; empty if none is near, or if a number or a single letter tells them apart."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - start-up: most plans compare no names

    known = [name for name in names if not _have_other_marks(word, name)]
    forms = [form(name).folded for name in known]
    match = process.extractOne(form(word).folded, forms, scorer=fuzz.ratio, score_cutoff=least)
    return known[match[2]] if match else ""


def nearest_address(address: Address, known: Iterable[Address]) -> str:
    """The address nearest to a misspelled one of its kind, name by name; empty if none is near.

    Whole addresses are not compared: the kind and a shared parent are most of the letters, so that any two would be near.
    """
    left = sorted(other.path for other in known if other.kind == address.kind and len(other.path) == len(address.path))
    for depth, name in enumerate(address.path):
        found = nearest(name, dict.fromkeys(path[depth] for path in left))
        left = [path for path in left if path[depth] == found]
    return str(Address(address.kind, left[0])) if left else ""


class NameIndex:
    """An index over names that returns those near another name. The result does not depend on the order of the names.

    Up to EXHAUSTIVE names are all compared. Beyond that, character trigrams select the candidates, so that the cost of a
    look-up does not grow with the number of names: 8,000 creates against 8,000 removals would be 64 million comparisons.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(set(names))
        self._squashed = [form(name).squashed for name in self._names]
        self._by_word: dict[str, list[str]] = {}
        for name in self._names:
            for word in set(form(name).words.split()):
                self._by_word.setdefault(word, []).append(name)
        self._by_trigram: dict[str, list[int]] = {}
        if len(self._names) > EXHAUSTIVE:
            for position, squashed in enumerate(self._squashed):
                for trigram in _trigrams(squashed):
                    self._by_trigram.setdefault(trigram, []).append(position)

    def near(self, name: str) -> list[str]:
        """The names that may be similar, for `similarity` to decide: more candidates than matches.

        These are names of nearly the same letters, and names that share a rare word, MOST_SHARING of them at most.
        """
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - start-up: most plans compare no names

        own = form(name)
        candidates = self._candidates(own.squashed)
        pool = self._squashed if candidates is None else [self._squashed[position] for position in candidates]
        matches = process.extract(own.squashed, pool, scorer=fuzz.ratio, score_cutoff=55, limit=MOST_NEAR)
        near = {self._names[at if candidates is None else candidates[at]] for _, _, at in matches}
        near.update(self._sharing_words(own))
        return sorted(near)

    def _sharing_words(self, own: NameForm) -> Iterator[str]:
        """Names that share a word, those of the rarest words first, MOST_SHARING at most."""
        room = MOST_SHARING
        for sharing in sorted((self._by_word.get(word, []) for word in set(own.words.split())), key=len):
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
        shared: Counter[int] = Counter()
        room = POSTINGS
        for positions in sorted((self._by_trigram.get(t, []) for t in _trigrams(squashed)), key=len):
            if len(positions) > room:
                break
            room -= len(positions)
            shared.update(positions)
        best = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:MOST_COMPARED]
        return sorted(position for position, _ in best)


def _trigrams(squashed: str) -> set[str]:
    """Every three letters in a row; the ends count as letters, so that short names have some too."""
    padded = f"\0{squashed}\0"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
