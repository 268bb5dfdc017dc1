"""Each file in `cases` is a manifest that ends with its expected problems, as comments: position, message and hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest import load

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
MARK = "# expect "


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_has_the_expected_problems(case: Path) -> None:
    expected = [line.removeprefix(MARK) for line in case.read_text().splitlines() if line.startswith(MARK)]
    with pytest.raises(ManifestError) as caught:
        load([str(case)])
    found = [
        f"{p.line}:{p.column} {p.message}".replace(str(case), "-") + (f" | {p.hint}" if p.hint else "")
        for p in caught.value.problems
    ]
    assert found == expected


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_problem_has_its_line_as_excerpt(case: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        load([str(case)])
    lines = case.read_text().split("\n")
    for problem in caught.value.problems:
        assert problem.path == str(case)
        if problem.line:
            assert len(problem.excerpt) == len(lines[problem.line - 1])
            assert 1 <= problem.column <= len(problem.excerpt) + 1
