"""Patching of texts and numbers: how a new one is written."""

from __future__ import annotations

from reconciler.manifest.edit.values import Value, new_value
from tests.manifest.edit.test_patch import edited


def test_a_document_that_is_nothing_but_a_text_gets_lines_that_are_two_columns_deep() -> None:
    def change(root: Value) -> None:
        root.text = "b\nc\n"

    assert edited("a\n", change) == "|\n  b\n  c\n"


def test_a_number_becomes_a_text_of_the_same_digits() -> None:
    def change(root: Value) -> None:
        root.pairs["note"] = new_value("5")

    assert edited("note: 5\n", change) == 'note: "5"\n'
