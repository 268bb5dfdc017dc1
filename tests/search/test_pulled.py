"""Pulling into manifests of the search: random workspaces with hostile names, under random switches of the service."""

from __future__ import annotations

import pytest

from tests.search.pulled import pull_problem


@pytest.mark.parametrize("seed", [0, 5, 10, 39, 45, 48])
def test_pull_then_plan_is_no_changes(seed: int) -> None:
    _, problem = pull_problem(seed)
    assert not problem


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_pull_then_plan_is_no_changes_in_more_workspaces(seed: int) -> None:
    _, problem = pull_problem(seed)
    assert not problem
