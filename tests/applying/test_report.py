"""The report of a run in one line."""

from __future__ import annotations

from reconciler.applying import Outcome, Result, RunReport
from tests.planning.literals import plan_of

CHANGES = plan_of({"tags": ["a", "b", "c", "d"]}, {}).changes


def _report(*results: Result, run: str = "") -> RunReport:
    outcomes = tuple(Outcome(change, result) for change, result in zip(CHANGES, results, strict=False))
    return RunReport("sha256:ab", outcomes, run=run)


def test_a_report_is_one_line_of_counts_and_the_run() -> None:
    report = _report(Result.FAILED, Result.DONE, Result.DONE, Result.IN_DOUBT, run="20261124T201359123Z-0a1b2c3d")
    assert str(report) == "Applied: 2 done, 1 failed, 1 in doubt (run 20261124T201359123Z-0a1b2c3d)"


def test_a_report_without_a_journal_names_no_run() -> None:
    assert str(_report(Result.ALREADY)) == "Applied: 1 already up to date"
    assert str(_report()) == "Applied: no changes"
