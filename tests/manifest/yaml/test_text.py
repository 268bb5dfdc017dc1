from __future__ import annotations

import pytest

from reconciler.errors import Problem
from reconciler.manifest.yaml import text
from reconciler.manifest.yaml.text import SourceText, decode, harmless, shown


def refused(data: bytes) -> tuple[int, int, str]:
    problem = decode("a.yaml", data)
    assert isinstance(problem, Problem)
    return problem.line, problem.column, problem.message


def test_a_byte_order_mark_of_utf_8_is_passed_over() -> None:
    source = decode("a.yaml", b"\xef\xbb\xbfversion: 1\n")
    assert isinstance(source, SourceText)
    assert source.text == "version: 1\n"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("version: 1".encode("utf-16"), (1, 1, "the file is UTF-16, not UTF-8")),
        ("version: 1".encode("utf-32"), (1, 1, "the file is UTF-32, not UTF-8")),
        (b"a: \xc3\xa9\nb: caf\xe9\n", (2, 7, "byte 0xe9 is not UTF-8")),
        (b"\xef\xbb\xbfa: \xff", (1, 4, "byte 0xff is not UTF-8")),
        (b"a: b\r\nc: \x00\n", (2, 4, "the character U+0000 cannot stand in YAML")),
        (b"a: \x1b[31m", (1, 4, "the character U+001B cannot stand in YAML")),
        ("a: x\u2028y".encode(), (1, 5, "the character U+2028 cannot stand in YAML")),
        ("a: x\ufeffy".encode(), (1, 5, "the character U+FEFF cannot stand in YAML")),
    ],
)
def test_bytes_that_are_no_yaml_text_are_refused_at_their_place(data: bytes, place: tuple[int, int, str]) -> None:
    assert refused(data) == place


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text.MOST_BYTES == 64 * 1024 * 1024
    monkeypatch.setattr(text, "MOST_BYTES", 10)
    assert isinstance(decode("a.yaml", b"0123456789"), SourceText)
    assert refused(b"0123456789a") == (0, 0, "the file is larger than 64 MiB")


def test_an_excerpt_cannot_steer_a_terminal_and_keeps_its_columns() -> None:
    assert harmless("a\tb\x1b[31mc\u202ed") == "a b\ufffd[31mc\ufffdd"
    assert harmless("Ünïcödé 👩‍👧") == "Ünïcödé 👩‍👧"


def test_an_excerpt_of_an_endless_line_is_short_or_left_out() -> None:
    source = SourceText("a.yaml", "x" * 100_000)
    assert len(source.problem((1, 5), "m").excerpt) <= 400
    assert source.problem((1, 5000), "m").excerpt == ""


def test_a_name_in_a_message_is_spelt_out_and_short() -> None:
    assert shown("a\u202eb\n") == "`a\\u{202e}b\\u{a}`"
    assert len(shown("x" * 5000)) < 90
