"""What YAML reads in another way than it was meant: each slip has one problem, which says what to write."""

from __future__ import annotations

import pytest

from reconciler.manifest import load
from reconciler.manifest.yaml.nodes import PurePythonLoader, read_documents
from reconciler.manifest.yaml.text import SourceText
from tests.manifest.reading import problems

SLIPS = {
    # after `version: 1`: the line and column of the one problem, its message, and its hint
    "tags:\n  - C: D": ("3:5", "'C: D' is a mapping, not text", 'put text with a colon in quotes: "C: D"'),
    "tags:\n  - Foo:": ("3:5", "'Foo:' is a mapping, not text", 'put text with a colon in quotes: "Foo:"'),
    "tags: [C: D]": ("2:8", "'C: D' is a mapping, not text", 'put text with a colon in quotes: "C: D"'),
    "tags:\n  - name: {x}": ("3:11", "'{x}' is a mapping, not text", 'put text in braces in quotes: "{x}"'),
    "tags:\n  - {x}": ("3:5", "'{x}' is a mapping, not text", 'put text in braces in quotes: "{x}"'),
    "projects: [{name: Site, use: [a: b]}]": ("2:31", "'a: b' is a mapping, not text", 'put text with a colon in quotes: "a: b"'),
    "tags: []\npolicy: {protect: [client: A]}": ("3:20", "'client:A' is a mapping, not text",
                                                'put text with a colon in quotes: "client:A"'),
    "tags:\n  - #urgent": ("3:4", "an entry of 'tags' has no value", '# begins a comment; put the value in quotes: - "#urgent"'),
    "tags:\n  - name: #a b": ("3:5", "'name' has no value", '# begins a comment; put the value in quotes: name: "#a b"'),
    "projects:\n  - name: Site\n    color: #1976D2": ("4:5", "'color' has no value",
                                                       '# begins a comment; put the value in quotes: color: "#1976D2"'),
    "tags:\n  - # urgent": ("3:4", "an entry of 'tags' has no value", "add a value, or remove the key"),
    "tags: [null]": ("2:8", "an entry of 'tags' is null", 'put it in quotes: "null"'),
    "tags: [{name: ~}]": ("2:9", "'name' is null", 'put it in quotes: "~"'),
    "tags: [.inf]": ("2:8", "the number is not finite", 'put text in quotes: ".inf"'),
    "tags: [2024]": ("2:8", "an entry of 'tags' must be a string or a mapping, not 2024", 'put it in quotes: "2024"'),
    "tags: [{name: 007}]": ("2:15", "'name' must be a string, not 7", 'put it in quotes: "007"'),
    "tags:\n  - {{ x }}": ("3:6", "invalid key: keys must be strings, not lists or mappings",
                           "put text that begins with a brace or bracket in quotes"),
    "tags: [!urgent ]": ("2:8", "unknown tag '!urgent'", "remove the tag, or put text that begins with ! in quotes"),
    "removed:\n  - tag:old": ("3:5", "an entry of 'removed' must be a mapping, not 'tag:old'", "write tag: old"),
    "tags: []\npolicy: {prune: archive}": ("3:17", "'prune' must be a mapping, not 'archive'",
                                          "valid keys: 'clients', 'projects', 'tags' and 'tasks'"),
    "projects: [{name: Site, estimate: {time: 4h}}]": ("2:35", "'estimate' must be a string, not a mapping",
                                                     "use ISO 8601 hours, minutes, seconds, e.g. PT1H30M"),
    "tags: {a: b}": ("2:7", "'tags' must be a list, not a mapping", "write a list, whose entries begin with -"),
}  # fmt: skip
SYNTAX = {
    "tags:\n  - name: one: two": ("3:14", 'put the value in quotes: name: "one: two"'),
    "tags:\n  - 'ok'\n  - Phase 1: Design: x": ("4:20", 'put the value in quotes: - "Phase 1: Design: x"'),
    "tags:\n  - name: one: two # x": ("3:14", 'put the value in quotes: name: "one: two"'),
    "clients:\n  - name A\n    note: x": ("4:9", "add a colon and a blank after the key in the line above, or fix the indentation"),
    "tags:\n  - @acme": ("3:5", 'put text that begins with @ in quotes: - "@acme"'),
    "tags:\n  - name: `x`": ("3:11", 'put text that begins with ` in quotes: name: "`x`"'),
    "tags:\n  - *important*": ("3:15", 'put text that begins with * in quotes: - "*important*"'),
    "tags:\n  - & co": ("3:6", 'put text that begins with & in quotes: - "& co"'),
    'tags:\n  - "A" B': ("3:9", 'put the whole value in one pair of quotes: - "\\"A\\" B"'),
    "tags:\n  - 'it's'": ("3:9", 'put the whole value in one pair of quotes: - "it\'s"'),
    "tags:\n  - [x] y": ("3:9", 'put the whole value in one pair of quotes: - "[x] y"'),
    "clients:\n  - name: 'A' B\n    note: x": ("3:15", "put the whole value in one pair of quotes: name: \"'A' B\""),
    "projects:\n  - {name: Site, color: #1976D2}": ("3:25",
        'put the value in quotes: "#1976D2"; # begins a comment, here up to the closing bracket'),
    "clients:\n  - name: A\n   note: x": ("4:4", "indent all entries of a list to the same column"),
}  # fmt: skip


