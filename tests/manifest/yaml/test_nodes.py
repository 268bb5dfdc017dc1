from __future__ import annotations

from typing import Any

import pytest
import yaml

from reconciler.manifest.yaml.document import INVALID, Document
from reconciler.manifest.yaml.nodes import Loader, PurePythonLoader, read_documents
from reconciler.manifest.yaml.recovery import sections_of
from reconciler.manifest.yaml.syntax import problem_of
from reconciler.manifest.yaml.text import SourceText
from tests.manifest.reading import problems

LOADERS = [pytest.param(Loader, id="libyaml"), pytest.param(PurePythonLoader, id="pure")]
both = pytest.mark.parametrize("loader", LOADERS)


def read(text: str, loader: Any) -> tuple[list[Document], list[str], bool]:
    documents, problems, complete = read_documents(SourceText("a.yaml", text), loader)
    return documents, [f"{p.line}:{p.column} {p.message}" for p in problems], complete


def document(text: str, loader: Any = Loader) -> Document:
    documents, problems, _ = read(text, loader)
    assert problems == []
    return documents[0]


def test_libyaml_is_the_parser_of_the_test_environment() -> None:
    assert yaml.__with_libyaml__
    assert Loader is not PurePythonLoader


@both
def test_values_have_the_types_of_yaml_1_2(loader: Any) -> None:
    text = "a: no\nb: 1:30\nc: 2024-01-31\nd: 0o14\ne: [~, true, '1', 1.5]\nf: |\n  x\n  y\non: >-\n  z\n"
    assert document(text, loader).value == {
        "a": "no", "b": "1:30", "c": "2024-01-31", "d": 12, "e": [None, True, "1", 1.5], "f": "x\ny\n", "on": "z",
    }  # fmt: skip


@both
def test_every_document_of_a_text_is_read(loader: Any) -> None:
    documents, problems, complete = read("%YAML 1.2\n---\na: 1\n---\n- b\n...\n", loader)
    assert ([d.value for d in documents], problems, complete) == ([{"a": 1}, ["b"]], [], True)


@both
def test_an_alias_has_the_value_of_its_anchor(loader: Any) -> None:
    assert document("a: &x {k: &y v}\nb: *x\nc: *y\n", loader).value == {"a": {"k": "v"}, "b": {"k": "v"}, "c": "v"}


@both
def test_an_anchor_that_is_given_again_means_the_last_one(loader: Any) -> None:
    text = "a: &x 1\nb: *x\nc: &x {k: &x 2}\nd: *x\n---\n- &x v\n- *x\n- &x [*x]\n"
    documents, problems, complete = read(text, loader)
    assert documents[0].value == {"a": 1, "b": 1, "c": {"k": 2}, "d": 2}
    assert documents[0].place_at(("c", "k")) == (3, 11)
    assert problems == ["8:3 recursive alias: the node contains itself"]
    assert not complete


@both
def test_reading_goes_on_with_the_next_document_after_a_syntax_error(loader: Any) -> None:
    text = 'a: [b\n---\nc: 1\n--- @\n---\nd: "x\n--- {e: &x 2, f: &x 3}\n---\ng: &a [*a]\n---\n- h\n'
    documents, problems, complete = read(text, loader)
    assert [d.value for d in documents] == [{"c": 1}, {"e": 2, "f": 3}, ["h"]]
    assert [d.place_at((0,)) for d in documents][-1] == (11, 3)
    assert [p.partition(" ")[0] for p in problems] == ["2:1", "4:5", "7:1", "9:4"]
    assert not complete


@both
def test_a_file_of_syntax_errors_is_given_up(loader: Any) -> None:
    assert 1 < len(read("--- @\n" * 1000, loader)[1]) < 30


@both
@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 100_000, "- " * 100_000 + "x", "? " * 100_000, "\n".join(" " * n + "a:" for n in range(2000)),
     "\n".join(" " * n + "- x:" for n in range(0, 2000, 2)), "[" * 51 + "]" * 51, "[ [\n" * 60],
    ids=["flow", "mappings", "dashes", "keys", "indents", "lists", "balanced", "lines"],
)  # fmt: skip
def test_a_depth_bomb_is_a_problem_instead_of_a_crash(text: str, loader: Any) -> None:
    documents, problems, complete = read(text, loader)
    assert (documents, complete) == ([], False)
    assert [p.split(": ")[-1] for p in problems] == ["more than 50 levels of nesting"]


@both
def test_fifty_levels_are_valid(loader: Any) -> None:
    assert document("[" * 50 + "]" * 50, loader).value


