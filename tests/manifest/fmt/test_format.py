"""Formatting: what it changes, that it changes nothing else, and that no plan does."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest.edit.tree import ALIAS, SCALAR, Node, UneditableError, line_end, parse
from reconciler.manifest.fmt import format_file, formatted
from reconciler.manifest.load import load_files
from tests.manifest.corpus import cases
from tests.manifest.pull.test_pull import state_of

REFUSED = {"escapes": "surrogate pairs", "complex keys": "complex key"}
FORMATS: list[tuple[str, str, str]] = [
    ("keys in order", "version: 1\nclients:\n  - note: x\n    name: A\n", "version: 1\nclients:\n  - name: A\n    note: x\n"),
    ("sections in order", "clients: [A]\ntags: [b]\nversion: 1\n", "version: 1\ntags: [b]\nclients: [A]\n"),
    ("keys in braces", "version: 1\ntags: [{archived: true, name: a}]\n", "version: 1\ntags: [{name: a, archived: true}]\n"),
    ("two columns a level", "version: 1\ntags:\n- a\n-   {name: b}\n", "version: 1\ntags:\n  - a\n  - {name: b}\n"),
    ("quotes that are not needed", "version: 1\ntags: ['a', \"b\", 'c, d', \"null\"]\n", "version: 1\ntags: [a, b, 'c, d', \"null\"]\n"),
    ("comments go with their keys", "version: 1\nclients:\n  - note: x # of x\n    # of A\n    name: A # a\n", "version: 1\nclients:\n  # of A\n  - name: A # a\n    note: x # of x\n"),
    ("deep comments stay deep", "version: 1\nclients:\n- name: A\n  projects:\n  - B1\n  # - C1\n# - D\n", "version: 1\nclients:\n  - name: A\n    projects:\n      - B1\n      # - C1\n  # - D\n"),
    ("text in blocks", "version: 1\nclients:\n- name: A\n  note: |\n     x\n       y\n", "version: 1\nclients:\n  - name: A\n    note: |\n      x\n        y\n"),
    ("text over lines", "version: 1\nclients:\n- name: A\n  note: a\n   b\n", "version: 1\nclients:\n  - name: A\n    note: a\n      b\n"),
    ("brackets over lines", "version: 1\nclients:\n- name: A\n  cc_emails: [\n    a@b.example,\n  ]\n", "version: 1\nclients:\n  - name: A\n    cc_emails: [\n      a@b.example,\n    ]\n"),
    ("an alias behind its anchor", "version: 1\nclients:\n  - {note: &n x, name: *n}\n", "version: 1\nclients:\n  - {note: &n x, name: *n}\n"),
    ("an alias between, whose anchor moves up", "version: 1\nclients:\n  - {note: x, name: &t A, address: *t}\n", "version: 1\nclients:\n  - {name: &t A, address: *t, note: x}\n"),
    ("blank lines go with the section below them", "clients: [A]\n\n\ntags: [b]\nversion: 1\n", "version: 1\n\n\ntags: [b]\nclients: [A]\n"),
    ("JSON", '{"tags": ["a"], "version": 1}\n', '{"tags": ["a"], "version": 1}\n'),
    ("a comment at the end without a line break", "tags:\n- a\n# c\nversion: 1\n# d", "# c\nversion: 1\ntags:\n  - a\n# d"),
    ("a key whose value is right behind its colon", "version: 1\ntags: [{\"archived\":true, 'name': 'a'}]\n", "version: 1\ntags: [{name: a, \"archived\":true}]\n"),
    ("an alias whose anchor is elsewhere", "version: 1\ntags: [{archived: true, name: &t a}]\nclients: [{note: x, name: *t}]\n", "version: 1\ntags: [{name: &t a, archived: true}]\nclients: [{name: *t, note: x}]\n"),
    ("brackets over lines in a list in a list", "x:\n- - [a,\n     b]\n", "x:\n  - - [a,\n       b]\n"),
    ("a text that keeps its line breaks stays last", "version: 1\nclients:\n  - name: A\n    note: |+\n      x\n\n    address: y", "version: 1\nclients:\n  - name: A\n    note: |+\n      x\n\n    address: y"),
    ("a blank line of a text that keeps it", "version: 1\nclients:\n      - name: A\n        note: |4+\n   \n", "version: 1\nclients:\n  - name: A\n    note: |4+\n\n"),
    ("several documents", "tags: [a]\nversion: 1\n---\n{tags: ['b'], version: 1}\n", "version: 1\ntags: [a]\n---\n{version: 1, tags: [b]}\n"),
    ("line breaks", "tags:\r\n- a\r\nversion: 1", "version: 1\r\ntags:\r\n  - a"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in FORMATS], ids=[case[0] for case in FORMATS])
def test_formats(before: str, after: str) -> None:
    assert formatted(before) == after
    assert formatted(after) == after


def comments(text: str) -> Counter[str]:
    """The comments of a text, which are in the gaps between its scalars."""
    found: list[str] = []
    at = 0
    for node in (leaf for root in parse(text) for leaf in leaves(root)):
        found += in_gap(text[at : node.start])
        at = node.end
        if node.style in ("|", ">"):
            found += in_gap(text[node.body : line_end(text, node.body)])
    return Counter((*found, *in_gap(text[at:])))


def in_gap(text: str) -> Iterator[str]:
    return (line[line.index("#") :].strip() for line in text.splitlines() if "#" in line)


def leaves(node: Node) -> Iterator[Node]:
    if node.form in (SCALAR, ALIAS):
        yield node
    for part in node.parts:
        yield from leaves(part)


def test_the_corpus() -> None:
    refused: dict[str, str] = {}
    for case in cases():
        text = case.data.decode("utf-8-sig")
        try:
            data = format_file(case.title, case.data)
        except ManifestError as error:
            refused[case.title] = error.problems[0].message
            continue
        new = data.decode("utf-8-sig")
        assert formatted(new) == new, case.title
        assert comments(new) == comments(text), case.title
        assert state_of(load_files([("x", data)])) == state_of(load_files([("x", case.data)])), case.title
        assert data.startswith(codecs.BOM_UTF8) == case.data.startswith(codecs.BOM_UTF8), case.title
        assert text.count("\r\n") == new.count("\r\n"), case.title
        assert len(new.splitlines()) == len(text.splitlines()), case.title
    assert {title: word for title, word in REFUSED.items() if word in refused[title]} == REFUSED
    assert refused.keys() == REFUSED.keys()


def test_invalid_yaml_is_a_problem_at_its_place() -> None:
    with pytest.raises(ManifestError) as caught:
        format_file("m.yaml", b"version: 1\ntags: [a\n")
    assert caught.value.problems[0].path == "m.yaml"


def test_what_is_no_text_is_a_problem_at_its_place() -> None:
    with pytest.raises(ManifestError) as caught:
        format_file("m.yaml", b"version: 1\ntags: [\xff]\n")
    assert [(p.line, p.column, p.message) for p in caught.value.problems] == [(2, 8, "invalid UTF-8 byte 0xff")]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("version: 1\ntags: [a]\n", "["),
        ("version: 1\ntags: [a]\n", "version: 2\n"),
        ("version: 1\ntags: [a]\n", "version: 1\n---\nversion: 1\n"),
        # The anchor of another document means nothing to an alias.
        ("tags: [&x a]\n---\ntags: [a]\n", "tags: [&x a]\n---\ntags: [*x]\n"),
    ],
)
def test_what_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch, text: str, result: str) -> None:
    monkeypatch.setattr("reconciler.manifest.fmt.format._formatted", lambda *_, **__: result)
    with pytest.raises(UneditableError, match="it would say something else"):
        formatted(text)


def test_an_anchor_of_a_whole_document_is_refused() -> None:
    with pytest.raises(UneditableError, match="whole document"):
        formatted("&all\nversion: 1\ntags: [a]\n")


@pytest.mark.parametrize(("text", "place"), [("&all\nversion: 1\n", (0, 0)), ("# c\n&all\nversion: 1\n", (2, 1))])
def test_what_is_refused_is_at_its_line_or_where_the_file_begins_a_problem_of_the_whole_file(
    text: str, place: tuple[int, int]
) -> None:
    with pytest.raises(ManifestError) as caught:
        format_file("m.yaml", text.encode())
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [place]