@pytest.mark.parametrize("text", SLIPS)
def test_a_slip_has_one_problem_that_says_what_to_write(text: str) -> None:
    found = [(f"{p.line}:{p.column}", p.message, p.hint) for p in problems(f"version: 1\n{text}\n")]
    assert found == [SLIPS[text]]


def test_a_comment_instead_of_a_value_is_told_where_an_entry_is_made_for_each_row() -> None:
    text = "projects:\n  - for_each: [A1]\n    name: '{item}'\n    tasks:\n      - #QA\n"
    (problem,) = problems(f"version: 1\n{text}")
    assert (problem.place, problem.message) == ("-:6:8 (-:3:16)", "an entry of 'tasks' has no value")
    assert problem.hint == '# begins a comment; put the value in quotes: - "#QA"'


@pytest.mark.parametrize("text", ["clients: [{nmae: A}]", "clients: [{A: [B]}]", "clients: [{A: b, B: c}]"])
def test_a_mapping_that_is_no_text_lacks_its_name(text: str) -> None:
    messages = [problem.message for problem in problems(f"version: 1\n{text}\n")]
    assert "missing key 'name' in a client" in messages
    assert not any("not text" in message for message in messages)


@pytest.mark.parametrize("text", SYNTAX)
def test_a_syntax_error_says_what_to_write_in_its_line(text: str) -> None:
    (problem,) = problems(f"version: 1\n{text}\n")
    assert (f"{problem.line}:{problem.column}", problem.hint) == SYNTAX[text]
    assert problem.message.startswith("invalid YAML: ")


@pytest.mark.parametrize("text", SYNTAX)
def test_the_other_parser_says_so_too_where_it_stops_at_the_same_character(text: str) -> None:
    _, (problem,), _ = read_documents(SourceText("-", f"version: 1\n{text}\n"), PurePythonLoader)
    place, hint = SYNTAX[text]
    if f"{problem.line}:{problem.column}" == place and "indent all entries" not in hint:
        assert problem.hint == hint


@pytest.mark.parametrize(
    "hint", [hint for _, _, hint in SLIPS.values() if hint.startswith("put ") and hint.endswith('"')]
)
def test_what_a_hint_puts_in_quotes_is_text(hint: str) -> None:
    quoted = hint[hint.index('"') :]
    loaded = load(["-"], stdin=f"version: 1\ntags: [{quoted}]\n".encode)
    assert [address.name for address in loaded.resources] == [quoted.strip('"')]
