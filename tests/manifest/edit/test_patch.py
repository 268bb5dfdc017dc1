"""Patching: the corpus under many kinds of edits, and the places of what is added and removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.manifest.edit.patch import patched
from reconciler.manifest.edit.tree import MAPPING, SCALAR, SEQUENCE, UneditableError, parse
from reconciler.manifest.edit.values import Value, new_value, value_of
from tests.manifest.corpus import cases

LISTS = ("tags", "clients", "projects")


def edited(text: str, change: Callable[[Value], None]) -> str:
    """The text after a change of each document's value."""
    roots = parse(text)
    values = [value_of(root) for root in roots]
    for value in values:
        change(value)
    return patched(text, roots, values)


def each_list(change: Callable[[list[Value]], None]) -> Callable[[Value], None]:
    def changed(root: Value) -> None:
        for key in LISTS:
            found = root.get(key)
            if found is not None and found.form == SEQUENCE:
                change(found.items)

    return changed


def mapping(items: list[Value], at: int) -> Value:
    """An entry as a mapping."""
    item = items[at]
    if item.form == SCALAR:
        items[at] = item = Value(MAPPING, item.node, pairs={"name": item})
    return item


def append(items: list[Value]) -> None:
    items += (new_value("zz: new"), new_value({"name": "x, y", "archived": True}))


def prepend(items: list[Value]) -> None:
    items.insert(0, new_value("zz: new"))


def rename_first(items: list[Value]) -> None:
    for item in items[:1]:
        name = item if item.form == SCALAR else item.pairs["name"]
        name.text = "zz: new"


def remove_first(items: list[Value]) -> None:
    del items[:1]


def remove_last(items: list[Value]) -> None:
    del items[-1:]


def replace_all(items: list[Value]) -> None:
    items[:] = [new_value("zz: new")]


def set_fields(items: list[Value]) -> None:
    for at in range(len(items)):
        mapping(items, at).pairs |= {"archived": new_value(plain=True), "note": new_value("a\nb")}


def drop_fields(items: list[Value]) -> None:
    for item in items:
        for key in list(item.pairs):
            if key != "name":
                del item.pairs[key]


def nest(items: list[Value]) -> None:
    for at in range(len(items)):
        mapping(items, at).pairs["tasks"] = new_value(["A", {"name": "B", "estimate": "PT8H"}])


EDITS = (
    append,
    prepend,
    rename_first,
    remove_first,
    remove_last,
    replace_all,
    set_fields,
    drop_fields,
    nest,
    list.clear,
)


def run(edit: Callable[[list[Value]], None], every: int = 1) -> list[str]:
    """The manifests of which an edit fails; `patched` reads each result and compares it with what was meant."""
    failed = []
    for case in cases()[::every]:
        text = case.data.decode("utf-8-sig")
        try:
            new = edited(text, each_list(edit))
        except UneditableError as error:
            failed.append(f"{case.title}: {error}")
        else:
            if edit in (append, prepend) and not is_inside(text.replace("[]", "").replace("[ ]", ""), new):
                failed.append(f"{case.title}: something is lost")
    return failed


def is_inside(text: str, longer: str) -> bool:
    """Whether the characters of a text are those of a longer one, in order: then that one only adds some."""
    rest = iter(longer)
    return all(character in rest for character in text)


@pytest.mark.parametrize("edit", EDITS)
def test_edits_of_a_part_of_the_corpus(edit: Callable[[list[Value]], None]) -> None:
    assert not [failed for failed in run(edit, every=10) if not failed.startswith("escapes: ")]


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS)
def test_edits_of_the_corpus(edit: Callable[[list[Value]], None]) -> None:
    assert run(edit) == ["escapes: it has escapes of surrogate pairs"]


def test_without_a_change_not_a_byte_changes() -> None:
    for case in cases():
        text = case.data.decode("utf-8-sig")
        if case.title != "escapes":
            assert edited(text, lambda _: None) is text


def changed(before: str, change: Callable[[list[Value]], None]) -> str:
    """The lines of tags after a change of their list."""
    head = "version: 1\ntags:\n"
    after = edited(head + before, lambda root: change(root.pairs["tags"].items))
    assert after.startswith(head) or after == "version: 1\ntags: []\n", after
    return after.removeprefix(head)


REMOVED: list[tuple[str, str, str]] = [
    ("a comment of its own goes", "  - a\n  # of b\n  - b\n", "  - a\n"),
    ("a comment that heads others stays", "  - a\n  # rest\n  - b\n  - c\n", "  - a\n  # rest\n  - c\n"),
    ("a comment above with a blank line below goes", "  - a\n  # of b\n  - b\n\n  - c\n", "  - a\n\n  - c\n"),
    ("the comment of the next one stays", "  - a\n  - b\n  # of c\n  - c\n", "  - a\n  # of c\n  - c\n"),
    ("a comment in its line goes", "  - a\n  - b # now\n  - c # then\n", "  - a\n  - c # then\n"),
    ("deeper comments go", "  - a\n  - b\n    # more of b\n  - c\n", "  - a\n  - c\n"),
    ("comments above go, whatever the line breaks", "  - a\r\n  # of b\r\n  # and more\r\n  - b\r\n", "  - a\r\n"),
    ("no double blank line is left", "  - a\n\n  - b\n\n  - c\n", "  - a\n\n  - c\n"),
]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in REMOVED], ids=[case[0] for case in REMOVED])
def test_what_goes_with_an_entry(before: str, after: str) -> None:
    assert changed(before, lambda items: items.__delitem__(1)) == after


