"""Problems in manifests: for people (excerpt and caret), for programs (JSON) and for GitHub (annotations)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.errors import Problem
from reconciler.render.counts import count
from reconciler.render.escape import ascii_only, log_line, visible, workflow_data, workflow_property
from reconciler.render.lines import Line, Span, flow
from reconciler.render.screen import PIPE, Screen
from reconciler.render.width import split_at, truncate, width

_PROGRAM = "reconciler "
_TAB = "    "
_LEAD = 30
"""Cells shown before the caret when a long line is cut."""


def problem_lines(
    problems: Sequence[Problem],
    screen: Screen = PIPE,
    *,
    word: str = "problem",
) -> list[Line]:
    """Each problem: place and message, the offending line with a caret, the hint; then the count. `word` names one of them."""
    lines: list[Line] = []
    for problem in problems:
        lines += _problem(problem, screen)
        lines.append(())
    lines += flow((Span(count(len(problems), word), "bold"),), screen)
    return lines


def _problem(problem: Problem, screen: Screen) -> list[Line]:
    place = Span(f"{problem.place}: ", "bold") if problem.path else Span("")
    lines = flow((place, Span(problem.message)), screen)
    if problem.excerpt.strip() and problem.line:
        source, caret = _excerpt_and_caret(problem, screen)
        lines += [(Span(f"  | {source}".rstrip(), "dim"),), (Span(f"  | {caret}", "delete"),)]
    if problem.hint:
        lines += flow(_hint(problem.hint), screen, indent=2)
    return lines


def _hint(text: str) -> list[Span]:
    """A hint; the command at its end is in one piece, as it is copied into a shell."""
    before, name, rest = text.partition(_PROGRAM)
    return [Span(before), Span(f"{name}{rest}", is_whole=True)] if name else [Span(text)]


def _excerpt_and_caret(problem: Problem, screen: Screen) -> tuple[str, str]:
    """The offending line, cut to fit, and a line with a caret under the column."""
    room = screen.width - 4
    before = _escaped(problem.excerpt[: max(problem.column - 1, 0)], screen)
    rest = _escaped(problem.excerpt[max(problem.column - 1, 0) :], screen).rstrip()
    ellipsis = "..." if screen.ascii else "…"
    while width(before) > max(room - 10, _LEAD):
        before = ellipsis + _last(before, _LEAD - width(ellipsis))
    text = before + truncate(rest, room - width(before), ellipsis)
    return log_line(text.rstrip()), " " * width(before) + "^"


def _last(text: str, cells: int) -> str:
    """The last `cells` cells of a text."""
    return split_at(text, max(width(text) - cells, 1))[1]


def _escaped(text: str, screen: Screen) -> str:
    spaced = text.rstrip("\r\n").replace("\t", _TAB)
    return ascii_only(spaced) if screen.ascii else visible(spaced)


def problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems as plain JSON values; line and column are null for a problem of the whole file."""
    return [
        {
            "path": problem.path,
            "line": problem.line or None,
            "column": problem.column or None,
            "message": problem.message,
            "hint": problem.hint or None,
            "excerpt": problem.excerpt or None,
            "rule": problem.rule or None,
            "row": problem.row or None,
        }
        for problem in problems
    ]


def problems_to_github(problems: Iterable[Problem], command: str = "error") -> str:
    """The problems as workflow commands, one a line: GitHub shows them on the lines of a pull request."""
    return "".join(_annotation(problem, command) for problem in problems)


def _annotation(problem: Problem, command: str) -> str:
    place = [("file", problem.path)] if problem.path else []
    if problem.line:
        place += [("line", str(problem.line)), ("col", str(max(problem.column, 1)))]
    properties = ",".join(f"{key}={workflow_property(text)}" for key, text in place)
    message = f"{problem.row}: {problem.message}" if problem.row else problem.message
    message = f"{message} ({problem.hint})" if problem.hint else message
    return f"::{command} {properties}".rstrip() + f"::{workflow_data(message)}\n"
