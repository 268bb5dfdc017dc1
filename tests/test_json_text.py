"""One loader for JSON from outside: what it refuses, with the place, and what it accepts."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler import json_text
from reconciler.json_text import MAX_DEPTH, indented_json, parse_json
from tests.prose import ROOT, python_files

REFUSED: dict[str, tuple[bytes, str]] = {
    "NaN": (b'{"a": NaN}', "NaN is not a JSON number at line 1, column 7"),
    "infinity": (b"[1,\n -Infinity]", "-Infinity is not a JSON number at line 2, column 2"),
    "a number in a string is none": (b'["NaN", 1e999]', "a number is out of range at line 1, column 9"),
    "a huge float": (b'{"a":\n1e999}', "a number is out of range at line 2, column 1"),
    "a huge integer": (b"[" + b"9" * 5000 + b"]", "a number has more than 19 digits at line 1, column 2"),
    "half of a pair": (b'["\\ud800"]', "a lone surrogate at line 1, column 3"),
    "the other half": (b'["x\\udc00"]', "a lone surrogate at line 1, column 4"),
    "half, then a whole pair": (b'["\\ud800\\ud83d\\ude00"]', "a lone surrogate at line 1, column 3"),
    "half, then text": (b'["\\ud83d and \\ude00"]', "a lone surrogate at line 1, column 3"),
    "deep": (b"[" * 101 + b"]" * 101, "nested more than 100 levels deep at line 1, column 101"),
    "deeper than Python's limit": (b"[" * 100_000, "nested more than 100 levels deep at line 1, column 101"),
    "deep objects": (b'{"a":' * 100_000, "nested more than 100 levels deep at line 1, column 501"),
    "brackets in strings do not count": (b'["[[[",\n' + b"[" * 100_000, "levels deep at line 2, column 100"),
    "a key twice": (b'{"a": {"b": 1, "c": 2, "b": 3}}', "duplicate key 'b'"),
    "bytes that are not UTF-8": (b'["\xff"]', "invalid UTF-8 byte 0xff at byte 3"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "invalid UTF-8 byte 0xff at byte 1"),
    "a NUL": (b'["\0"]', "Invalid control character at line 1, column 3"),
    "an empty file": (b"", "Expecting value at line 1, column 1"),
    "half a file": (b'{"a": [1,', "Expecting value at line 1, column 10"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_reader_should_rely_on_is_refused_with_its_place(case: str) -> None:
    data, reason = REFUSED[case]
    with pytest.raises(ValueError, match=re.escape(reason)) as caught:
        parse_json(data, unique_keys=True)
    assert type(caught.value) is ValueError


ACCEPTED: dict[str, tuple[bytes, Any]] = {
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    "a pair": (b'["\\ud83d\\ude00"]', ["😀"]),
    "an escaped backslash": (b'["\\\\ud800"]', ["\\ud800"]),
    "a 64-bit integer": (b"[-9223372036854775808]", [-(2**63)]),
    "a small float": (b"[1e-999, 1.5]", [0.0, 1.5]),
    "the deepest": (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
    "a scalar": (b" null ", None),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_is_json_is_read(case: str) -> None:
    data, value = ACCEPTED[case]
    assert parse_json(data, unique_keys=True) == value


def test_only_files_of_ours_need_unique_keys_and_only_responses_and_plans_need_whole_text() -> None:
    assert parse_json(b'{"a": 1, "a": 2}') == {"a": 2}
    assert parse_json(b'["\\ud800"]', any_text=True) == ["\ud800"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON, st.booleans())
def test_every_value_is_read_back(value: Any, ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode(), unique_keys=True) == value


OWN = {
    "reconciler/json_text.py",
    "reconciler/manifest/validation/validate.py",
    "reconciler/applying/journal/chain.py",
}
"""The loader, a schema that is part of the package, and the checksums: the lines that these accept are parsed by the loader."""


def test_json_from_outside_is_parsed_by_this_loader_only() -> None:
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files("reconciler")
        if path.parent.name != "sandbox" and str(path.relative_to(ROOT)) not in OWN
        if "json.load" in (source := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in ("load", "loads") and ast.unparse(node.value) == "json"
    ]
    assert calls == []


NESTED: list[Any] = [
    None,
    "é\u2028\n",
    1.5,
    [],
    {},
    {"a": [], "b": {}, "c": ()},
    [1, [2, {"x": [True, None]}], {}, 3],
    {"first": 1, "second": {"inner": ["a", "b"]}, "third": "x", "fourth": [[[]]], "é": {"ü": {"ö": 1}}},
    {"tuple": (1, ("a",)), "counter": Counter("aab"), "number": -0.0},
]


@pytest.mark.parametrize("value", NESTED, ids=repr)
@pytest.mark.parametrize("indent", [1, 2])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_indented_json_is_what_json_dumps_writes(value: Any, indent: int, *, is_ascii: bool) -> None:
    expected = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    assert indented_json(value, indent, is_ascii=is_ascii) == expected


def test_indented_json_without_the_encoder_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    json_text._encoder.cache_clear()
    try:
        assert [indented_json(value) for value in NESTED] == [
            json.dumps(value, indent=2, ensure_ascii=False) for value in NESTED
        ]
    finally:
        json_text._encoder.cache_clear()


def test_each_level_is_encoded_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """The encoder in Python asks for each chunk by itself; it is not made at all."""
    monkeypatch.setattr(json.encoder, "_make_iterencode", lambda *_: pytest.fail("the encoder in Python"))
    assert indented_json({"a": [1, {"b": 2}]}, 1) == '{\n "a": [\n  1,\n  {\n   "b": 2\n  }\n ]\n}'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )
)
def test_any_value_is_indented_as_json_dumps_does(value: Any) -> None:
    assert indented_json(value) == json.dumps(value, indent=2, ensure_ascii=False)