@both
def test_an_alias_bomb_is_a_problem(loader: Any) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    _, problems, complete = read("\n".join(lines), loader)
    assert problems == ["5:5 aliases expand to more than 200000 nodes"]
    assert not complete


@both
@pytest.mark.parametrize(("most", "found"), [(4, []), (3, ["1:4 aliases expand to more than 3 nodes"])])
def test_the_nodes_of_all_aliases_count(
    most: int, found: list[str], monkeypatch: pytest.MonkeyPatch, loader: Any
) -> None:
    monkeypatch.setattr("reconciler.manifest.yaml.document.MAX_COPIES", most)
    assert read("a: &a [x]\nb: *a\nc: *a\n", loader)[1] == found


@both
def test_a_depth_bomb_of_aliases_is_a_problem(loader: Any) -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [[*a{n - 1}]]" for n in range(1, 40))]
    _, problems, _ = read("\n".join(lines), loader)
    assert len(problems) == 1
    assert "aliases expand to more than 50 levels of nesting" in problems[0]


@both
@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "&a [[[*a]]]"])
def test_an_alias_inside_itself_is_a_problem(text: str, loader: Any) -> None:
    assert "recursive alias" in read(text, loader)[1][0]


@both
@pytest.mark.parametrize(
    "text",
    ["a: b: c", "a: [b", "a: 'b", "\tb: c", "a:\n\t- b", "a: *b", "a: &x 1\nb: &x 2\nc: *y", "- a\nb: c", "a: @b", "a: `b`", "a: %b",
     "%YAML 2.0\n---\na: 1", 'a: "\\q"', 'a: "\\uD800"', 'a: "\\U0000D800"', 'a: "\\U0000DFFF"', 'a: "\\UFFFFFFFF"', "!<a b: c", "a: |\n x\n z: [\ny", "{a: b}}"],
)  # fmt: skip
def test_a_syntax_error_is_one_problem_with_a_position(text: str, loader: Any) -> None:
    _, problems, complete = read(text, loader)
    assert len(problems) == 1
    assert not complete


@both
def test_a_tab_is_named_in_the_message(loader: Any) -> None:
    assert read("a:\n\tb: c", loader)[1] == ["2:1 tabs are not allowed for indentation"]


@both
def test_the_second_of_two_equal_keys_is_a_problem(loader: Any) -> None:
    documents, problems, complete = read("a: 1\nb: {c: 1, c: 2}\na: 3\n", loader)
    assert problems == [
        "2:11 duplicate key 'c'; first used in line 2",
        "3:1 duplicate key 'a'; first used in line 1",
    ]
    assert complete
    assert documents[0].value == {"a": 1, "b": {"c": 1}}


@both
def test_keys_values_and_entries_have_positions(loader: Any) -> None:
    text = "é: 1\nlist:\n  - 'a'\n  - {k: v, 😀: w}\n"
    found = document(text, loader)
    assert found.place_at(("é",)) == (1, 4)
    assert found.place_at(("list", 1), of_key=True) == (4, 5)
    assert found.place_at(("list", 1, "k"), of_key=True) == (4, 6)
    assert found.place_at(("list", 1, "😀")) == (4, 15)
    assert found.place_at(("list", 1, "gone")) == (4, 5)
    assert found.places(found.value["list"]) == [(3, 5), (4, 5)]
    assert found.place_in(found.value["list"][1], "k") == (4, 9)
    assert found.written_at(("list", 0)) == "a"


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ("removed: [{tag: a}, {tag: b}]", ("removed", 1, "tag"), {"removed": [{"tag": "a"}, INVALID]}),
        ("task_sets: {web: [a, b]}", ("task_sets", "web", 1), {"task_sets": {"web": ["a", INVALID]}}),
        ("task_sets: {web: [a, {name: b}]}", ("task_sets", "web", 1, "name"), {"task_sets": {"web": ["a", INVALID]}}),
        ("task_sets: {web: [{name: b, note: 1}]}", ("task_sets", "web", 0, "note"), {"task_sets": {"web": [{"name": "b"}]}}),
        ("policy: {protect: [a, b]}", ("policy", "protect", 1), {"policy": {}}),
        ("policy: {checks: [{message: m, require: {a: 1}}]}", ("policy", "checks", 0, "require", "a"), {"policy": {"checks": [INVALID]}}),
    ],
)  # fmt: skip
def test_of_what_is_listed_an_entry_is_cut(text: str, path: tuple[str | int, ...], left: Any) -> None:
    found = document(text)
    found.cut(path)
    assert found.value == left


