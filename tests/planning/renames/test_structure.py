"""Pairs of one structure: every one of few, and of many as many as leave no side out."""

from __future__ import annotations

import pytest

from reconciler.model import Address
from reconciler.planning.renames.score import RenameSide
from reconciler.planning.renames.structure import same_structure

TEMPLATE = frozenset({"plan", "build", "review"})


def _sides(letters: str, number: int) -> list[RenameSide]:
    return [
        RenameSide(Address("project", (f"{letters}{at}{letters}",)), "", {}, TEMPLATE, inside=frozenset({TEMPLATE}))
        for at in range(number)
    ]


@pytest.mark.parametrize(
    ("new", "old", "pairs"), [(10, 10, 100), (11, 10, 11), (10, 11, 11), (1, 100, 100), (1, 101, 101), (101, 1, 101)]
)
def test_no_side_of_a_template_is_left_out(new: int, old: int, pairs: int) -> None:
    created, removed = _sides("n", new), _sides("o", old)
    found = list(same_structure(created, removed, (), ()))
    assert len(found) == pairs
    assert {one.address for one, _ in found} == {side.address for side in created}
    assert {other.address for _, other in found} == {side.address for side in removed}


def test_of_many_each_one_has_another_partner() -> None:
    created, removed = _sides("n", 11), _sides("o", 11)
    assert list(same_structure(created, removed, (), ())) == list(zip(created, removed, strict=True))
