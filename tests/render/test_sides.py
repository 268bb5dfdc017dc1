"""Both sides of a changed field."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.render import words
from reconciler.render.sides import sides
from tests.render import plans


def _texts(before: Any, after: Any) -> tuple[str, str]:
    change = plans.update("client:A", note=(before, after))
    found = [sides(change, field) for field in words.shown_fields(change)]
    texts = [
        " | ".join("".join(piece.text for piece in side) for side in both)
        for both in zip(*(s[:2] for s in found), strict=True)
    ]
    return texts[0], texts[1]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a", "b", ("a", "b")),
        (None, "b", ("(none)", "b")),
        (("a", "b"), ("b", "c"), ("- a", "+ c")),
        (("a",), (), ("- a", "")),
        (("a", "b"), ("b", "a"), ("a, b", "b, a")),
        ({"amount": "1", "since": "x"}, {"amount": "2", "since": "x"}, ("amount: 1", "amount: 2")),
        ({"a": "1", "b": "1"}, {"a": "2", "b": "2"}, ("a: 1, b: 1", "a: 2, b: 2")),
    ],
)
def test_what_it_was_is_on_the_one_side_and_what_it_becomes_on_the_other(before: Any, after: Any, shown: Any) -> None:
    assert _texts(before, after) == shown


def test_a_create_has_one_side() -> None:
    change = plans.create("client:A", note="x")
    found = sides(change, change.fields[0])
    assert (found.before, "".join(piece.text for piece in found.after), found.whole) == ((), "x", ())


def test_a_shortened_text_is_also_there_whole() -> None:
    change = plans.update("client:A", note=("x" * 500, None))
    assert sides(change, change.fields[0]).whole == ("x" * 500, "")
