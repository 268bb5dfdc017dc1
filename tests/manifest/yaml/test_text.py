from __future__ import annotations

import pytest

from reconciler.errors import Problem
from reconciler.manifest.yaml import text
from reconciler.manifest.yaml.text import SourceText, decode, printable, quote


def problem_of(data: bytes) -> tuple[int, int, str]:
    problem = decode("a.yaml", data)
    assert isinstance(problem, Problem)
    return problem.line, problem.column, problem.message


def test_a_utf_8_byte_order_mark_is_skipped() -> None:
    source = decode("a.yaml", b"\xef\xbb\xbfversion: 1\n")
    assert isinstance(source, SourceText)
    assert source.text == "version: 1\n"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("version: 1".encode("utf-16"), (1, 1, "the file is UTF-16, not UTF-8")),
        ("version: 1".encode("utf-32"), (1, 1, "the file is UTF-32, not UTF-8")),
        (b"a: \xc3\xa9\nb: caf\xe9\n", (2, 7, "invalid UTF-8 byte 0xe9")),
        (b"\xef\xbb\xbfa: \xff", (1, 4, "invalid UTF-8 byte 0xff")),
        (b"a: b\r\nc: \x00\n", (2, 4, "the character U+0000 is not allowed in YAML")),
        (b"a: \x1b[31m", (1, 4, "the character U+001B is not allowed in YAML")),
        ("a: x\u2028y".encode(), (1, 5, "the character U+2028 is not allowed in YAML")),
        ("a: x\ufeffy".encode(), (1, 5, "the character U+FEFF is not allowed in YAML")),
    ],
)
def test_invalid_bytes_are_a_problem_at_their_position(data: bytes, place: tuple[int, int, str]) -> None:
    assert problem_of(data) == place


def test_a_file_over_the_limit_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text.MOST_BYTES == 64 * 1024 * 1024
    monkeypatch.setattr(text, "MOST_BYTES", 10)
    assert isinstance(decode("a.yaml", b"0123456789"), SourceText)
    assert problem_of(b"0123456789a") == (0, 0, "the file is larger than 64 MiB")


def test_an_excerpt_has_no_control_characters_and_keeps_its_columns() -> None:
    assert printable("a\tb\x1b[31mc\u202ed") == "a b\ufffd[31mc\ufffdd"
    assert printable("Ünïcödé 👩‍👧") == "Ünïcödé 👩‍👧"


def test_an_excerpt_of_a_long_line_is_cut_or_omitted() -> None:
    source = SourceText("a.yaml", "x" * 100_000)
    assert len(source.problem((1, 5), "m").excerpt) <= 400
    assert source.problem((1, 5000), "m").excerpt == ""


@pytest.mark.parametrize(("line", "excerpt"), [(-1, ""), (0, ""), (1, "a: b"), (2, "c: d"), (3, "")])
def test_a_problem_of_the_whole_file_or_behind_its_end_has_no_excerpt(line: int, excerpt: str) -> None:
    assert SourceText("a.yaml", "a: b\nc: d").problem((line, 1), "m").excerpt == excerpt


def test_a_quoted_name_is_escaped_and_short() -> None:
    assert quote("a\u202eb\n") == "'a\\u{202e}b\\u{a}'"
    assert len(quote("x" * 5000)) < 90
