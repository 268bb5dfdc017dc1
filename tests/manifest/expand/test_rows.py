"""A `for_each` that cannot be read: one problem, and no row."""

from __future__ import annotations

import pytest

from tests.manifest.expand.folder import problems

KEYS = "workspace.yaml:2:20: unknown key '{}' in 'for_each' | did you mean '{}'?"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("{cvs: t.csv}", KEYS.format("cvs", "csv")),
        # The rows would each have the problem of a name that is not there.
        ("{wher: {A: x}, csv: t.csv}", KEYS.format("wher", "where")),
    ],
)
def test_a_key_that_is_not_known_is_the_only_problem(rows: str, problem: str) -> None:
    assert problems(f"tags: [{{for_each: {rows}, name: '{{lost}}'}}]", t_csv="A\nx\n") == [problem]
