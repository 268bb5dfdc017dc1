"""Cells: what a terminal needs for a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.escape import visible
from reconciler.render.width import clusters, split_at, truncate, width


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("漢字", 4),
        ("Cafe\u0301", 4),
        ("👩‍👩‍👧", 2),
        ("👍🏽", 2),
        ("🇦🇹", 2),
        ("🇦🇹🇩🇪", 4),
        ("☺️", 2),
        ("→", 1),
        ("a🏻", 1),
        ("a🏿", 1),
        ("🏻", 2),
        ("🇦🇿", 2),
        ("\u0301", 0),
        ("☺", 1),
        ("☺\u200d🇦", 1),
        ("🇦🇹\u0301", 2),
    ],
)
def test_a_text_has_the_cells_that_a_reader_sees(text: str, cells: int) -> None:
    assert width(text) == cells


def test_what_a_reader_sees_as_one_stays_together() -> None:
    assert list(clusters("a👩‍👩‍👧e\u0301")) == ["a", "👩‍👩‍👧", "e\u0301"]
    assert list(clusters("a🇦🇹🇿🇪🇫b")) == ["a", "🇦🇹", "🇿🇪", "🇫", "b"]
    assert list(clusters("👍🏻👍🏿")) == ["👍🏻", "👍🏿"]


def test_truncating_never_splits_a_wide_character() -> None:
    assert truncate("漢字漢字", 6) == "漢字…"
    assert truncate("short", 6) == "short"
    assert truncate("short", 5) == "short"
    assert truncate("short", 4) == "sho…"
    assert truncate("short", 1) == "s"
    assert truncate("long", 3, "...") == "lon"
    assert truncate("longer", 4, "...") == "l..."
    assert truncate("long enough", 2, "...") == "lo"


@pytest.mark.parametrize(
    ("text", "cells", "parts"),
    [
        ("abc", 2, ("ab", "c")),
        ("abc", 0, ("a", "bc")),
        ("abc", 3, ("abc", "")),
        ("漢字", 1, ("漢", "字")),
        ("漢字", 3, ("漢", "字")),
        ("漢字", 4, ("漢字", "")),
        ("e\u0301a", 1, ("e\u0301", "a")),
        ("\u0301漢", 1, ("\u0301", "漢")),
    ],
)
def test_a_text_is_split_after_what_fits_and_never_before_the_first_sign(
    text: str, cells: int, parts: tuple[str, str]
) -> None:
    assert split_at(text, cells) == parts


@given(st.text(min_size=1).map(visible), st.integers(1, 20))
def test_splitting_loses_nothing_and_always_moves_on(text: str, cells: int) -> None:
    head, tail = split_at(text, cells)
    assert head + tail == text
    assert head
    assert width(head) <= cells or len(list(clusters(head))) == 1
