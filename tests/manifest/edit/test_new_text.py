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
