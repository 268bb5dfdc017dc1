"""A sample of the matrix: each fault at some request; `python -m tests.faults` takes them all."""

from __future__ import annotations

import pytest

from reconciler.kinds import BY_NAME
from reconciler.planning.plan import Action, Step
from tests.faults.cases import Case, sample
from tests.faults.invariants import goal
from tests.faults.over_http import HttpCase, http_cases
from tests.faults.processes import DiskCase, ProcessCase
from tests.faults.random_faults import ChaosCase
from tests.faults.scenario_server import SWITCHES, world

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", sample(), ids=str)
def test_the_second_apply_finishes_the_job_and_the_record_says_what_happened(case: Case) -> None:
    assert case.run() == []


@pytest.mark.parametrize("seed", range(25))
def test_eight_at_once_and_anything_going_wrong_several_times_over(seed: int) -> None:
    assert ChaosCase(seed).run() == []


@pytest.mark.parametrize("case", list(http_cases(90, step=45)), ids=str)
def test_what_really_goes_over_a_socket_is_taken_for_the_same(case: HttpCase) -> None:
    assert case.run() == []


@pytest.mark.parametrize(
    "case",
    [
        ProcessCase("SIGKILL", "before", 17),
        ProcessCase("SIGKILL", "after", 50),
        ProcessCase("SIGINT", "before", 33),
        ProcessCase("SIGTERM", "after", 71),
    ],
    ids=str,
)
def test_the_real_program_is_told_to_stop_or_killed_and_the_next_one_finishes(case: ProcessCase) -> None:
    assert case.run() == []


@pytest.mark.parametrize("room", [100, 48_300, 61_000])
def test_on_a_full_disk_nothing_leaves_that_is_not_recorded(room: int) -> None:
    assert DiskCase(room).run() == []


@pytest.mark.parametrize("name", SWITCHES)
def test_the_run_writes_every_kind_in_every_way(name: str) -> None:
    changes = world(name).plan.changes
    assert len(goal(name)[2]) >= 80
    assert {change.kind for change in changes} == set(BY_NAME)
    assert {change.action for change in changes} == set(Action)
    assert {step for change in changes for step in change.steps} == set(Step)
    assert any(change.temporary_name and change.removal for change in changes)
