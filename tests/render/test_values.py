"""Values as people write them, and the part of a long text that is shown."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.planning.plan import FieldChange
from reconciler.render import values
from reconciler.render.values import LONGEST
from tests.render import plans


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Acme", "Acme"),
        ("Acme Corp", "Acme Corp"),
        ("", '""'),
        (" Acme", '" Acme"'),
        ("Acme ", '"Acme "'),
        ("two  blanks", '"two  blanks"'),
        ("(none)", '"(none)"'),
        ("it's", "it's"),
        ("'it", '"\'it"'),
        ("a:b", "a:b"),
        (":b", '":b"'),
    ],
)
def test_a_name_is_quoted_where_its_ends_are_ambiguous(name: str, shown: str) -> None:
    assert values.name(name) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(none)"),
        ((), "(none)"),
        ("", '""'),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ("PT8H", "PT8H"),
        ("#1976D2", "#1976D2"),
        ("jo@acme.example", "jo@acme.example"),
        ("two words", '"two words"'),
        ("None", '"None"'),
        ("TRUE", '"TRUE"'),
        (("a", "b c"), 'a, "b c"'),
        ({"amount": 1, "active": True}, "{amount: 1, active: true}"),
    ],
)
def test_a_value_is_shown_as_a_person_would_write_it(value: Any, shown: str) -> None:
    assert values.value(value) == shown


def _pair_of(before: Any, after: Any) -> tuple[str, str]:
    first, arrow, second = values.field_pieces(plans.update("tag:a"), FieldChange("note", before, after))
    assert arrow.text == " → "
    return first.text, second.text


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("x" * LONGEST, "y", ("x" * LONGEST, "y")),
        ("x" * (LONGEST + 1), "y", (f'"{"x" * LONGEST}…" ({LONGEST + 1} characters)', "y")),
        (None, "x" * (LONGEST + 1), ("(none)", f'"{"x" * LONGEST}…" ({LONGEST + 1} characters)')),
        # They differ after the first half of what is shown: 20 characters before that place, and all of the rest.
        ("x" * 81 + "a" * 80, "x" * 81 + "b", ('"…' + "x" * 20 + "a" * 80 + '" (161 characters)', '"…' + "x" * 20 + 'b" (82 characters)')),
        ("x" * 80 + "a" * 81, "x" * 80 + "b", ('"' + "x" * 80 + "a" * 80 + '…" (161 characters)', "x" * 80 + "b")),
        ("x" * 200, "x" * 200 + "b", ('"…' + "x" * 20 + '" (200 characters)', '"…' + "x" * 20 + 'b" (201 characters)')),
        ("x" * 100 + "a" * 140, "x" * 100 + "b" * 141,
         ('"…' + "x" * 20 + "a" * 140 + '" (240 characters)', '"…' + "x" * 20 + "b" * 140 + '…" (241 characters)')),
    ],
)  # fmt: skip
def test_of_long_texts_the_part_is_shown_where_they_begin_to_differ(
    before: Any, after: Any, shown: tuple[str, str]
) -> None:
    assert _pair_of(before, after) == shown


def test_the_value_of_a_create_stands_alone() -> None:
    (piece,) = values.field_pieces(plans.create("tag:a"), FieldChange("note", None, "x" * (LONGEST + 1)))
    assert piece.text == f'"{"x" * LONGEST}…" ({LONGEST + 1} characters)'
