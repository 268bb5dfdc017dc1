"""Patching of what is written in lines: which lines and comments go, and how the text of a value is written again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.manifest.edit.file import open_file
from reconciler.manifest.edit.patch import patched
from reconciler.manifest.edit.splices import Splices
from reconciler.manifest.edit.tree import MAPPING, SCALAR, UneditableError, parse
from reconciler.manifest.edit.values import Value, new_value, plain_of, value_of
from reconciler.manifest.yaml.scalars import INT
from tests.manifest.edit.test_patch import edited

HEAD = "version: 1\n"


def keeping(left: str) -> Callable[[Value], None]:
    """The tags that stay."""

    def change(root: Value) -> None:
        root.pairs["tags"].items[:] = [item for item in root.pairs["tags"].items if item.text in left.split()]

    return change


HEADED = "tags:\n  - a\n  # rest\n  - b\n  - c\n  - d\n"
EXPLICIT = "? tags\n: - a\n  - b # of b\n  - c\n"
LEFT: list[tuple[str, str, str, str]] = [
    ("a comment goes with all that it heads", HEADED, "a", "tags:\n  - a\n"),
    ("it stays with the last one", HEADED, "a d", "tags:\n  - a\n  # rest\n  - d\n"),
    ("it stays with the first one", HEADED, "a b", "tags:\n  - a\n  # rest\n  - b\n"),
    ("it stays with one between", HEADED, "c", "tags:\n  # rest\n  - c\n"),
    ("it goes with the whole list", "tags:\n  # ours\n  - a\n  - b\nclients: []\n", "", "tags: []\nclients: []\n"),
    ("one blank line stays", "tags:\n  - a\n\n  # rest\n  - b\n  - c\n\n  - d\n", "a d", "tags:\n  - a\n\n  - d\n"),
    ("a comment between heads on its own", "tags:\n  - a\n  # x\n  - b\n  # y\n  - c\n  - d\n", "a b", "tags:\n  - a\n  # x\n  - b\n"),
    ("behind the colon of an explicit key", EXPLICIT, "b c", "? tags\n: - b # of b\n  - c\n"),
    ("two behind such a colon", EXPLICIT, "c", "? tags\n: \n  - c\n"),
    ("a comment beside the one behind it", "? tags\n: - a # of a\n  - b\n", "b", "? tags\n:  # of a\n  - b\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "left", "after"), [case[1:] for case in LEFT], ids=[case[0] for case in LEFT])
def test_what_goes_with_entries(before: str, left: str, after: str) -> None:
    assert edited(HEAD + before, keeping(left)) == HEAD + after


def test_a_comment_at_the_top_of_the_file_goes_with_the_key_below_it() -> None:
    def change(root: Value) -> None:
        del root.pairs["removed"]

    assert edited("# gone\nremoved:\n  - {tag: b}\n\nversion: 1\ntags: [a]\n", change) == "version: 1\ntags: [a]\n"


def test_new_entries_behind_the_colon_of_an_explicit_key() -> None:
    def change(root: Value) -> None:
        root.pairs["tags"].items[:0] = [new_value("x"), new_value({"name": "z"})]

    assert edited(HEAD + EXPLICIT, change) == HEAD + EXPLICIT.replace("- a", "- x\n  - z\n  - a")


def test_new_entries_have_a_blank_line_between_them_where_the_others_have() -> None:
    def change(root: Value) -> None:
        root.pairs["tags"].items[:0] = [new_value("x")]
        root.pairs["tags"].items[2:2] = [new_value("k")]
        root.pairs["tags"].items.append(new_value("z"))

    text = f"{HEAD}tags:\n  - a\n\n  - b\n"
    assert edited(text, change) == f"{HEAD}tags:\n  - x\n\n  - a\n\n  - k\n\n  - b\n\n  - z\n"


def client(change: Callable[[dict[str, Value]], object]) -> Callable[[Value], None]:
    def changed(root: Value) -> None:
        change(root.pairs["clients"].items[0].pairs)

    return changed


def without(*keys: str) -> Callable[[dict[str, Value]], object]:
    return lambda pairs: [pairs.pop(key) for key in keys]


def setting(*keys: str, to: object) -> Callable[[dict[str, Value]], object]:
    """Give keys a value in the place of their own."""

    def change(pairs: dict[str, Value]) -> None:
        for key in keys:
            value = new_value(to)
            value.node = pairs[key].node
            pairs[key] = value

    return change


def replacing(*keys: str, by: object) -> Callable[[dict[str, Value]], object]:
    return lambda pairs: pairs.update({key: new_value(by) for key in keys})


FIRST = "  - note: x\n    address: y # here\n    name: A\n    email: a@b.example\n"
ABOVE = "  - note: x # is\n    # of address\n    address: y # here\n    name: A\n"
TAGGED = "  - name: A\n    note: &n !!str 12 # of it\n    address: *n\n"
PEOPLE = "  - name: A\n    cc_emails: # these\n      - a@b.example # one\n      - c@d.example\n    note: y\n"
CHANGES: list[tuple[str, str, Callable[[dict[str, Value]], object], str]] = [
    ("the key behind the dash", FIRST, without("note"), "  - address: y # here\n    name: A\n    email: a@b.example\n"),
    ("a key below that", FIRST, without("address"), "  - note: x\n    name: A\n    email: a@b.example\n"),
    ("both, with a comment", FIRST, without("note", "address"), "  -\n    name: A\n    email: a@b.example\n"),
    ("a comment of the next key", ABOVE, without("note"), "  -\n    # of address\n    address: y # here\n    name: A\n"),
    ("a key on the line below the dash", "  -\n    note: x\n    name: A\n", without("note"), "  -\n    name: A\n"),
    ("a list in lines by nothing", PEOPLE, replacing("cc_emails", by=None), "  - name: A\n    cc_emails: null # these\n    note: y\n"),
    ("with its anchor", PEOPLE.replace("# these", "&c"), replacing("cc_emails", by=None), "  - name: A\n    cc_emails: null\n    note: y\n"),
    ("behind an explicit key", "  - name: A\n    ? cc_emails\n    : - a@b.example\n    note: y\n", replacing("cc_emails", by=None), "  - name: A\n    ? cc_emails\n    : null\n    note: y\n"),
    ("nothing by a list", "  - {name: A, cc_emails: null}\n", replacing("cc_emails", by=["a@b.example"]), "  - {name: A, cc_emails: [a@b.example]}\n"),
    ("nothing written by a list", "  - name: A\n    cc_emails: # of it\n", replacing("cc_emails", by=["a@b.example"]), "  - name: A\n    cc_emails: [a@b.example] # of it\n"),
    ("a text where none is written", "  - name: A\n    note: # of it\n", setting("note", to="new"), "  - name: A\n    note: new # of it\n"),
    ("a text with a tag", "  - name: A\n    note: !!str 12 # of it\n", setting("note", to="new"), "  - name: A\n    note: new # of it\n"),
    ("with an anchor that stays", TAGGED, setting("note", "address", to="new"), "  - name: A\n    note: &n new # of it\n    address: *n\n"),
    ("with an anchor that moves", TAGGED, setting("note", to="new"), "  - name: A\n    note: new # of it\n    address: &n \"12\"\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "change", "after"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES]
)
def test_keys_in_lines(before: str, change: Callable[[dict[str, Value]], object], after: str) -> None:
    head = f"{HEAD}clients:\n"
    assert edited(head + before, client(change)) == head + after


HEADERS = [
    ("|\n      x", "|-\n      x\n"),
    ("|+\n      x", "|-\n      x\n"),
    ("|2\n       x", "|-2\n       x\n"),
    (">\n      x\n", ">\n      x\n"),
    ("|+\n      x\n", "|+\n      x\n"),
    ("|+\n      x\n\n", "|+\n      x\n\n"),
]


@pytest.mark.parametrize(("before", "after"), HEADERS)
def test_a_text_in_a_block_stays_what_it_is_with_a_key_below_it(before: str, after: str) -> None:
    head = f"{HEAD}clients:\n  - name: A\n    note: "
    text = edited(head + before, client(lambda pairs: pairs.update(archived=new_value(plain=True))))
    assert text == f"{head}{after}    archived: true" + ("\n" if before.endswith("\n") else "")


ALIASES = [
    ("an alias stays one", lambda _: None, "tags: [&t x]\nclients: [{name: *t , archived: true}]\n"),
    ("it gets the anchor", lambda root: root.pairs["tags"].items.clear(), "tags: []\nclients: [{name: &t x, archived: true}]\n"),
    ("its anchor has another text by now", lambda root: setattr(root.pairs["tags"].items[0], "text", "q"), "tags: [q]\nclients: [{name: &t x, archived: true}]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "after"), [case[1:] for case in ALIASES], ids=[case[0] for case in ALIASES])
def test_an_alias_as_a_bare_name_becomes_a_mapping(first: Callable[[Value], None], after: str) -> None:
    def change(root: Value) -> None:
        first(root)
        items = root.pairs["clients"].items
        items[0] = Value(MAPPING, items[0].node, pairs={"name": items[0], "archived": new_value(plain=True)})

    assert edited(f"{HEAD}tags: [&t x]\nclients: [*t]\n", change) == HEAD + after


def test_a_bare_name_that_gets_another_one_and_a_list_in_lines() -> None:
    def change(root: Value) -> None:
        items = root.pairs["clients"].items
        name = Value(SCALAR, items[0].node, "Bolt", items[0].tag)
        items[0] = Value(MAPPING, items[0].node, pairs={"name": name, "projects": new_value([{"name": "Site"}])})

    after = "clients:\n  - name: Bolt # ours\n    projects:\n      - Site\n"
    assert edited(f"{HEAD}clients:\n  - Acme # ours\n", change) == HEAD + after


def test_what_would_be_no_yaml_is_refused() -> None:
    roots = parse("version: 1\n")
    with pytest.raises(UneditableError, match=r"would not be valid YAML \(ParserError\)"):
        patched("version: 1\n", roots, [Value(MAPPING, roots[0], pairs={"version": Value(SCALAR, None, "[", INT)})])


def test_splices() -> None:
    splices = Splices("a\nb\nc\n")
    splices.replace(0, 2, "")
    splices.replace(2, 4, "")
    splices.insert(1, "x\n")  # between lines that go
    assert splices.result() == "x\nc\n"
    splices.replace(3, 6, "")
    with pytest.raises(UneditableError, match="overlap") as caught:
        splices.result()
    assert caught.value.index == 3


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(UneditableError, match="invalid UTF-8 byte 0xff"):
        open_file("m.yaml", b"tags: [\xff]")


def test_a_number_that_is_out_of_range_is_its_text() -> None:
    digits = "9" * 30
    assert plain_of(value_of(parse(f"[{digits}, 7]\n")[0])) == [digits, 7]


def test_entries_of_a_list_that_was_no_list_stand_on_lines() -> None:
    def change(root: Value) -> None:
        root.pairs["tags"] = new_value(["a", "b"])

    assert edited("version: 1\ntags:\nclients: [A]\n", change) == "version: 1\ntags:\n  - a\n  - b\nclients: [A]\n"


def test_an_anchor_stays_where_its_last_alias_becomes_another_value() -> None:
    text = "version: 1\nclients:\n  - {name: A, note: &n One}\n  - {name: B, note: *n}\n"

    def change(root: Value) -> None:
        setting("note", to="Two")(root.pairs["clients"].items[1].pairs)

    assert edited(text, change) == text.replace("*n", "Two")


def test_an_entry_in_place_of_the_last_line_has_the_line_breaks_of_the_text() -> None:
    def change(root: Value) -> None:
        root.pairs["tags"].items[1:] = [new_value("c")]

    assert edited("version: 1\rtags:\r  - a\r  - b\r", change) == "version: 1\rtags:\r  - a\r  - c\r"


@pytest.mark.parametrize("empty", ["[]", "null"])
def test_entries_of_an_empty_list_in_the_last_line_stand_below_it(empty: str) -> None:
    def change(root: Value) -> None:
        root.pairs["tags"] = new_value(["a"])

    assert edited(f"{HEAD}tags: {empty}", change) == f"{HEAD}tags:\n  - a"


def test_a_new_name_on_its_own_line_needs_no_quotes_for_commas_and_brackets() -> None:
    def change(root: Value) -> None:
        root.pairs["tags"].items.append(new_value("b, [c]"))

    assert edited(f"{HEAD}tags:\n  - a\n", change) == f"{HEAD}tags:\n  - a\n  - b, [c]\n"
