"""What each thing that two resources share, or do not share, adds to the score of their being one."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.renames.score import (
    EQUAL_EXCEPT_NAME,
    RenameSide,
    declared_fields,
    features,
    least_similarities,
    score,
    score_by,
)

NEAR, FAR = 85.0, 12.2
"""The similarity of `Acme Corp` and of `Zebra` to `Acme`."""
TEXTS = {"note": "n", "email": "e@x.example"}
SAME: dict[str, Any] = {"values": TEXTS}


def _side(
    name: str, home: str = "", values: dict[str, Any] | None = None, children: str = "", kind: str = "client"
) -> RenameSide:
    return RenameSide(Address(kind, (name,)), home, values or {}, frozenset(children))


def _score(new: RenameSide, old: RenameSide) -> float:
    return round(score(new, old), 1)


@pytest.mark.parametrize(
    ("new", "old", "points"),
    [
        ({}, {}, NEAR),
        ({"home": "c1"}, {}, NEAR - 15),
        # Children: their share of all, or other ones altogether where both have several.
        ({"home": "c1", "children": "ab"}, {"children": "ab"}, NEAR - 15 + 20),
        ({"home": "c1", "children": "ab"}, {"children": "acde"}, NEAR - 15 + 4),
        ({"children": "ab"}, {"children": "cd"}, NEAR - 10),
        ({"children": "a"}, {"children": "cd"}, NEAR),
        # Texts, values and differences, each up to a limit.
        ({"values": {"note": "n"}}, {"values": {"note": "n"}}, NEAR + 10),
        ({"home": "c1", **SAME}, SAME, NEAR - 15 + 20),
        ({"home": "c1", "values": TEXTS | {"address": "a"}}, {"values": TEXTS | {"address": "a"}}, NEAR - 15 + 20),
        ({"values": {"cc_emails": ("a@x.example",)}}, {"values": {"cc_emails": ("a@x.example",)}}, NEAR + 3),
        ({"values": {"note": "n"}}, {}, NEAR - 3),
        ({"values": TEXTS | {"address": "a", "cc_emails": ("x@x.example",)}}, {}, NEAR - 9),
        # What is not declared, empty, a flag, or the lifecycle does not count.
        ({}, SAME, NEAR),
        ({"values": {"note": None, "cc_emails": (), "archived": True}}, {"values": {"archived": True}}, NEAR),
        # At most everything.
        (SAME, SAME, 100.0),
    ],
)  # fmt: skip
def test_each_thing_counts_for_what_it_tells(new: dict[str, Any], old: dict[str, Any], points: float) -> None:
    assert _score(_side("Acme", **new), _side("Acme Corp", **old)) == points


@pytest.mark.parametrize(
    ("new", "old", "points"),
    [
        ({}, {}, FAR),
        (SAME, SAME, EQUAL_EXCEPT_NAME),
        ({"home": "c1", **SAME}, SAME, FAR - 15 + 20),
        ({"values": TEXTS | {"address": "a"}}, SAME, FAR + 20 - 3),
        ({"values": {"note": "n"}}, {"values": {"note": "n"}}, FAR + 10),
        ({"values": {"note": "n"}, "children": "ab"}, {"values": {"note": "n"}, "children": "ab"}, EQUAL_EXCEPT_NAME),
        ({"values": {"note": "n"}, "children": "a"}, {"values": {"note": "n"}, "children": "a"}, FAR + 20 + 10),
        ({"values": {"note": "n"}, "children": "ab"}, {"values": {"note": "n"}, "children": "abcd"}, FAR + 10 + 10),
        ({"values": {"cc_emails": ("a",)}, "children": "ab"}, {"values": {"cc_emails": ("a",)}, "children": "ab"}, EQUAL_EXCEPT_NAME),
        ({"children": "ab"}, {"children": "ab"}, FAR + 20),
        ({"children": "ab", "home": "c1", "values": {"note": "n"}}, {"children": "cd"}, 0.0),
    ],
)  # fmt: skip
def test_what_is_equal_except_for_its_name_is_enough_however_unlike_the_names(
    new: dict[str, Any], old: dict[str, Any], points: float
) -> None:
    assert _score(_side("Acme", **new), _side("Zebra", **old)) == round(points, 1)


def test_same_values_count_up_to_two() -> None:
    values = {"color": "#1976D2", "estimate": "PT8H", "hourly_rate": "95.00"}
    new, old = (_side(name, "", values, kind="project") for name in ("Acme", "Acme Corp"))
    assert _score(new, old) == NEAR + 6


def test_different_numbers_are_a_veto() -> None:
    assert _score(_side("Sprint 1", **SAME), _side("Sprint 2", **SAME)) == 0.0


def test_pairs_are_looked_for_by_texts_and_by_children_where_there_are_several() -> None:
    values = {"note": "n", "address": "", "email": None, "cc_emails": ("a",), "archived": True}
    assert list(features(_side("Acme", "c1", values, "ab"))) == [("c1", frozenset("ab")), ("note", "n")]
    assert list(features(_side("Acme", "c1", values, "a"))) == [("note", "n")]
    assert list(declared_fields(BY_NAME["client"], values)) == ["address", "note", "cc_emails"]


def test_the_same_children_one_text_and_one_value_are_enough_without_a_name() -> None:
    values = {"note": "n", "color": "#111111"}
    new, old = (_side(name, values=values, children="ab", kind="project") for name in ("One", "Other"))
    assert score_by(0, new, old) == EQUAL_EXCEPT_NAME


def test_the_least_similarities_of_a_name_alone() -> None:
    assert least_similarities(_side("Acme")) == (78, 78 + 15)


@pytest.mark.parametrize(
    ("values", "children", "is_enough"),
    [
        ({"note": "n"}, "ab", True),
        ({"note": "n"}, "a", False),
        ({}, "ab", False),
        ({"note": "n", "address": "a"}, "", True),
        ({"note": "n"}, "", False),
    ],
)
def test_two_children_and_a_value_or_two_texts_may_be_enough_whatever_the_name(
    values: dict[str, Any], children: str, *, is_enough: bool
) -> None:
    assert (least_similarities(_side("Acme", values=values, children=children))[0] == 0) is is_enough
