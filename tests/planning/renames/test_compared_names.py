"""Which names are compared with one in full: those with like letters, or with the same words."""

from __future__ import annotations

import pytest

from reconciler.planning.renames.forms import form
from reconciler.planning.renames.similarity import which_may_reach


@pytest.mark.parametrize(
    ("name", "positions"),
    [("Acme", [0]), ("Acme Corp", [0]), ("Corp", [0]), ("Zeta", []), ("Beta Industries Ltd", [1])],
)
def test_only_names_with_like_letters_or_the_same_words_are_looked_at(name: str, positions: list[int]) -> None:
    assert which_may_reach(80, form(name), [form("Acme Corp Holding"), form("Beta Industries")]) == positions
