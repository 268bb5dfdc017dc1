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


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("color: #f00", 8),
        ("[#f00", 2),
        ("{#f00", 2),
        ("{a: 1,#f00", 7),
        ('"color": #f00', 10),
        ("{'a': 'b', \"c\": #f00", 17),
        ("a: # of the line", 0),
        ("a: x#f00", 0),
        ("a: 1 #", 0),
        ('a: " #f00"', 0),
        ("a: ' #f00'", 0),
        ('"a": " #f00"', 0),
    ],
)
def test_a_hash_that_looks_like_a_color_is_found_outside_of_quotes(line: str, column: int) -> None:
    assert SourceText("a.yaml", f"x\n{line}\n").unquoted_hash(1, 2) == ((2, column) if column else None)


@pytest.mark.parametrize(
    ("first", "last", "line"),
    [(0, 0, 1), (1, 1, 1), (2, 2, 2), (2, 4, 3), (5, 3, 3), (3, 9, 4), (4, 4, 4), (5, 9, None)],
)
def test_a_hash_is_looked_for_from_the_line_before_the_last_one(first: int, last: int, line: int | None) -> None:
    source = SourceText("a.yaml", "a: #1\na: #2\na: #3\na: #4\nb: 1")
    assert source.unquoted_hash(first, last) == (None if line is None else (line, 4))


@pytest.mark.parametrize(
    ("column", "length", "kept"), [(1, 400, 400), (1, 401, 400), (399, 401, 400), (400, 401, 0), (400, 400, 400)]
)
def test_a_line_of_400_characters_is_the_longest_whole_excerpt(column: int, length: int, kept: int) -> None:
    assert SourceText("a.yaml", "x" * length).problem((1, column), "m").excerpt == "x" * kept


@pytest.mark.parametrize(("length", "quoted"), [(80, "'" + "x" * 80 + "'"), (81, "'" + "x" * 77 + "…'")])
def test_a_quoted_name_of_80_characters_is_whole(length: int, quoted: str) -> None:
    assert quote("x" * length) == quoted


@pytest.mark.parametrize(("last", "line"), [(0, None), (1, None), (2, 3), (9, 3)])
def test_a_hash_outside_of_the_lines_is_not_found(last: int, line: int | None) -> None:
    found = SourceText("a.yaml", "a: 1\nb: 2\nc: #3").unquoted_hash(0, last)
    assert found == (None if line is None else (line, 4))


@pytest.mark.parametrize(("index", "at"), [(0, 5), (5, 5), (6, -1)])
def test_the_next_document_begins_at_its_line_or_nowhere(index: int, at: int) -> None:
    assert SourceText("a.yaml", "a: 1\n---\nb: 2\n").next_document(index) == at
