"""Which names are similar, and which are not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process

from reconciler.model import Address
from reconciler.planning.renames.forms import form, stem_of
from reconciler.planning.renames.name_index import EXHAUSTIVE, MOST_COMPARED, NameIndex, trigrams
from reconciler.planning.renames.score import ENOUGH
from reconciler.planning.renames.similarity import are_of_one_series, nearest, nearest_address, similarity

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


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        ("Corp, Acme", "Acme Corp", 100),
        ("Red hat", "Red cap", 66.67),  # of what is left without the shared word, half counts
        ("abcd", "abxy", 50),
        ("Beta", "Zeta", 65),  # 75, less the points for another first letter
        ("Acme", "Acme Corp", 85),  # 80, and 10 for as much as it has of the whole
        ("Corp Corp Acme", "Acme Corp", 86.67),
        ("Web relaunch", "Web", 82.73),
        ("QA team", "QA", 50),  # two letters show nothing
        ("Webs", "Website", 85.71),
        ("Web", "Website", 60),  # three show nothing without an end of the word
        ("Phase", "Phase A", 84.91),  # 97, less the points for the mark
        ("A", "B", 0),
        ("Sprint 1", "Sprint 2", 0),
    ],
)
def test_the_points_of_a_pair(one: str, other: str, points: float) -> None:
    assert round(similarity(one, other), 2) == points


@pytest.mark.parametrize(
    ("word", "names", "found"),
    [
        ("abcde", ["abcxy"], "abcxy"),
        ("klmnopqrstuvwxyzxyzxyz", ["klmnopqrstuvwaeiaeiaei"], ""),
        ("Desing", ["Redesign", "Design", "Designer"], "Design"),
        ("Sprnt 1", ["Sprint 2", "Sprout 1"], "Sprout 1"),
        ("Phase A", ["Phase B"], ""),
        ("Phase", ["Phase B"], "Phase B"),
        ("Phase B", ["Phase"], "Phase"),
        ("Phase", [], ""),
    ],
)
def test_the_nearest_name_is_a_misspelling_and_not_another_of_the_series(
    word: str, names: list[str], found: str
) -> None:
    assert nearest(word, names) == found


@pytest.mark.parametrize(
    ("written", "known", "found"),
    [
        ("client:Zeta", ["client:Abcd"], ""),
        ("client:Acmee", ["client:Acme", "tag:Acmee"], "client:Acme"),
        ("project:Acme/Ledger", ["project:Acme/Website", "project:Acme/Shop"], ""),
        (
            "project:Acmee/Websit",
            ["project:Acme/Website", "project:Globex/Websit", "project:Website"],
            "project:Acme/Website",
        ),
        ("task:Acme/Site/Biuld", ["task:Acme/Site/Build", "task:Acme/Shop/Build"], "task:Acme/Site/Build"),
        ("task:Acme/Site/Build", [], ""),
    ],
)
def test_addresses_are_compared_name_by_name(written: str, known: list[str], found: str) -> None:
    """`client:` and a shared parent would make any two addresses near."""
    assert nearest_address(Address.parse(written), map(Address.parse, known)) == found


@pytest.mark.parametrize(("letters", "is_near"), [((11, 9), True), ((6, 5), False)])
def test_near_are_names_with_eleven_of_twenty_letters(letters: tuple[int, int], is_near: object) -> None:
    same, else_ = letters
    one, other = "a" * same + "b" * else_, "a" * same + "c" * else_
    assert bool(NameIndex([one]).near(other)) is is_near
    assert are_of_one_series(f"{one} 1", f"{other} 2") is is_near


@pytest.mark.parametrize(("rare", "frequent", "found"), [(0, 50, 50), (0, 51, 0), (20, 30, 50), (20, 31, 20)])
def test_of_names_that_share_a_word_those_of_the_rarest_are_taken_as_long_as_all_fit(
    rare: int, frequent: int, found: int
) -> None:
    names = [f"frequent {'u' * 9}{number}" for number in range(frequent)]
    names += [f"rare {'v' * 9}{number}" for number in range(rare)]
    assert len(NameIndex(names).near("frequent rare xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")) == found


@pytest.mark.parametrize(("names", "is_whole"), [(500, True), (501, False)])
def test_from_how_many_names_on_some_are_selected(names: int, is_whole: object) -> None:
    assert (NameIndex(f"name {number}" for number in range(names))._candidates("other") is None) is is_whole


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        (750, 0, (100, 0)),
        (751, 0, (0, 0)),
        (710, 40, (100, 0)),
        (711, 40, (0, 40)),
        (691, 60, (0, 60)),
    ],
)
def test_the_rarest_trigrams_are_looked_up_as_long_as_all_their_positions_fit(
    begin: int, end: int, found: tuple[int, int]
) -> None:
    index = NameIndex([*(f"ab{number:04}" for number in range(begin)), *(f"x{number:03}bq" for number in range(end))])
    positions = index._candidates("abq") or ()
    assert (sum(at < begin for at in positions), sum(at >= begin for at in positions)) == found


def test_names_that_share_more_trigrams_are_compared_first() -> None:
    index = NameIndex([*(f"ab{number:03}" for number in range(600)), "zzabq"])
    assert 600 in (index._candidates("abq") or ())


def test_no_more_than_fifteen_names_are_near_by_their_letters() -> None:
    assert len(NameIndex(f"aaaaaaaaaaaa{number:02}" for number in range(16)).near("aaaaaaaaaaaa")) == 15


def test_the_parts_of_a_name() -> None:
    parts = form("Room 007 B, floor 0")
    assert (parts.words, parts.squashed) == ("0 7 b floor room", "room7bfloor0")
    assert (set(parts.marks), set(parts.numbers)) == ({"7", "b", "0"}, {"7", "0"})
    assert trigrams("ab") == {"\0ab", "ab\0"}


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


def test_of_names_that_are_as_near_the_first_are_compared() -> None:
    early = [f"0{number:03}abc" for number in range(MOST_COMPARED)]
    late = [f"1{number:03}xyz" for number in range(MOST_COMPARED // 2)]
    rest = [f"2{number:05}" for number in range(EXHAUSTIVE)]
    assert NameIndex([*rest, *late, *early])._candidates("zabcpxyzq") == list(range(MOST_COMPARED))
