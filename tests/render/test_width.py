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
    ],
)
def test_a_text_has_the_cells_that_a_reader_sees(text: str, cells: int) -> None:
    assert width(text) == cells


def test_what_a_reader_sees_as_one_stays_together() -> None:
    assert list(clusters("a👩‍👩‍👧e\u0301")) == ["a", "👩‍👩‍👧", "e\u0301"]


def test_truncating_keeps_wide_characters_whole() -> None:
    assert truncate("漢字漢字", 6) == "漢字…"
    assert truncate("short", 6) == "short"
    assert truncate("long enough", 2, "...") == "lo"


@given(st.text(min_size=1).map(visible), st.integers(1, 20))
def test_splitting_loses_nothing_and_always_moves_on(text: str, cells: int) -> None:
    head, tail = split_at(text, cells)
    assert head + tail == text
    assert head
    assert width(head) <= cells or len(list(clusters(head))) == 1
