"""Similarity of two names, tuned to renames that people make. The only module that imports rapidfuzz.

rapidfuzz, since it compares one name with thousands in C, some ten million pairs a second; difflib takes about 10 µs a pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from reconciler.model import Address
from reconciler.planning.renames.forms import (
    NameForm,
    are_in_a_series,
    form,
    have_other_marks,
    have_other_numbers,
    is_mark,
)

_MARKS_DIFFER = 6
_OTHER_INITIAL = 10
_SERIES = 55
"""Similarity from which names without their marks count as those of one series."""
_MOST_WITHIN = 90
"""The most that a longer name which only adds to a shorter one has for that."""
_ROUNDING = 0.01


@cache
def _comparison() -> Callable[[str, str], float]:
    """The library's, looked up once: an import statement for each pair would take longer than the comparison."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - start-up: most plans compare no names

    return fuzz.ratio


def _ratio(one: str, other: str) -> float:
    """How much of two texts is equal, letter by letter, from 0 to 100."""
    return _comparison()(one, other)


def most_equal(text: str, others: Sequence[str], least: float, most: int | None = None) -> list[int]:
    """The positions of the `most` texts that are the most equal to a text, letter by letter: `least` of 100 at least."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - start-up: most plans compare no names

    matches = process.extract(text, others, scorer=fuzz.ratio, score_cutoff=least, limit=most)
    return [position for _, _, position in matches]


def are_of_one_series(one: str, other: str) -> bool:
    """Whether both are in a series, and the rest of the names is alike: `Sprint 12` and `Sprint 13`, not `Site 1` and `Film 2`."""
    if not are_in_a_series(one, other):
        return False
    a, b = ([word for word in form(name).words.split() if not is_mark(word)] for name in (one, other))
    return not a or not b or bool(set(a) & set(b)) or _ratio("".join(a), "".join(b)) >= _SERIES


def similarity(one: str, other: str) -> float:
    """From 0 (nothing in common, or members of a series) to 100 (the same name)."""
    return similarity_of(form(one), form(other))


def similarity_of(a: NameForm, b: NameForm) -> float:
    """The similarity of two names by their forms."""
    if have_other_numbers(a, b):
        return 0.0
    by_letters = _by_letters(a, b)
    short, long = sorted((a, b), key=lambda f: (len(f.squashed), f))
    if _is_within(short, long):
        share = len(short.squashed) / len(long.squashed)
        by_letters = max(by_letters, 80 + (_MOST_WITHIN - 80) * share)
    return max(by_letters - (_MARKS_DIFFER if a.marks != b.marks else 0), 0.0)


def which_may_reach(least: float, own: NameForm, others: Sequence[NameForm]) -> list[int]:
    """The positions of all that may be `least` similar at least, found by their letters alone, the most equal ones first."""
    least = max(least, _ROUNDING)
    squashed = most_equal(own.squashed, [other.squashed for other in others], least - _ROUNDING)
    sorted_words = most_equal(own.words, [other.words for other in others], least - _ROUNDING)
    found = dict.fromkeys((*squashed, *sorted_words))
    if least <= _MOST_WITHIN:
        words = set(own.words.split())
        found |= dict.fromkeys(
            at for at, other in enumerate(others) if at not in found and _may_be_within(own, words, other)
        )
    return list(found)


def _may_be_within(own: NameForm, words: set[str], other: NameForm) -> bool:
    if own.squashed.startswith(other.squashed) or other.squashed.startswith(own.squashed):
        return True
    theirs = other.words.split()
    return words.issuperset(theirs) or words.issubset(theirs)


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

    known = [name for name in names if not have_other_marks(word, name)]
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
