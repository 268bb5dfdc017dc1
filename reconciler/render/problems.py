"""Problems in manifests for people (the line and a caret under the place), programs (JSON) and GitHub (annotations)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.errors import Problem
from reconciler.render import words
from reconciler.render.escape import ascii_only, log_line, visible, workflow_data, workflow_property
from reconciler.render.lines import Line, Span, flow
from reconciler.render.width import split_at, truncate, width

_TAB = "    "
_LEAD = 30
"""Cells that stay visible before the caret when a long line is cut to the part around it."""


def problem_lines(
    problems: Sequence[Problem],
    *,
    word: str = "problem",
    width: int = 80,
    ascii: bool = False,  # noqa: A002 - the word that callers know
) -> list[Line]:
    """Every problem: place and message, the offending line with a caret, the hint; then how many there are, in a `word`."""
    lines: list[Line] = []
    for problem in problems:
        lines += _problem(problem, width, in_ascii=ascii)
        lines.append(())
    lines += flow((Span(words.count(len(problems), word), "bold"),), cells=width)
    return lines


def _problem(problem: Problem, cells: int, *, in_ascii: bool) -> list[Line]:
    place = Span(f"{problem.place}: ", "bold") if problem.path else Span("")
    lines = flow((place, Span(problem.message)), cells=cells, in_ascii=in_ascii)
    if problem.excerpt.strip() and problem.line:
        source, caret = _pointed(problem, cells - 4, in_ascii=in_ascii)
        lines += [(Span(f"  | {source}".rstrip(), "dim"),), (Span(f"  | {caret}", "delete"),)]
    if problem.hint:
        lines += flow((Span(problem.hint),), cells=cells, indent=2, in_ascii=in_ascii)
    return lines


def _pointed(problem: Problem, room: int, *, in_ascii: bool) -> tuple[str, str]:
    """The offending line, cut to the room, and a line with a caret under the column."""
    before = _shown(problem.excerpt[: max(problem.column - 1, 0)], in_ascii=in_ascii)
    rest = _shown(problem.excerpt[max(problem.column - 1, 0) :], in_ascii=in_ascii).rstrip()
    ellipsis = "..." if in_ascii else "…"
    while width(before) > max(room - 10, 1) and width(before) > _LEAD:
        before = ellipsis + _last(before, _LEAD - width(ellipsis))
    text = before + truncate(rest, room - width(before), ellipsis)
    return log_line(text.rstrip()), " " * width(before) + "^"


def _last(text: str, cells: int) -> str:
    """The end of a text."""
    return split_at(text, max(width(text) - cells, 1))[1]


def _shown(text: str, *, in_ascii: bool) -> str:
    spaced = text.rstrip("\r\n").replace("\t", _TAB)
    return ascii_only(spaced) if in_ascii else visible(spaced)


def problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems as plain JSON values; line and column are null where a problem is of the whole file."""
    return [
        {
            "path": problem.path,
            "line": problem.line or None,
            "column": problem.column or None,
            "message": problem.message,
            "hint": problem.hint or None,
            "excerpt": problem.excerpt or None,
        }
        for problem in problems
    ]


def problems_to_github(problems: Iterable[Problem], command: str = "error") -> str:
    """The problems as workflow commands, a line each: GitHub shows them beside the lines of a pull request."""
    return "".join(_annotation(problem, command) for problem in problems)


def _annotation(problem: Problem, command: str) -> str:
    place = [("file", problem.path)] if problem.path else []
    if problem.line:
        place += [("line", str(problem.line)), ("col", str(max(problem.column, 1)))]
    properties = ",".join(f"{key}={workflow_property(text)}" for key, text in place)
    message = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    return f"::{command} {properties}".rstrip() + f"::{workflow_data(message)}\n"
