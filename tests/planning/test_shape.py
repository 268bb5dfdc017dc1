"""The shape of a plan file: each type to its limits, and where a deviation is."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.planning import shape
from reconciler.planning.shape import COUNT, FLAG, TEXT, ListOf, MapOf, Object, Optional, Shape

BIG = 2**63 - 1


def _found(form: Shape, value: Any, path: str = "") -> list[str]:
    return [str(problem) for problem in form.problems(value, path)]


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        (shape.TEXT, ["", "x", "漢"], [None, 1, b"x", "\ud800", "a\udfff", "é\udbff"]),
        (shape.FILLED, ["x", "漢"], ["", None, "\ud800"]),
        (shape.COUNT, [0, 1, BIG], [-1, BIG + 1, True, 1.0, "1", None]),
        (shape.NUMBER, [0, 0.0, 0.5, BIG], [-1, -0.5, BIG + 1, float("nan"), float("inf"), True, "1", None]),
        (shape.FLAG, [True, False], [0, 1, "true", None]),
        (shape.VALUE, [None, True, "x", [], ["x"], ()], [1, 0.5, {}, [1], [None], "\ud800", ["\ud800"]]),
        (
            shape.ADDRESS,
            ["client:A", "project:A", "project:A/B", "task:A/B", "task:A/B/C", r"tag:a\/b"],
            ["", "A", "client:", "client:A/B", "project:A/B/C", "task:A", "task:A/B/C/D", "tag:a/b", "thing:A", "\ud800", 1, r"tag:\a"],
        ),
        (shape.one_of(("a", "b")), ["a", "b"], ["c", "", None, 1, []]),
        (shape.matching("digits", "[0-9]+"), ["1", "12"], ["", "1x", "x1", 1, None, "1\n"]),
        (Optional(COUNT), [None, 0], [-1, "x"]),
        (ListOf(COUNT), [[], [0, 1]], [(), "x", None, [-1], {}]),
        (MapOf(TEXT, COUNT), [{}, {"a": 1}], [[], None, {"a": -1}, {1: 1}]),
        (Object({"a": COUNT, "b": FLAG}, frozenset("b")), [{"a": 1}, {"a": 1, "b": True}], [{}, {"b": True}, {"a": 1, "c": 1}, []]),
    ],
)  # fmt: skip
def test_a_type_takes_its_values_to_their_limits_and_no_others(form: Shape, right: list[Any], wrong: list[Any]) -> None:
    assert [value for value in right if _found(form, value)] == []
    assert [value for value in wrong if not _found(form, value)] == []


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (COUNT, -1, "not a whole number from 0: -1"),
        (ListOf(COUNT), [0, "x", 2], "[1]: not a whole number from 0: 'x'"),
        (ListOf(COUNT), {}, "not an array: an object"),
        (MapOf(TEXT, COUNT), {"a": None}, "a: not a whole number from 0: null"),
        (MapOf(TEXT, COUNT), [], "not an object: an array"),
        (Object({"a": COUNT}), {}, "a: missing key"),
        (Object({}), {"a": 1}, "a: unknown key"),
        (Object({}), None, "not an object: null"),
        (Object({"a": ListOf(Object({"b": FLAG}))}), {"a": [{"b": 1}]}, "a[0].b: not true or false: 1"),
        (shape.one_of(("a", "b")), "c", "not one of a, b: 'c'"),
    ],
)
def test_a_deviation_says_where_it_is(form: Shape, value: Any, text: str) -> None:
    assert _found(form, value) == [text]
    (below,) = _found(form, value, "changes[3]")
    assert below.startswith("changes[3]")
    assert below.endswith(text.rpartition(": ")[2])


@pytest.mark.parametrize(
    ("path", "key", "shown"),
    [
        ("", "a", "a"),
        ("x", "a", "x.a"),
        ("x", "a" * 40, "x." + "a" * 40),
        ("x", "a" * 41, f"x.'{'a' * 41}'"),
        ("x", "a b", "x.'a b'"),
        ("x", "", "x.''"),
        ("x", 1, "x.1"),
        ("", "a\n", r"'a\n'"),
    ],
)
def test_a_key_that_is_no_plain_word_is_quoted(path: str, key: object, shown: str) -> None:
    assert shape.below(path, key) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({}, "an object"),
        ([], "an array"),
        ((), "an array"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (BIG, str(BIG)),
        (-BIG, str(-BIG)),
        (BIG + 1, "a number out of range"),
        (-BIG - 1, "a number out of range"),
        (float("inf"), "a number out of range"),
        (float("nan"), "a number out of range"),
        ("x" * 58, f"'{'x' * 58}'"),
        ("x" * 59, f"'{'x' * 58}…"),
    ],
)
def test_an_excerpt_fits_into_a_line(value: Any, shown: str) -> None:
    assert shape.excerpt(value) == shown
