"""Problems with the place in a manifest, or without one."""

from __future__ import annotations

from reconciler.errors import Problem
from reconciler.model import Source
from reconciler.planning.problems import problem_at


def test_a_problem_without_a_place_has_neither_line_nor_column() -> None:
    assert problem_at(None, "m", "h") == Problem("", 0, 0, "m", "h")
    assert problem_at(Source("a.yaml", 2, 3), "m", "h") == Problem("a.yaml", 2, 3, "m", "h")
