"""Names from outside do nothing, wherever they are shown."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.render.escape import (
    ascii_only,
    json_visible,
    log_line,
    markdown,
    markdown_code,
    markdown_html,
    visible,
    workflow_data,
    workflow_property,
)
from tests.render.plans import HOSTILE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme", "Acme"),
        ("\x1b[31mred", r"\u{1b}[31mred"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202egnp.exe", r"\u{202e}gnp.exe"),
        ("\u2066x\u2069", r"\u{2066}x\u{2069}"),
        ("zero\u200bwidth", r"zero\u{200b}width"),
        ("a\u00a0b", r"a\u{a0}b"),
        ("\u3164", r"\u{3164}"),
        ("\ud800", r"\u{d800}"),
        ("\U000e0041", r"\u{e0041}"),
        ("\x9b2J", r"\u{9b}2J"),
    ],
)
def test_what_is_unseen_or_steers_a_terminal_is_spelt_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["Cafe\u0301", "漢字", "👩‍👩‍👧", "☺️", "1️⃣", "👍🏽", "🇦🇹", "نص عربي", "ひらがな\u3000カナ"]
)
def test_honest_writing_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_a_joiner_outside_an_emoji_is_spelt_out() -> None:
    assert visible("pay\u200dpal") == r"pay\u{200d}pal"
    assert visible("a\ufe0f") == r"a\u{fe0f}"


@pytest.mark.parametrize("code", [0xFE00, 0xFE01, 0xFE0D, 0xE0100, 0xE01EF])
@pytest.mark.parametrize("before", ["a", "漢", "☺"])
def test_a_variation_selector_is_spelt_out_except_for_the_two_of_emoji(code: int, before: str) -> None:
    assert visible(f"{before}{chr(code)}b") == f"{before}\\u{{{code:x}}}b"
    assert visible(before) == before


def test_a_tower_of_marks_is_cut_and_a_mark_at_the_start_holds_on_to_nothing() -> None:
    assert visible("e" + "\u0301" * 6) == "e" + "\u0301" * 4 + r"\u{301}\u{301}"
    assert visible("\u0301x") == r"\u{301}x"


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        (0x20, False), (0x7E, False), (0x7F, True), (0xA9, False), (0x3000, False), (0x2003, True),
        (0xFDFF, False), (0xFE10, False), (0xFFEF, False), (0xFFF0, True), (0xFFF8, True), (0xFFFD, False),
        (0xFFFE, True), (0xFFFF, True), (0x1FFFE, True), (0x1FFFF, True), (0x20000, False), (0xDFFFD, False), (0xE0000, True),
    ],
)  # fmt: skip
def test_what_has_no_glyph_is_spelt_out_to_the_edges_of_its_block(code: int, hidden: object) -> None:
    assert visible(f"漢{chr(code)}b") == (f"漢\\u{{{code:x}}}b" if hidden else f"漢{chr(code)}b")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("©\ufe0f", "©\ufe0f"),
        ("é\ufe0f", r"é\u{fe0f}"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("1\ufe0fx", r"1\u{fe0f}x"),
        ("\ufe0fx", r"\u{fe0f}x"),
        ("☺\u200d", r"☺\u{200d}"),
        ("☺\u200dx", r"☺\u{200d}x"),
        ("x\u200d☺", r"x\u{200d}☺"),
        ("☺\u200d☺", "☺\u200d☺"),
        ("\U0001f000\u200d\U0001faff", "\U0001f000\u200d\U0001faff"),
    ],
)
def test_joiners_and_styles_stay_beside_emoji_alone(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_text_keeps_a_control_or_format_character(text: str) -> None:
    shown = visible(text)
    kept = {char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert kept <= {"\u200d"}
    assert shown.encode().decode() == shown


@given(st.text())
def test_ascii_is_ascii(text: str) -> None:
    assert ascii_only(text).isascii()


@pytest.mark.parametrize("line", ["::set-output name=a::b", "   ::add-mask::x", "x ##[group]y", "##[command]"])
def test_no_line_is_a_command_to_a_ci_runner(line: str) -> None:
    made = log_line(line)
    assert not made.lstrip().startswith("::")
    assert "##[" not in made


def test_a_line_that_a_runner_ignores_stays_as_it_is() -> None:
    assert log_line("use std::vector") == "use std::vector"


def _rendered(source: str) -> str:
    page: str = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render(source)
    return page


def _text_of(page: str) -> str:
    bare = re.sub(r"</?(?:p|span|code)>", "", page).removesuffix("\n")
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"), ("\u200b", "")):
        bare = bare.replace(written, meant)
    return bare


@given(
    st.text(alphabet="ab1 |`*_[]()<>&#!~\\@:/.-+${}\n\u202e", min_size=1, max_size=20).filter(lambda t: t == t.strip())
)
def test_prose_shows_what_it_was_given_and_no_markup(text: str) -> None:
    """A letter before keeps the blocks of Markdown out, as a list's mark does where this is used."""
    page = _rendered("x " + markdown(text))
    assert _text_of(page) == "x " + visible(text)


@given(st.text(alphabet="ab |`*_[]<>&#\\@:-\n", min_size=1, max_size=20))
def test_code_shows_what_it_was_given_in_a_table_too(text: str) -> None:
    page = _rendered(f"|h|i|\n|---|---|\n|{markdown_code(text)}|end|\n")
    cells = re.findall(r"<td>(.*?)</td>", page, re.DOTALL)
    assert [_text_of(cell) for cell in cells] == [visible(text), "end"]
    assert page.count("<code>") == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_bring_no_element_into_markdown(name: str) -> None:
    for source in (markdown(name), markdown_code(name), f"<summary>{markdown_html(name)}</summary>"):
        page = _rendered("x " + source)
        assert set(re.findall(r"<(\w+)", page)) <= {"p", "code", "summary", "span"}


@pytest.mark.parametrize(
    "name", ["@everyone", "#123", "https://evil.example", "www.evil.example", "GH-12", ":+1:", "a@b.example"]
)
def test_prose_mentions_nobody_and_links_nowhere(name: str) -> None:
    assert "&#8203;" in markdown(name)


def test_workflow_commands_are_escaped_as_the_runner_reads_them() -> None:
    assert workflow_data("50%\n::error::x\r") == "50%25%0A::error::x\\r"
    assert workflow_property("a,b:c\n%") == "a%2Cb%3Ac\\n%25"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"Acme"', '"Acme"'),
        ('"é 漢"', '"é 漢"'),
        ('"\u202e"', r'"\u202e"'),
        ('"\x7f"', r'"\u007f"'),
        ('"\U000e0041"', r'"\udb40\udc41"'),
        ('"##[group]"', r'"#\u0023[group]"'),
    ],
)
def test_a_json_text_hides_nothing_and_keeps_its_value(text: str, shown: str) -> None:
    assert json_visible(text) == shown
    assert json.loads(shown) == json.loads(text)
