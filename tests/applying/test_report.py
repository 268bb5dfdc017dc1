"""The report of a run in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

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


def test_a_report_of_nothing_counts_nothing() -> None:
    report = RunReport("sha256:ab", ())
    assert (report.requests, report.seconds, report.left) == (0, 0.0, 0)
    assert (report.stopped, report.run, report.unverified) == ("", "", "")
    assert [report.interrupted, report.continued, report.is_quota, report.has_written] == [False] * 4
    assert Outcome(CHANGES[0], Result.SKIPPED).written == 0


DONE, ALREADY, FAILED, MOVED, SKIPPED = Result.DONE, Result.ALREADY, Result.FAILED, Result.MOVED, Result.SKIPPED


@pytest.mark.parametrize(
    ("results", "written", "facts", "code"),
    [
        ((), 0, {}, 0),
        ((DONE, ALREADY), 1, {}, 0),
        ((ALREADY, ALREADY), 0, {}, 0),
        ((DONE,), 1, {"unverified": "the workspace cannot be read"}, 4),
        ((ALREADY, FAILED), 0, {}, 1),
        ((FAILED,), 0, {"continued": True}, 4),
        ((FAILED,), 1, {}, 4),
        ((DONE, MOVED), 1, {}, 4),
        ((ALREADY, MOVED), 0, {}, 3),
        ((MOVED, SKIPPED), 0, {}, 3),
        ((MOVED,), 0, {"continued": True}, 3),
        ((MOVED, FAILED), 0, {}, 1),
        ((SKIPPED,), 0, {}, 1),
        ((SKIPPED,), 0, {"interrupted": True}, 130),
        ((DONE,), 1, {"interrupted": True}, 130),
    ],
)
def test_the_exit_code_tells_what_is_left(
    results: tuple[Result, ...], written: int, facts: dict[str, object], code: int
) -> None:
    report = replace(_report(*results), **facts)  # type: ignore[arg-type]
    outcomes = tuple(replace(outcome, written=written if at == 0 else 0) for at, outcome in enumerate(report.outcomes))
    assert replace(report, outcomes=outcomes).exit_code == code
