"""Problems in manifests."""

from __future__ import annotations

import pytest

from reconciler.errors import Problem
from reconciler.render.lines import to_plain
from reconciler.render.problems import problem_lines, problems_to_github, problems_to_json
from reconciler.render.screen import Screen
from reconciler.render.width import width


def _caret(problem: Problem) -> tuple[str, int]:
    """The offending line as shown, and the cell that the caret is under, counted in cells of that line."""
    lines = to_plain(problem_lines([problem])).splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().endswith("^"))
    return lines[at - 1][4:], lines[at].index("^") - 4


def test_a_problem_says_place_message_line_and_hint() -> None:
    problem = Problem("a.yaml", 3, 5, "unknown key `colour`", "did you mean `color`?", "    colour: red")
    assert to_plain(problem_lines([problem])) == (
        "a.yaml:3:5: unknown key `colour`\n  |     colour: red\n  |     ^\n  did you mean `color`?\n\n1 problem\n"
    )


@pytest.mark.parametrize(
    ("excerpt", "column", "cell"),
    [("name: x", 7, 6), ("\tname: x", 2, 4), ("漢字: x", 5, 6), ("e\u0301: x", 5, 3), ("👩‍👩‍👧: x", 8, 4)],
)
def test_the_caret_stands_under_the_place_whatever_is_before_it(excerpt: str, column: int, cell: int) -> None:
    shown, at = _caret(Problem("a.yaml", 1, column, "m", excerpt=excerpt))
    assert at == cell
    assert width(shown) >= at


def test_a_long_line_is_cut_to_the_part_around_the_caret() -> None:
    excerpt = "a: " + "b" * 500 + "HERE" + "c" * 500
    shown, at = _caret(Problem("a.yaml", 1, 504, "m", excerpt=excerpt))
    assert width(shown) <= 76
    assert shown[at:].startswith("HERE")
    assert shown.startswith("…")
    assert shown.endswith("…")


@pytest.mark.parametrize(("length", "shown"), [(76, "x" * 76), (77, "x" * 75 + "…")])
def test_a_line_is_cut_where_it_does_not_fit(length: int, shown: str) -> None:
    assert _caret(Problem("a.yaml", 1, 1, "m", excerpt="x" * length)) == (shown, 0)


@pytest.mark.parametrize(("before", "cell"), [(66, 66), (67, 30)])
def test_ten_cells_at_least_are_shown_from_the_caret_on(before: int, cell: int) -> None:
    shown, at = _caret(Problem("a.yaml", 1, before + 1, "m", excerpt="x" * before + "y" * 10))
    assert at == cell
    assert shown[at:] == "y" * 10


def test_on_a_narrow_screen_what_is_before_the_caret_is_cut_to_the_same_length() -> None:
    problem = Problem("a.yaml", 1, 41, "m", excerpt="x" * 40 + "y")
    lines = to_plain(problem_lines([problem], Screen(36))).splitlines()
    assert lines[1:3] == [f"  | …{'x' * 29}y", f"  | {' ' * 30}^"]


def test_a_problem_of_the_whole_file_has_no_caret() -> None:
    text = to_plain(problem_lines([Problem("a.yaml", 0, 0, "is empty")]))
    assert text == "a.yaml: is empty\n\n1 problem\n"


def test_an_offending_line_is_inert() -> None:
    text = to_plain(problem_lines([Problem("a.yaml", 1, 1, "m", excerpt="\x1b[31m##[x] ::error::")]))
    assert "\x1b" not in text
    assert "##[" not in text


def test_json_has_every_part() -> None:
    assert problems_to_json(
        [Problem("a.yaml", 0, 0, "is empty"), Problem("b", 1, 2, "m", "h", "x", "yaml", "t.csv:2")]
    ) == [
        {
            "path": "a.yaml",
            "line": None,
            "column": None,
            "message": "is empty",
            "hint": None,
            "excerpt": None,
            "rule": None,
            "row": None,
        },
        {
            "path": "b",
            "line": 1,
            "column": 2,
            "message": "m",
            "hint": "h",
            "excerpt": "x",
            "rule": "yaml",
            "row": "t.csv:2",
        },
    ]


def test_annotations_cannot_be_broken_out_of() -> None:
    problem = Problem("a,b:c%.yaml", 1, 2, "bad\n::warning::no", "50% off")
    assert problems_to_github([problem, Problem("", 0, 0, "m")]) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2::bad%0A::warning::no (50%25 off)\n::error::m\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "excerpt", "shown"),
    [
        (1, 0, "name: x", ["  | name: x", "  | ^"]),
        (1, 1, "name: x", ["  | name: x", "  | ^"]),
        (1, 2, "name: x", ["  | name: x", "  |  ^"]),
        (0, 1, "name: x", []),
        (1, 1, "  ", []),
        (1, 1, "", []),
    ],
)
def test_a_line_is_shown_where_there_is_one(line: int, column: int, excerpt: str, shown: list[str]) -> None:
    lines = to_plain(problem_lines([Problem("a.yaml", line, column, "m", excerpt=excerpt)])).splitlines()
    assert lines[1:-2] == shown


@pytest.mark.parametrize(
    "problem",
    [
        Problem("a.yaml", 3, 1, "m"),
        Problem("a.yaml", 3, 1, "m", excerpt="  "),
        Problem("a.yaml", 0, 0, "m", excerpt="name: x"),
        Problem("", 0, 0, "m"),
    ],
)
def test_without_a_line_or_its_text_no_line_is_shown(problem: Problem) -> None:
    assert "|" not in to_plain(problem_lines([problem]))
