"""What new text looks like: quoted only where its place asks for it, and indented as the lists around it are."""

from __future__ import annotations

import pytest

from reconciler.manifest.edit.tree import SCALAR
from reconciler.manifest.edit.values import Value, new_value
from tests.manifest.edit.test_patch import edited, mapping

HEAD = "version: 1\n"


def test_a_text_in_the_place_of_an_alias_is_quoted_only_inside_brackets() -> None:
    def change(root: Value) -> None:
        for item in root.pairs["clients"].items[1:]:
            item.pairs["note"] = Value(SCALAR, item.pairs["note"].node, "x, y")

    head = f"{HEAD}clients:\n  - name: A\n    note: "
    before = "&n One\n  - name: B\n    note: *n\n  - {name: C, note: *n}\n"
    after = '&n One\n  - name: B\n    note: x, y\n  - {name: C, note: "x, y"}\n'
    assert edited(head + before, change) == head + after


@pytest.mark.parametrize("blanks", [0, 2, 4])
def test_a_new_list_is_indented_as_the_first_one_of_the_text(blanks: int) -> None:
    def change(root: Value) -> None:
        mapping(root.pairs["clients"].items, 0).pairs["projects"] = new_value(["X"])

    pad = " " * blanks
    assert edited(f"{HEAD}clients:\n{pad}- Acme\n", change) == (
        f"{HEAD}clients:\n{pad}- name: Acme\n{pad}  projects:\n{pad}  {pad}- X\n"
    )


@pytest.mark.parametrize("inner", ["projects: []", "cc_emails: [a@b.example]", "cc_emails: []"])
def test_a_short_entry_without_entries_inside_is_written_in_braces(inner: str) -> None:
    key, _, text = inner.partition(": ")
    new = new_value({"name": "B", key: [text[1:-1]] if text != "[]" else []})
    before = f"{HEAD}clients:\n  - A\n"
    assert edited(before, lambda root: root.pairs["clients"].items.append(new)) == f"{before}  - {{name: B, {inner}}}\n"


def test_a_text_with_a_hidden_character_keeps_its_quotes_and_is_written_with_an_escape() -> None:
    def change(root: Value) -> None:
        root.pairs["tags"].items[0].text = "Cafe\u0301"

    assert edited(f'{HEAD}tags:\n  - "Bar"\n', change) == f'{HEAD}tags:\n  - "Cafe\\u0301"\n'


def test_a_name_over_several_lines_that_becomes_a_mapping_is_written_in_one() -> None:
    def change(root: Value) -> None:
        mapping(root.pairs["tags"].items, 0).pairs["archived"] = new_value(plain=True)

    before = f"{HEAD}tags:\n  - >-\n    Acme\n    Studio\n"
    assert edited(before, change) == f"{HEAD}tags:\n  - {{name: Acme Studio, archived: true}}\n"


@pytest.mark.parametrize("header", ["|", "|-", "|+"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_an_entry_below_a_text_without_a_line_break_at_its_end_adds_none_to_the_text(
    header: str, line_break: str
) -> None:
    def change(root: Value) -> None:
        root.pairs["clients"].items.append(new_value("B"))

    before = f"{HEAD}clients:\n  - name: A\n    note: {header}\n      x".replace("\n", line_break)
    after = f"{HEAD}clients:\n  - name: A\n    note: |-\n      x\n  - B".replace("\n", line_break)
    assert edited(before, change).rstrip("\r\n") == after


@pytest.mark.parametrize(("length", "is_short"), [(100, True), (101, False)])
def test_a_new_entry_of_a_hundred_characters_is_in_braces_and_a_longer_one_is_not(
    length: int, *, is_short: bool
) -> None:
    note = "x" * (length - len("{name: B, note: }"))
    new = new_value({"name": "B", "note": note})
    before = f"{HEAD}clients:\n  - A\n"
    lines = f"  - {{name: B, note: {note}}}\n" if is_short else f"  - name: B\n    note: {note}\n"
    assert edited(before, lambda root: root.pairs["clients"].items.append(new)) == before + lines