def test_cut_removes_the_smallest_optional_part() -> None:
    found = document("note: x\ntags: [a, b]\nclients:\n  - {name: A, cc_emails: [x, y], note: n}\n  - {name: B}\n")
    found.cut(("tags", 0))
    found.cut(("clients", 0, "cc_emails", 1))
    found.cut(("clients", 1, "name"))
    found.cut(("clients", 1, "note", "deeper"))
    found.cut(("note",))
    found.cut(())
    assert found.value == {"tags": [INVALID, "b"], "clients": [{"name": "A", "note": "n"}, INVALID]}
    assert found.incomplete == {"note", "tags", "clients"}


def test_what_went_with_a_larger_part_is_cut_no_more() -> None:
    found = document("clients: [A]\ntags: [b]\n")
    found.cut(("clients",))
    found.cut(("clients", 0))
    assert found.value == {"tags": ["b"]}


def test_the_place_of_what_is_not_there_is_that_of_what_it_would_be_in() -> None:
    found = document("clients:\n  - {name: A}\n")
    assert (found.place_at(("clients", 0, "note")), found.place_at(("clients", 3))) == ((2, 5), (2, 3))
    assert found.place_at(("clients", 0, "name", "deeper")) == (2, 12)


def test_a_key_may_have_the_tag_of_a_text() -> None:
    assert document("!!str 5: x\n").value == {"5": "x"}


@both
@pytest.mark.parametrize(("levels", "problems"), [(39, 0), (40, 1)])
def test_fifty_levels_by_an_alias_are_valid_wherever_its_anchor_stands(levels: int, problems: int, loader: Any) -> None:
    text = f"a: [[[[&a {'[' * 10}{']' * 10}]]]]\nb: {'[' * levels}*a{']' * levels}\n"
    assert len(read(text, loader)[1]) == problems


@both
def test_a_hash_in_an_earlier_line_of_an_unclosed_brace_is_named(loader: Any) -> None:
    _, problems, _ = read("a: {color: #FFFFFF,\n\n\n\n  b: 1}\n", loader)
    assert problems[0].startswith("1:12 ")


@pytest.mark.parametrize("message", ["no place", "exceeded maximum nesting depth"])
def test_a_syntax_error_without_a_place_is_one_of_the_whole_file(message: str) -> None:
    found = problem_of(SourceText("a.yaml", "a"), yaml.YAMLError(message))
    assert (found.line, found.column) == (0, 0)


RECOVERED = {
    # a document with a syntax error → the lines of all of its problems
    "tags:\n  - a: b: c\nclients:\n  - {nmae: x}\nprojects: [{name: Px, color: red}]": [3, 5, 5, 6],
    "tags: [a\nclients:\n  - {nmae: x}\npolicy: {prune: {tags: x}}": [3, 4, 4, 5],
    'tags: [5]\nclients:\n  - name: "abc\nprojects: [X]': [2, 4, 5],
    "clients:\n\t- a\ntags: [5]\nprojects: [b: c: d]": [3, 4, 5],
    "clients: &x [a\ntags: *x": [3],
    "clients: [a\ntags: [{name: '{x}', archived: '{y}'}]": [3],
    "clients: [a\ntags:\n  - {for_each: [1], name: '{item}'}": [3],
    f"clients: [a\ntags: {'[' * 60}{']' * 60}\nprojects: [5]": [3, 4],
    "clients: [a\ntags: ['lone \\ud83d', 5]": [3],
}


@pytest.mark.parametrize("text", RECOVERED)
def test_a_syntax_error_hides_no_problem_of_the_other_sections(text: str) -> None:
    assert [problem.line for problem in problems(f"version: 1\n{text}\n")] == RECOVERED[text]


def test_of_another_version_the_version_is_the_problem_beside_the_syntax_error() -> None:
    found = problems("version: 2\ntags: [5]\nclients: [a: b: c]\n")
    assert [(problem.line, problem.rule) for problem in found] == [(1, "schema"), (3, "yaml")]


def test_an_open_bracket_is_named_by_its_line() -> None:
    (problem,) = problems("version: 1\ntags: [a\nclients: []\n")
    assert problem.hint == "close the bracket that line 2 opens"


def test_of_a_document_with_a_syntax_error_fifty_sections_are_read() -> None:
    keys = "abcdefghij"
    source = SourceText("a.yaml", "".join(f"{one}{other}: 1\n" for one in keys for other in keys))
    assert [section.line for section in sections_of(source, 0, 10)] == list(range(1, 51))