def test_fields_stand_in_the_usual_order_and_in_the_style_of_the_entry() -> None:
    def change(root: Value) -> None:
        for item in root.pairs["projects"].items:
            item.pairs |= {"archived": new_value(plain=True), "color": new_value("#123456")}

    text = "version: 1\nprojects:\n  - name: A\n    # note\n    note: x\n    tasks: [T]\n  - {name: B, note: y} # b\n"
    assert edited(text, change) == (
        'version: 1\nprojects:\n  - name: A\n    color: "#123456"\n    # note\n    note: x\n    archived: true\n    tasks: [T]\n'
        '  - {name: B, color: "#123456", note: y, archived: true} # b\n'
    )


def test_a_bare_name_becomes_a_mapping_where_it_stands() -> None:
    text = "version: 1\ntags: ['a', b] # two\nclients:\n  - 'Acme' # one\n  - Bolt\n"

    def change(root: Value) -> None:
        mapping(root.pairs["tags"].items, 0).pairs["archived"] = new_value(plain=True)
        mapping(root.pairs["clients"].items, 0).pairs["archived"] = new_value(plain=True)
        mapping(root.pairs["clients"].items, 1).pairs["projects"] = new_value(["X"])

    assert edited(text, change) == (
        "version: 1\ntags: [{name: 'a', archived: true}, b] # two\nclients:\n  - {name: 'Acme', archived: true} # one\n"
        "  - name: Bolt\n    projects:\n      - X\n"
    )


def test_quotes_stay_as_they_are() -> None:
    texts = {"a": "x", "'b'": "it's", '"c"': 'say "x"', "d": "null", '"e"': "z"}
    before = "version: 1\ntags:\n" + "".join(f"  - {text}\n" for text in texts)

    def change(root: Value) -> None:
        for item, text in zip(root.pairs["tags"].items, texts.values(), strict=True):
            item.text = text

    expected = ["x", "'it''s'", '"say \\"x\\""', '"null"', '"z"']
    assert edited(before, change) == "version: 1\ntags:\n" + "".join(f"  - {text}\n" for text in expected)


def test_what_an_anchor_stands_for_is_kept_for_its_aliases() -> None:
    text = "version: 1\nclients:\n  - {name: A, note: &n One}\n  - {name: B, note: *n}\n  - {name: C, note: *n}\n"

    def first(root: Value) -> None:
        root.pairs["clients"].items[0].pairs["note"].text = "Two"

    def last(root: Value) -> None:
        root.pairs["clients"].items[2].pairs["note"] = Value(
            SCALAR, root.pairs["clients"].items[2].pairs["note"].node, "Two"
        )

    def every(root: Value) -> None:
        for item in root.pairs["clients"].items:
            item.pairs["note"] = Value(SCALAR, item.pairs["note"].node, "Two")

    def gone(root: Value) -> None:
        del root.pairs["clients"].items[0]

    head = "version: 1\nclients:\n"
    assert (
        edited(text, first)
        == f"{head}  - {{name: A, note: Two}}\n  - {{name: B, note: &n One}}\n  - {{name: C, note: *n}}\n"
    )
    assert (
        edited(text, last)
        == f"{head}  - {{name: A, note: &n One}}\n  - {{name: B, note: *n}}\n  - {{name: C, note: Two}}\n"
    )
    assert (
        edited(text, every)
        == f"{head}  - {{name: A, note: &n Two}}\n  - {{name: B, note: *n}}\n  - {{name: C, note: *n}}\n"
    )
    assert edited(text, gone) == f"{head}  - {{name: B, note: &n One}}\n  - {{name: C, note: *n}}\n"


def test_json_stays_json() -> None:
    text = '{"version": 1, "clients": [{"name": "Acme"}], "tags": ["a"]}\n'

    def change(root: Value) -> None:
        root.pairs["clients"].items[0].pairs["note"] = new_value("x")
        root.pairs["tags"].items.append(new_value("b"))

    assert edited(text, change) == '{"version": 1, "clients": [{"name": "Acme", "note": "x"}], "tags": ["a", "b"]}\n'


def test_a_text_that_would_say_something_else_is_refused() -> None:
    text = "version: 1\ntags: [a]\n"
    roots = parse(text)
    value = value_of(roots[0])
    value.pairs = {"version": value.pairs["version"], "tags": value.pairs["tags"], "tags ": new_value("x")}
    extra: Any = new_value(["y"])
    value.pairs["tags"].items = [*value.pairs["tags"].items, extra, *value.pairs["tags"].items]
    with pytest.raises(UneditableError):
        patched(text, roots, [value])
