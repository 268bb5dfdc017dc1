"""Patching of what is written in brackets: which lines, commas and comments go and come with an entry."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.manifest.edit.values import Value, new_value
from tests.manifest.edit.test_patch import edited

HEAD = "version: 1\n"
LINES = "tags: [\n  a,\n  b, # of b\n  c # of c\n]\n"
MIXED = "tags: [a, # x\n  b, c, # y\n  d]\n"
LEFT: list[tuple[str, str, str, str]] = [
    ("the first line", LINES, "b c", "tags: [\n  b, # of b\n  c # of c\n]\n"),
    ("a line goes with its comment", LINES, "a c", "tags: [\n  a,\n  c # of c\n]\n"),
    ("the last line, behind a comment", LINES, "a b", "tags: [\n  a,\n  b, # of b\n]\n"),
    ("the first two lines", LINES, "c", "tags: [\n  c # of c\n]\n"),
    ("the last two lines", LINES, "a", "tags: [\n  a,\n]\n"),
    ("the first and the last line", LINES, "b", "tags: [\n  b, # of b\n]\n"),
    ("all lines", LINES, "", "tags: [\n]\n"),
    ("all without comments", "tags: [a, b, ] # t\n", "", "tags: [ ] # t\n"),
    ("one in front of another in its line", MIXED, "a c d", "tags: [a, # x\n  c, # y\n  d]\n"),
    ("one behind another in its line", MIXED, "a b d", "tags: [a, # x\n  b, # y\n  d]\n"),
    ("the first one, whose comment is above the rest", MIXED, "b c d", "tags: [ # x\n  b, c, # y\n  d]\n"),
    ("a whole line of two", MIXED, "a d", "tags: [a, # x\n   # y\n  d]\n"),
    ("two of one line below a comment", "tags: [a, # x\n  b, c]\n", "a", "tags: [a, # x\n  ]\n"),
    ("the last one in front of a blank", MIXED.replace("d]", "d ]"), "a b c", "tags: [a, # x\n  b, c, # y\n   ]\n"),
    ("the last one beside its bracket", MIXED, "a b c", "tags: [a, # x\n  b, c, # y\n  ]\n"),
]  # fmt: skip


def tags(change: Callable[[list[Value]], None]) -> Callable[[Value], None]:
    return lambda root: change(root.pairs["tags"].items)


@pytest.mark.parametrize(("before", "left", "after"), [case[1:] for case in LEFT], ids=[case[0] for case in LEFT])
def test_what_goes_with_an_entry(before: str, left: str, after: str) -> None:
    def change(items: list[Value]) -> None:
        items[:] = [item for item in items if item.text in left.split()]

    assert edited(HEAD + before, tags(change)) == HEAD + after


ADDED: list[tuple[str, str, int, str]] = [
    ("at the end, below a comment", LINES, 3, "tags: [\n  a,\n  b, # of b\n  c, # of c\n  m,\n  z\n]\n"),
    ("between two lines", LINES, 1, "tags: [\n  a,\n  m,\n  z,\n  b, # of b\n  c # of c\n]\n"),
    ("in front of the first line", LINES, 0, "tags: [\n  m,\n  z,\n  a,\n  b, # of b\n  c # of c\n]\n"),
    ("behind a comma at the end", "tags: [\n  a,\n]\n", 1, "tags: [\n  a,\n  m,\n  z,\n]\n"),
    ("in one line", "tags: [a, b] # t\n", 1, "tags: [a, m, z, b] # t\n"),
    ("in front in one line", "tags: [a, b] # t\n", 0, "tags: [m, z, a, b] # t\n"),
    ("in an empty list with an anchor", "tags: &t []\n", 0, "tags: &t\n  - m\n  - z\n"),
    ("in an empty list with a comment", "tags: [ # none yet\n]\n", 0, "tags: [m, z # none yet\n]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "at", "after"), [case[1:] for case in ADDED], ids=[case[0] for case in ADDED])
def test_where_new_entries_stand(before: str, at: int, after: str) -> None:
    def change(items: list[Value]) -> None:
        items[at:at] = [new_value("m"), new_value("z")]

    assert edited(HEAD + before, tags(change)) == HEAD + after


@pytest.mark.parametrize("names", ["m", "m p", "m p z"])
def test_behind_the_last_line_each_new_entry_has_a_line_and_the_last_one_no_comma(names: str) -> None:
    new = names.split()
    lines = ",\n".join(f"  {name}" for name in ["a", *new])
    text = edited(f"{HEAD}tags: [\n  a\n]\n", tags(lambda items: items.extend(map(new_value, new))))
    assert text == f"{HEAD}tags: [\n{lines}\n]\n"


REPLACED: list[tuple[str, str, int, str]] = [
    ("the last one of its line", "tags: [a, b]\n", 1, "tags: [a, m, z]\n"),
    ("a line of its own", "tags: [\n  a,\n  b\n]\n", 1, "tags: [\n  a,\n  m,\n  z\n]\n"),
    ("the first line", "tags: [\n  a,\n  b\n]\n", 0, "tags: [\n  m,\n  z,\n  b\n]\n"),
]


@pytest.mark.parametrize(("before", "at", "after"), [case[1:] for case in REPLACED], ids=[case[0] for case in REPLACED])
def test_new_entries_in_the_place_of_one_that_goes(before: str, at: int, after: str) -> None:
    def change(items: list[Value]) -> None:
        items[at : at + 1] = [new_value("m"), new_value("z")]

    assert edited(HEAD + before, tags(change)) == HEAD + after


CLIENT = "clients: [\n  {\n    name: A, # n\n    note: x,\n    email: a@b.example\n  },\n]\n"
CHANGED: list[tuple[str, str, str, dict[str, str], str]] = [
    ("a key goes with its line", CLIENT, "note", {}, CLIENT.replace("    note: x,\n", "")),
    ("a new key has its line", CLIENT, "", {"address": "z"}, CLIENT.replace("# n\n", "# n\n    address: z,\n")),
    ("one goes, one comes", CLIENT, "note", {"address": "z"}, CLIENT.replace("note: x", "address: z")),
    ("the comma that goes is written again", "clients: [{\n  name: A,\n  note: x }]\n", "note", {"address": "z"}, "clients: [{\n  name: A,\n  address: z }]\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "gone", "new", "after"), [case[1:] for case in CHANGED], ids=[case[0] for case in CHANGED]
)
def test_keys_in_braces(before: str, gone: str, new: dict[str, str], after: str) -> None:
    def change(root: Value) -> None:
        pairs = root.pairs["clients"].items[0].pairs
        pairs.pop(gone, None)
        pairs |= {key: new_value(text) for key, text in new.items()}

    assert edited(HEAD + before, change) == HEAD + after


def test_a_list_that_is_no_list_of_entries_stays_in_brackets() -> None:
    def change(root: Value) -> None:
        root.pairs["clients"].items[0].pairs["cc_emails"].items.append(new_value("a@b.example"))

    text = "version: 1\nclients:\n  - name: A\n    cc_emails: [] # copies\n"
    assert edited(text, change) == text.replace("[]", "[a@b.example]")


def test_a_single_pair_in_brackets_gets_braces_with_a_second_key() -> None:
    def change(root: Value) -> None:
        pairs = root.pairs["projects"].items[0].pairs["members"].items[0].pairs
        pairs["manager"] = new_value(plain=True)

    text = "version: 1\nprojects:\n  - name: A\n    members: [email: a@b.example]\n"
    assert edited(text, change) == text.replace("[email: a@b.example]", "[{email: a@b.example, manager: true}]")


def test_behind_a_quoted_key_a_list_of_quoted_texts_stays_quoted() -> None:
    text = 'version: 1\n"tags": ["a"]\n'
    assert edited(text, tags(lambda items: items.append(new_value("b")))) == text.replace('["a"]', '["a", "b"]')
