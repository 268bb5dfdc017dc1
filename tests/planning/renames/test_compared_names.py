"""Which names are compared with one in full: those with like letters, or with the same words."""

from __future__ import annotations

import pytest

from reconciler.planning.renames.forms import form
from reconciler.planning.renames.name_index import NameIndex
from reconciler.planning.renames.similarity import which_may_reach


@pytest.mark.parametrize(
    ("name", "positions"),
    [("Acme", [0]), ("Acme Corp", [0]), ("Corp", [0]), ("Zeta", []), ("Beta Industries Ltd", [1])],
)
def test_only_names_with_like_letters_or_the_same_words_are_looked_at(name: str, positions: list[int]) -> None:
    assert which_may_reach(80, form(name), [form("Acme Corp Holding"), form("Beta Industries")]) == positions


@pytest.mark.parametrize(("least", "found"), [(77.9, {"Acme Corps A": 78}), (78, {"Acme Corps A": 78}), (78.1, {})])
def test_a_name_that_is_just_as_similar_as_asked_for_is_found(least: float, found: dict[str, float]) -> None:
    """84 for four letters of ten, less 6 for the letter that marks it."""
    assert NameIndex(["Acme Corps A", "Globex"]).similar("Acme", least) == found


@pytest.mark.parametrize(
    ("letters", "found"),
    [(9, ["Acme Corps", "Acme Korp"]), (16_384, ["Acme Corps", "Acme Korp"]), (16_385, ["Acme Corps"])],
)
def test_beyond_16_384_letters_no_further_name_is_compared_as_a_whole(letters: int, found: list[str]) -> None:
    index = NameIndex(["Acme Corps", "Acme Korp"], is_brief=True)
    assert list(index.similar("Acme Corp".ljust(letters), 80)) == found
