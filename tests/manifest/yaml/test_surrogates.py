"""JSON writes characters beyond U+FFFF as two escapes; a pair is one character, and one alone is a problem."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.manifest import load
from reconciler.manifest.yaml.surrogates import join_pairs
from tests.manifest.reading import problems
from tests.manifest.yaml.test_nodes import both, document, read


@both
@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'["\ud83d\udca1"]', ["💡"]),
        (r'["\uD83D\uDca1\ud83d\udca1x", "\u0041"]', ["💡💡x", "A"]),
        (r'["\ud800\udc00\udbff\udfff"]', ["\U00010000\U0010ffff"]),
        (r'{"\ud83d\udca1": "\\ud83d"}', {"💡": "\\ud83d"}),
        (r'["\\\ud83d\udca1"]', ["\\💡"]),
        ('- "\\ud83d\\udca1 on\n  two lines \\\n  and three"\n', ["💡 on two lines and three"]),
        ("- '\\ud83d\\udca1'\n- \\ud83d # \\ud83d\n- |\n  \\ud83d\n", [r"\ud83d\udca1", r"\ud83d", "\\ud83d\n"]),
        ('# "\\ud83d\n- &x "\\ud83d\\udca1"\n- *x\n- &x \\ud83d\n- *x\n', ["💡", "💡", r"\ud83d", r"\ud83d"]),
    ],
)
def test_pairs_are_joined_in_double_quotes_only(text: str, value: Any, loader: Any) -> None:
    assert document(text, loader).value == value


@both
def test_a_lone_surrogate_is_a_problem_at_its_place_and_hides_no_other(loader: Any) -> None:
    text = (
        '- "a\\ud83d b"\n- "\\udca1\\ud83d"\n- {"\\ud83dx": [}\n---\n- "\\ud83d\\ud83d\\udca1"\n- "unclosed \\ud83d\n'
    )
    _, found, complete = read(text, loader)
    assert [p.partition(":")[0] for p in found] == ["3", "6"]
    _, found, complete = read(text.partition("- {")[0], loader)
    assert found == [
        "1:5 lone surrogate \\ud83d: invalid Unicode character escape code",
        "2:4 lone surrogate \\udca1: invalid Unicode character escape code",
        "2:10 lone surrogate \\ud83d: invalid Unicode character escape code",
    ]
    assert not complete


@pytest.mark.parametrize(
    ("text", "joined", "lone"),
    [
        (r"\ud7ff\ue000", r"\ud7ff\ue000", []),
        (r"\ud800\udc00", "\U00010000", []),
        (r"\udbff\udfff", "\U0010ffff", []),
        (r"\ud800\ue000", "\ufffd" + r"\ue000", [0]),
        (r"\ud7ff\udc00", r"\ud7ff" + "\ufffd", [6]),
        (r"\ud800 \udc00", "\ufffd \ufffd", [0, 7]),
        (r"\ud800\n\udc00", "\ufffd" + r"\n" + "\ufffd", [0, 8]),
        (r"\n\ud800\udc00\udc00", r"\n" + "\U00010000\ufffd", [14]),
    ],
)
def test_pairs_are_joined_and_lone_surrogates_replaced(text: str, joined: str, lone: list[int]) -> None:
    assert join_pairs(text) == (joined, lone)


@both
@pytest.mark.parametrize("text", ['- "unclosed {}\n', '- "closed {}"\n- "unclosed {}\n', '- {{"a {}": "b {}\n'])
def test_an_unclosed_quote_is_named_whatever_is_in_it(text: str, loader: Any) -> None:
    found = [read(text.format(*[escape] * 2), loader)[1] for escape in ("\\ud83d", "\\u0041")]
    assert found[0] == found[1] != []


def test_positions_stay_where_they_are() -> None:
    text = '{"version": 1, "tags": ["\\ud83d\\udca1", 5],\n"clients": ["\\ud83d\\udca1 < b", {"nmae": 1}]}'
    assert [(p.line, p.column) for p in problems(text)] == [(1, 41), (2, 13), (2, 33), (2, 34)]
    assert problems(text)[0].excerpt == text.partition("\n")[0]


@given(st.lists(st.text(st.sampled_from("a\\\"\U0001f4a1é/\t'#: "), max_size=8), max_size=4))
@settings(deadline=None, max_examples=150)
def test_what_json_writes_is_read_as_it_was(values: list[str]) -> None:
    assert document(json.dumps(values)).value == values


@pytest.mark.parametrize("indent", ["\t", 2, None])
def test_a_json_manifest_is_read(indent: Any) -> None:
    data = json.dumps({"version": 1, "tags": ["💡 idea", "a/b"]}, indent=indent).encode()
    assert {address.name for address in load(["-"], stdin=lambda: data).resources} == {"💡 idea", "a/b"}


def test_a_scalar_without_surrogates_is_unchanged() -> None:
    assert join_pairs(r'"\\ud83d \" \u0041"') == (r'"\\ud83d \" \u0041"', [])
