from __future__ import annotations

import random
import sys
import unicodedata

import pytest
import yaml

from reconciler.manifest.yaml.nodes import PurePythonLoader, read_documents
from reconciler.manifest.yaml.text import SourceText, decode
from reconciler.manifest.yaml.write import write_scalar, write_text
from reconciler.render.escape import log_line, visible

PLAIN = [
    "Acme Corp", "Jo & Sons (UK)", "R&D/Ops", "café", "株式会社", "שלום", "👩‍👩‍👧 family", "3D", "2nd floor", "24/7", "C#", "a:b",
    "Design, phase 2", "it's", 'the "best"', "50 %", "a@b.example", "x -> y", "null value", "no way",
]  # fmt: skip
QUOTED = [
    "", " ", " a", "a ", "~", "null", "NULL", "true", "False", "no", "No", "ON", "y", "off", "2024", "-1", "+3", "1.5", ".5", "1e3", "0x1F", "0b11",
    "1_000", "1:30", "12:30:45", "2026-01-31", "2026-01-31T10:00:00Z", ".inf", ".NaN", "=", "- a", "-a", "? b", ": c", "a: b", "a:", "a #b",
    "#1976D2", "@home", "`x", "%x", "&a", "*a", "!a", "|", ">", "'a'", '"a"', "[a]", "{a}", "a\nb", "a\tb", "\x07", "\x7f", "\x85",
    "e\u0301", "a\u200bb", "a\u00a0b", "\u202eabc", "\ufeffa", "a\u2028b", "ab\ue000", "\U000e0041", "\u3164", "----", "...", "##[group]x", "\ufffe",
    "\u1112\u1161\u11ab", "\u212b", "q\u0307\u0323", "a" + "\u0301" * 9, "\ufe0f\u200d👩", "می\u200cخواهم",
]  # fmt: skip


def value_of(written: str, loader: object = None) -> object:
    source = decode("w.yaml", written.encode())
    assert isinstance(source, SourceText), source
    documents, problems, _ = read_documents(source, loader)
    assert not problems, (written, problems)
    return documents[0].value


def assert_faithful(text: str) -> None:
    """Every reader gets the text back, in every place; and what prints the line leaves it as it is."""
    block, flow = write_scalar(text), write_scalar(text, flow=True)
    lines = f"- {block}\n- key: {block}\n- [{flow}, {flow}]\n- {{name: {flow}, key: {flow}}}\n"
    expected = [text, {"key": text}, [text, text], {"name": text, "key": text}]
    assert value_of(lines) == expected
    assert value_of(lines, PurePythonLoader) == expected
    assert yaml.safe_load(lines) == expected
    for line in lines.splitlines():
        assert log_line(visible(line)) == line
        assert unicodedata.is_normalized("NFC", line)


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_that_every_reader_takes_as_it_is_has_no_quotes(text: str) -> None:
    assert write_scalar(text) == text
    assert_faithful(text)


@pytest.mark.parametrize("text", QUOTED)
def test_any_other_text_is_in_double_quotes(text: str) -> None:
    assert write_scalar(text)[0] == '"'
    assert_faithful(text)


def test_what_means_something_in_brackets_is_quoted_only_there() -> None:
    for text in ("a, b", "a [b]", "a {b}", "a:b"):
        assert write_scalar(text)[0] != '"'
        assert write_scalar(text, flow=True)[0] == '"'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("e\u0301\u1160", '"e\\u0301\\u1160"'),
        ("e\u0301\u1161", '"e\\u0301\\u1161"'),
        ("e\u0301\u11ff", '"e\\u0301\\u11ff"'),
        ("e\u0301\u1200", '"e\\u0301\u1200"'),
    ],
)
def test_beside_what_is_an_escape_every_vowel_and_final_consonant_of_hangul_is_one(text: str, written: str) -> None:
    assert write_scalar(text) == written


def test_a_lone_surrogate_has_no_form() -> None:
    with pytest.raises(ValueError, match=r"U\+D83D"):
        write_scalar("a\ud83d")


def test_random_texts_are_faithful() -> None:
    random_ = random.Random(13)  # noqa: S311 - a draw, no secret
    odd = [
        *" -?:,[]{}#&*!|>'\"%@`~=.+019eTZ_aN\n\t\r\\\0é",
        *"\u0301\u0323\u200d\u200c\ufe0f\u20e3\u00a0\u2028\u202e\ufeff\u3000👩❤\u1161한",
        "null",
        "##[",
    ]
    for _ in range(150):
        assert_faithful("".join(random_.choices(odd, k=random_.randint(0, 7))))


@pytest.mark.slow
def test_every_character_is_faithful() -> None:
    blocks = (
        *range(0, 0x3400, 0x400),
        *range(0xE000, 0x10000, 0x400),
        *range(0x1F000, 0x1FC00, 0x400),
        0xE0000,
        sys.maxunicode - 0x3FF,
    )
    for start in blocks:
        texts = [chr(code) for code in range(start, start + 0x400)]
        written = [write_scalar(form) for text in texts for form in (text, f"a{text}b", f"👩{text}👩")]
        lines = "".join(f"- {line}\n" for line in written)
        assert value_of(lines) == [form for text in texts for form in (text, f"a{text}b", f"👩{text}👩")]
        assert all(visible(f"- {line}") == f"- {line}" for line in written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("one line", "one line"),
        ("a: b", '"a: b"'),
        ("first\nsecond: #", "|-\n    first\n    second: #"),
        ("first\n\n  indented\n", "|\n    first\n\n      indented"),
        ("first\n\n", '"first\\n\\n"'),
        ("first\nsecond\n\n", '"first\\nsecond\\n\\n"'),
        (" first\nsecond", '" first\\nsecond"'),
        ("first \nsecond", '"first \\nsecond"'),
        ("first\r\nsecond", '"first\\r\\nsecond"'),
        ("first\n::warning::", '"first\\n::warning::"'),
        ("\nsecond", '"\\nsecond"'),
        ("a\n##[b]", '"a\\n#\\x23[b]"'),
        ("a\n\u200b", '"a\\n\\u200b"'),
    ],
)
def test_several_lines_are_written_as_they_are_where_that_loses_nothing(text: str, written: str) -> None:
    assert write_text(text, 4) == written
    document = f"- note: {written}\n  other: 1\n"
    assert value_of(document) == [{"note": text, "other": 1}]
    assert yaml.safe_load(document) == [{"note": text, "other": 1}]
