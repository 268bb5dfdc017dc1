"""Which names are similar, and which are not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process

from reconciler.planning.renames.score import ENOUGH
from reconciler.planning.renames.similarity import (
    MOST_COMPARED,
    NameIndex,
    are_of_one_series,
    similarity,
    stem_of,
)

ONE = [
    ("ACME", "Acme Corp"),
    ("Website", "Web site relaunch"),
    ("on-site", "onsite"),
    ("Meeting", "Meetings"),
    ("urgent", "urgnet"),
    ("Corp, Acme", "Acme Corp"),
    ("Bluebird Bakery", "Blue Bird Bakeries"),
    ("Mobile app", "Mobile App v2"),
    ("Sprint 1", "Sprint No 01"),
    ("Straße", "STRASSE"),
    ("Übersetzung", "Übersetzungen"),
    ("漢字の名前", "漢字の新名前"),
    ("Ep/si", "Epsi"),
]
TWO = [
    ("Beta", "Zeta"),
    ("Sprint 11", "Sprint 01"),
    ("Retainer 2025", "Retainer 2026"),
    ("Phase A", "Phase B"),
    ("Part II", "Part IV"),
    ("Project Alpha", "Project Gamma"),
    ("Project One", "Project Two"),
    ("client work", "client dinner"),
    ("Sales", "Wales"),
    ("QA", "QC"),
    ("development", "design"),
    ("Internal", "Internal ops training budget for 2024"),
    ("🚀", "🎉"),
    ("a", "marketing"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_names_of_one_resource(one: str, other: str) -> None:
    assert similarity(one, other) >= ENOUGH


@pytest.mark.parametrize(("one", "other"), TWO)
def test_names_of_two_resources(one: str, other: str) -> None:
    assert similarity(one, other) < ENOUGH


@pytest.mark.parametrize("crowd", [200, 2000])
@pytest.mark.parametrize(("one", "other"), ONE)
def test_the_index_finds_similar_names(one: str, other: str, crowd: int) -> None:
    others = [f"something else {number}" for number in range(crowd)]
    assert other in NameIndex([*others, other]).near(one)


@given(st.text(max_size=12), st.text(max_size=12))
def test_similarity_is_symmetric_and_complete_for_equal_names(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 100
    assert similarity(one, one) == 100


@given(st.lists(st.text(min_size=1, max_size=6), max_size=8), st.randoms())
def test_near_names_do_not_depend_on_the_order(names: list[str], random: object) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    for name in names:
        assert NameIndex(names).near(name) == NameIndex(shuffled).near(name)


def test_a_large_index_compares_a_bounded_number_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[int] = []
    real = process.extract

    def counted(query: str, pool: list[str], **options: Any) -> Any:
        pools.append(len(pool))
        return real(query, pool, **options)

    monkeypatch.setattr(process, "extract", counted)
    index = NameIndex(f"customer {number} site" for number in range(3000))
    for number in range(300):
        index.near(f"client {number} portal")
    assert len(pools) == 300
    assert max(pools) <= MOST_COMPARED


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Phase A", "phase "),
        ("Room-1a", "room-1"),
        ("1a", "1"),
        ("a", ""),
        ("Phase AB", ""),
        ("Phase 1", ""),
        ("A B C", "a b "),
    ],
)
def test_a_stem_is_what_a_last_letter_ends(name: str, stem: str) -> None:
    assert stem_of(name) == stem


@pytest.mark.parametrize(
    ("one", "other", "is_series"),
    [
        ("Sprint 12", "Sprint 13", True),
        ("12", "13", True),
        ("12", "Sprint 13", True),
        ("Sprint 12", "13", True),
        ("Red Sprint 12", "Sprint 13 zone", True),
        ("Sprint 12", "Sprints 13", True),
        ("Site 1", "Film 2", False),
        ("Sprint 12", "Sprint 12", False),
        ("Sprint", "Sprint 12", False),
        ("Phase A", "Phase B", False),
    ],
)
def test_a_series_has_other_numbers_and_nearly_the_same_words(one: str, other: str, is_series: object) -> None:
    assert are_of_one_series(one, other) is is_series
    assert are_of_one_series(other, one) is is_series
