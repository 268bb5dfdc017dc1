"""A sample of the matrix; `python -m tests.faults` runs all cases."""

from __future__ import annotations

import pytest

from reconciler.kinds import BY_NAME
from reconciler.planning.plan import Action, Step
from tests.faults.cases import Case, sample
from tests.faults.edits import EditCase, edit_cases
from tests.faults.over_http import HttpCase, http_cases
from tests.faults.processes import DiskCase, ProcessCase
from tests.faults.random_faults import RandomFaultsCase
from tests.faults.scenario_server import SWITCHES, scenario_server
from tests.faults.statuses import StatusCase, sample_of_statuses

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", sample()[::3], ids=str)
def test_a_second_apply_reaches_the_desired_state_and_the_journal_is_true(case: Case) -> None:
    assert case.run() == []


@pytest.mark.parametrize("case", list(edit_cases())[::20], ids=str)
def test_what_somebody_edits_before_a_write_is_kept(case: EditCase) -> None:
    assert case.run() == []


@pytest.mark.parametrize("case", sample_of_statuses()[::2], ids=str)
def test_a_status_that_says_nothing_about_a_write_is_resolved_by_reading(case: StatusCase) -> None:
    assert case.run() == []


@pytest.mark.parametrize("seed", range(3))
def test_random_faults_at_eight_concurrent_requests_over_several_sessions(seed: int) -> None:
    assert RandomFaultsCase(seed).run() == []


@pytest.mark.parametrize("case", list(http_cases(90, step=45))[::6], ids=str)
def test_faults_over_real_sockets_are_handled_in_the_same_way(case: HttpCase) -> None:
    assert case.run() == []


@pytest.mark.parametrize(
    "case",
    [
        ProcessCase("SIGKILL", "after", 50),
        ProcessCase("SIGTERM", "after", 71),
    ],
    ids=str,
)
def test_after_a_signal_to_the_program_the_next_apply_finishes_the_run(case: ProcessCase) -> None:
    assert case.run() == []


@pytest.mark.parametrize("room", [100, 48_300])
def test_on_a_full_disk_no_write_is_sent_without_an_intent(room: int) -> None:
    assert DiskCase(room).run() == []


@pytest.mark.parametrize("name", SWITCHES)
def test_the_scenario_covers_every_kind_action_and_step(name: str) -> None:
    changes = scenario_server(name).plan.changes
    assert {change.kind for change in changes} == set(BY_NAME)
    assert {change.action for change in changes} == set(Action)
    # What no manifest declares is set by an undo alone: tests/applying/undo/test_undeclared.py.
    assert {step for change in changes for step in change.steps} == set(Step) - {Step.UNDECLARED}
    assert any(change.temporary_name and change.removal for change in changes)
