"""What is the same name: one function decides, and it folds letter case only, one letter for one letter."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.names import fold, fold_path, join_path, split_path, writable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "ACME"), ("acme  corp", " Acme\tCorp "), ("Caf\u00e9", "cafe\u0301"), ("GRÖßE", "größe"), ("STRAẞE", "straße"),
        ("ΟΔΟΣ", "οδος"), ("ΟΔΟΣ", "οδοσ"), ("ПРОЕКТ", "проект"), ("\u01c4", "\u01c5"), ("\u212b", "å"), ("J\u030c", "\u01f0"),
        ("a\u00a0b", "A b"), ("\u0130", "I\u0307"),
    ],
)  # fmt: skip
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Masse", "Maße"), ("fi", "\ufb01"), ("s", "\u017f"), ("I", "\u0131"), ("i", "\u0130"), ("i\u0307", "\u0130"), ("µ", "μ"),
        ("ŉ", "ʼn"), ("2", "²"), ("Website", "Web site"), ("a\u200bb", "ab"), ("é", "e"),
    ],
)  # fmt: skip
def test_different_names(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_no_letter_is_folded_into_several_or_into_another_than_its_own_small_form() -> None:
    letters = [c for c in map(chr, range(0x20000)) if not c == c.lower() == c.upper() == c.casefold()]
    odd = {letter for letter in letters if fold(letter) != unicodedata.normalize("NFC", letter).lower()}
    assert odd == {"İ", "ς"}
    assert (fold("İ"), fold("ς")) == ("İ", "σ")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_is_done_once_and_does_not_depend_on_the_form(name: str) -> None:
    folded = fold(name)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFD", name)) == folded
    assert fold(writable(name)) == folded


@given(st.lists(st.text(st.sampled_from("aA Éé/\\*\u0301")), min_size=1, max_size=3).map(tuple))
def test_a_path_is_folded_name_by_name(path: tuple[str, ...]) -> None:
    assert split_path(fold_path(join_path(path))) == tuple(map(fold, path))
