"""The tree of a text: every node has the exact place of its characters, with both parsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reconciler.manifest.edit import tree
from reconciler.manifest.edit.tree import ALIAS, SCALAR, SEQUENCE, Node, UneditableError, parse
from reconciler.manifest.edit.values import plain_of, value_of
from reconciler.manifest.yaml.nodes import PurePythonLoader, read_documents
from reconciler.manifest.yaml.text import SourceText
from tests.manifest.corpus import cases

TEXTS = [(case.title, case.data.decode("utf-8-sig")) for case in cases()]
SURROGATES = "escapes"
"""The one manifest of the corpus that has no exact places."""


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from nodes(part)


def misplaced(text: str, node: Node) -> bool:
    """Whether the characters at the place of a node are not those of such a node."""
    written = text[node.body : node.end]
    if node.form == ALIAS:
        return text[node.start : node.end] != f"*{node.value}"
    if node.form == SCALAR and not node.style:
        return " ".join(written.split()) != " ".join(node.value.split())
    if node.form == SCALAR:
        return written[0] != node.style or (node.style in "'\"" and written[-1] != node.style)
    if node.is_flow:
        brackets = "[]" if node.form == SEQUENCE else "{}"
        return written[0] + written[-1] != brackets and len(node.pairs) != 1
    signs = {text[mark] for mark in node.marks}
    return signs != {"-"} if node.form == SEQUENCE else False


def test_the_corpus_is_large() -> None:
    assert len({data for _, data in TEXTS}) >= 200
    assert len({title for title, _ in TEXTS}) == len(TEXTS)


def test_every_node_has_its_place() -> None:
    found = [
        (title, node.form)
        for title, text in TEXTS
        if title != SURROGATES
        for root in parse(text)
        for node in nodes(root)
        if misplaced(text, node)
    ]
    assert not found


def test_the_values_are_those_of_the_loader() -> None:
    for title, text in TEXTS:
        if title != SURROGATES:
            documents, _, _ = read_documents(SourceText("x", text))
            assert [_as_text(plain_of(value_of(root))) for root in parse(text)] == [
                _as_text(d.value) for d in documents
            ], title


def test_the_parser_in_python_gives_the_same_places(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [(title, text) for title, text in TEXTS[::4] if "\t" not in text]  # which that parser refuses behind values
    usual = [[_shape(root) for root in parse(text)] for title, text in some if title != SURROGATES]
    monkeypatch.setattr(tree, "Loader", PurePythonLoader)
    assert [[_shape(root) for root in parse(text)] for title, text in some if title != SURROGATES] == usual


def test_surrogate_pairs_have_no_exact_places() -> None:
    with pytest.raises(UneditableError, match="surrogate pairs"):
        parse(dict(TEXTS)[SURROGATES])


def test_an_alias_knows_its_anchor() -> None:
    root = parse("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n")[0]
    first, second = root.pairs[1][1], root.pairs[3][1]
    assert (first.target, second.target) == (root.pairs[0][1], root.pairs[2][1])
    assert root.pairs[0][1].uses == [first]


def _shape(node: Node) -> tuple[object, ...]:
    return (node.form, node.start, node.body, node.end, node.value, tuple(map(_shape, node.parts)))


def _as_text(value: object) -> object:
    """Numbers as text: amounts are their text for the loader."""
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _amount(value)


def _amount(value: object) -> object:
    try:
        return str(float(value)) if isinstance(value, str) and "." in value else value
    except ValueError:
        return value


def test_what_is_not_written_has_its_place() -> None:
    text = "a: &x # c\n"
    value = parse(text)[0].pairs[0][1]
    assert (value.start, value.body, value.end) == (3, 5, 5)
    text = "- a\n-\n- b\n"
    assert [(item.start, item.end) for item in parse(text)[0].items] == [(2, 3), (5, 5), (8, 9)]
    text = "{a , b : , c: 1}"
    assert [(value.start, value.end) for _, value in parse(text)[0].pairs] == [(2, 2), (8, 8), (14, 15)]


@pytest.mark.parametrize(
    ("text", "index", "start", "end"),
    [("ab\ncd", 1, 0, 2), ("ab\ncd", 4, 3, 5), ("ab\r\ncd", 1, 0, 2), ("ab\rcd", 4, 3, 5), ("\ra", 0, 0, 0)],
)
def test_a_line_ends_with_any_of_three_breaks(text: str, index: int, start: int, end: int) -> None:
    assert (tree.line_start(text, index), tree.line_end(text, index)) == (start, end)


@pytest.mark.parametrize(("text", "place"), [("a: {}\n", (3, 5)), ("a: [ ]\n", (3, 6)), ("a: {\n}\n", (3, 6))])
def test_brackets_without_anything_in_them_have_their_place(text: str, place: tuple[int, int]) -> None:
    value = parse(text)[0].pairs[0][1]
    assert (value.body, value.end) == place
    assert value.is_flow


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_text_that_keeps_its_line_breaks_ends_in_front_of_the_last_one(newline: str) -> None:
    text = newline.join(("a: |+", "  x", "", "b: c", ""))
    value = parse(text)[0].pairs[0][1]
    assert text[value.body : value.end] == f"|+{newline}  x{newline}"
