"""The forms of a name that are compared, and what tells members of a series apart.

A form has a bounded number of letters: the time of a comparison grows with the square of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from reconciler.names import fold

LONGEST = 1024
"""Letters of a form: no name that the service takes has more."""
BRIEF, _HEAD = 256, 192
"""Letters of a brief form, and those of them at its beginning; the others are its end."""
_WORDS = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
_LAST_LETTER = re.compile(r".*[\W\d_][^\W\d_]", re.DOTALL)


class NameForm(NamedTuple):
    """The parts of a name: widely folded, its words sorted, all words joined, its marks, and the numbers among them.

    Marks tell members of a series apart: numbers, in digits or Roman numerals, and single letters.
    """

    folded: str
    words: str
    squashed: str
    marks: frozenset[str]
    numbers: frozenset[str]


@lru_cache(maxsize=65536)
def form(name: str) -> NameForm:
    """The parts of a name that are compared."""
    folded = _fold_widely(name)
    words = _words(folded)
    numbers = {digits.lstrip("0") or "0" for digits in _DIGITS.findall(folded)}
    numbers.update(word for word in words if not word.strip("ivx"))
    letters = (word for word in words if len(word) == 1 and word != "_" and not _DIGITS.match(word))
    compared = words if len(folded) <= LONGEST else _words(_shortened(folded, LONGEST))
    return NameForm(folded, *_texts(compared, folded), frozenset(numbers.union(letters)), frozenset(numbers))


@lru_cache(maxsize=65536)
def brief_form(name: str) -> NameForm:
    """The same parts of a long name's beginning and end, to select those of very many names that are compared as a whole."""
    whole = form(name)
    if len(whole.folded) <= BRIEF:
        return whole
    words, squashed = _texts(_words(_shortened(whole.folded, BRIEF)), whole.folded)
    return whole._replace(words=words, squashed=squashed)


def _words(text: str) -> list[str]:
    words: list[str] = _WORDS.findall(text)
    return words


def _texts(words: list[str], folded: str) -> tuple[str, str]:
    """The words in their order of the alphabet, and all joined; numbers without leading zeros. It is the name itself where it has no words."""
    plain = [word.lstrip("0") or "0" if word.isdigit() else word for word in words] or [folded[:LONGEST]]
    return " ".join(sorted(plain)), "".join(plain)


def _shortened(text: str, most: int) -> str:
    """The beginning and the end of a longer text, `most` letters together."""
    if len(text) <= most:
        return text
    head = _HEAD * most // BRIEF
    return f"{text[:head]} {text[head - most :]}"


def _fold_widely(name: str) -> str:
    """A name without what makes it look different only: `Maße` is `masse` and the ligature `ﬁ` is `fi`.

    Wider than `fold`: such names are two, and whether one is the other's new spelling is asked.
    """
    return fold(name if name.isascii() else unicodedata.normalize("NFKC", name).casefold())


def is_mark(word: str) -> bool:
    """Whether a word is a number, in digits or Roman numerals, or a single letter."""
    return not word.strip("ivx") or (len(word) == 1 and word != "_") or bool(_DIGITS.fullmatch(word))


def are_in_a_series(one: str, other: str) -> bool:
    """Whether both names have numbers, and different ones: `Sprint 11` is not a rename of `Sprint 01`.

    Letters alone show no series: `Phase A` may be the earlier name of `Phase B`.
    """
    return have_other_numbers(form(one), form(other))


def have_other_numbers(a: NameForm, b: NameForm) -> bool:
    """The same of two forms of names."""
    return bool(a.numbers and b.numbers and a.numbers != b.numbers)


def stem_of(name: str) -> str:
    """A name without the letter that alone ends it, as in `Phase A` and `Room-1a`; empty if it has no such letter."""
    folded = form(name).folded
    return folded[:-1] if _LAST_LETTER.fullmatch(folded) else ""


def have_other_marks(one: str, other: str) -> bool:
    """Whether names are told apart by their marks, letters included: neither is a misspelling of the other."""
    a, b = form(one).marks, form(other).marks
    return bool(a and b and a != b)
