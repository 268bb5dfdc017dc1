"""Problems of templates: each once, at the node of the document, however many rows have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from reconciler.errors import Problem
from reconciler.manifest.yaml.marks import Place, place_of
from reconciler.manifest.yaml.text import SourceText


class Reporter:
    """Collects the problems of one document. `reported`: the places of values that have one."""

    def __init__(self, source: SourceText, problems: list[Problem]) -> None:
        self.source = source
        self._problems = problems
        self._seen: set[Problem] = set()
        self.reported: set[Place] = set()

    def problem(self, node: Any, message: str, hint: str = "") -> None:
        """Report a problem at a node."""
        place = place_of(node)
        self.reported.add(place)
        problem = self.source.problem(place, message, hint)
        if problem not in self._seen:
            self._seen.add(problem)
            self._problems.append(problem)

    def add(self, problem: Problem) -> None:
        """Report a problem of another file."""
        if problem not in self._seen:
            self._seen.add(problem)
            self._problems.append(problem)

    def path(self, node: Any) -> str:
        """The place of a node, with the path of the document: `workspace.yaml:5:7`."""
        line, column = place_of(node)[:2]
        return f"{self.source.path}:{line}:{column}"


def once_for_all_rows(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, those of one place that differ only in the row as one: it names the first row and the number of others."""
    rows: dict[Problem, dict[str, None]] = {}
    for problem in problems:
        rows.setdefault(replace(problem, row="") if problem.row else problem, {})[problem.row] = None
    for problem, found in rows.items():
        named = [row for row in found if row]
        others = len(named) - 1
        more = f" and {others} more row{'s' if others > 1 else ''}" if others > 0 else ""
        yield replace(problem, row=f"{named[0]}{more}") if named else problem
