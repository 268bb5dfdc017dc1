"""Which names are compared with one in full: those with like letters, or with the same words."""

from __future__ import annotations

import pytest

from reconciler.model import Address
from reconciler.planning.renames import name_index, pool
from reconciler.planning.renames.forms import form
from reconciler.planning.renames.name_index import NameIndex
from reconciler.planning.renames.score import RenameSide
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


def test_what_the_names_share_with_all_others_fills_up_what_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """All begin alike, which tells nothing: the only one that ends alike is compared, and the first of the others."""
    monkeypatch.setattr(name_index, "EXHAUSTIVE", 2)
    monkeypatch.setattr(name_index, "MOST_COMPARED", 3)
    assert list(NameIndex(["abc", "abd", "abe", "abf", "abg", "abh"]).sharing("abg")) == ["abc", "abd", "abg"]


def _side(name: str, home: str, *children: str) -> RenameSide:
    return RenameSide(Address("project", (home, name)), home, {}, frozenset(children))


@pytest.mark.parametrize(("home", "number"), [("Acme", 1), ("Beta", 0)])
def test_names_that_are_like_enough_at_home_only_are_scored_at_home_only(
    home: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: list[RenameSide] = []

    def counting(points: float, _: RenameSide, old: RenameSide) -> float:
        scored.append(old)
        return points

    monkeypatch.setattr(pool, "score_by", counting)
    pool.Pool([_side("Site Korp", home)]).scored(_side("Site Corp", "Acme"))
    assert len(scored) == number


def test_the_same_task_makes_up_for_names_that_are_less_alike() -> None:
    old, other = _side("Intern", "Acme", "Plan"), _side("Intern", "Acme")
    new = _side("Intranet", "Acme", "Plan")
    assert [side for _, side in pool.Pool([old]).scored(new)] == [old]
    assert pool.Pool([other]).scored(new) == []
