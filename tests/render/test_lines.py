"""Styled lines: wrapped, inert, without trailing blanks."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.lines import Span, command_lines, flow, is_long, to_plain
from reconciler.render.screen import PIPE, Screen
from reconciler.render.width import width
from reconciler.text import command_line


def test_lines_break_at_blanks_and_hang() -> None:
    assert to_plain(flow([Span("one two three four")], Screen(12), indent=1)) == " one two\n   three\n   four\n"


def test_a_word_that_runs_over_spans_is_one_word() -> None:
    lines = flow([Span("aaa bb"), Span("bb", "bold"), Span("b")], Screen(8), hanging=0)
    assert to_plain(lines) == "aaa\nbbbbb\n"
    assert lines[1] == (Span("bb"), Span("bb", "bold"), Span("b"))


def test_a_word_longer_than_a_line_is_cut() -> None:
    assert to_plain(flow([Span("abcdefghij")], Screen(4), hanging=1)) == "abcd\n efg\n hij\n"


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        (15, "     aaa bbb\n       ccc\n"),
        (12, "    aaa bbb\n      ccc\n"),
        (9, "   aaa\n    bbb\n    ccc\n"),
    ],
)
def test_a_narrow_screen_keeps_most_of_a_line_for_words(cells: int, lines: str) -> None:
    """A third of a line at most is indentation, half of a further one."""
    assert to_plain(flow([Span("aaa bbb ccc")], Screen(cells), indent=9)) == lines


def test_a_line_that_begins_with_a_mark_without_width_keeps_its_blanks() -> None:
    assert to_plain(flow([Span("abcd \u0301 ef")], Screen(4), hanging=0)).split() == ["abcd", "\u0301", "ef"]


def test_blanks_within_a_line_stay() -> None:
    assert to_plain(flow([Span("a   b")], Screen(10))) == "a   b\n"


def test_a_continuation_line_is_no_command_to_a_ci_runner() -> None:
    assert to_plain(flow([Span("a long name ::add-mask::x")], Screen(16))) == "a long name\n |::add-mask::x\n"


def test_ascii_spells_signs_and_names() -> None:
    assert to_plain(flow([Span("é → …")], Screen(40, ascii=True))) == "\\u{e9} -> ...\n"


def test_a_whole_span_is_not_broken_and_what_is_before_it_goes_first() -> None:
    lines = flow([Span("to allow: "), Span("--allow-removal 'tag:a  b c'", "bold", is_whole=True)], Screen(20))
    assert to_plain(lines) == "to allow:\n  --allow-removal 'tag:a  b c'\n"


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("aaaaaa bbbbbbb", "  aaaaaa bbbbbbb\n"),
        ("aaaaaa bbbbbbb cc", "  aaaaaa bbbbbbb \\\n    cc\n"),
        ("aaaaaa bbbbbbbb cc", "  aaaaaa \\\n    bbbbbbbb cc\n"),
        ("aaaaaaaaaaaaaaaaaaaa cc", "  aaaaaaaaaaaaaaaaaaaa \\\n    cc\n"),
    ],
)
def test_a_command_breaks_where_its_backslash_still_fits(command: str, lines: str) -> None:
    assert to_plain(command_lines(command, Screen(20))) == lines


NAMES = ["T ", 'O\'Neil & "Sons"', "two  blanks", "x" * 90, " ".join(["word"] * 30), "$HOME `id` \\", "-v"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cells", [20, 80])
def test_a_command_can_be_pasted_whatever_the_names_in_it(name: str, cells: int) -> None:
    words = ["reconciler", "--workspace", name, "apply", "plan.json", "--approve", "0123456789abcdef"]
    text = to_plain(command_lines(command_line(*words), Screen(cells)))
    assert shlex.split(text.replace("\\\n", "")) == words


texts = st.lists(st.text(alphabet="ab 漢\u0301👍\x1b:#[\n", max_size=30), max_size=5)


@given(texts, st.integers(4, 40), st.integers(0, 12), st.integers(0, 6))
def test_no_line_is_too_wide_or_ends_in_a_blank(spans: list[str], cells: int, indent: int, hanging: int) -> None:
    lines = flow([Span(text) for text in spans], Screen(cells), indent=indent, hanging=hanging)
    for line in to_plain(lines).splitlines():
        assert width(line) <= cells or line.lstrip().startswith("|::") or "#\\u{23}[" in line
        assert line == line.rstrip(" ")


@given(texts, st.integers(10, 40))
def test_wrapping_loses_no_sign(spans: list[str], cells: int) -> None:
    wide = to_plain(flow([Span(text) for text in spans], Screen(10_000)))
    narrow = to_plain(flow([Span(text) for text in spans], Screen(cells)))
    assert "".join(narrow.replace("|::", "::").split()) == "".join(wide.replace("|::", "::").split())


@given(texts, st.integers(10, 40), st.booleans())
def test_spans_known_to_be_long_are_more_than_a_line(spans: list[str], cells: int, ascii: bool) -> None:  # noqa: A002, FBT001 - as of a Screen
    given_spans, screen = [Span(text) for text in spans], Screen(cells, ascii=ascii)
    assert not is_long(given_spans, screen, 2) or len(flow(given_spans, screen, indent=2)) > 1


@pytest.mark.parametrize(("text", "is_too_long"), [("a" * 18, False), ("a" * 19, True), ("a" * 18 + "  ", False)])
def test_a_text_is_long_if_it_does_not_fit_beside_its_indent(text: str, is_too_long: bool) -> None:  # noqa: FBT001 - a case
    assert is_long([Span(text)], Screen(20), 2) is is_too_long


def test_lines_of_equal_spans_are_equal_however_often_they_are_asked_for() -> None:
    spans = [Span("no tracked time · "), Span("done, then delete", "dim")]
    first = flow(spans, Screen(20))
    first.append(())
    assert flow(spans, Screen(20)) == first[:-1]


def test_a_file_or_a_pipe_has_80_columns_without_colours() -> None:
    assert (PIPE.width, PIPE.ascii, PIPE.color) == (80, False, False)


def test_a_line_without_text_has_no_spans() -> None:
    assert flow([Span("", "bold")], Screen(10)) == [()]


@pytest.mark.parametrize(
    ("text", "is_ascii", "is_known"), [("a", True, True), ("é", False, True), ("é", True, False), ("漢", False, False)]
)
def test_a_long_text_is_known_to_be_long_where_each_sign_is_shown_as_it_is(
    text: str, *, is_ascii: bool, is_known: bool
) -> None:
    assert is_long([Span(text * 19)], Screen(20, ascii=is_ascii), 2) is is_known
