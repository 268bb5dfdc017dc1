"""`apply --verify read`: after the last write the workspace is read again and compared with every change that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.applying.report import Outcome, Result, RunReport
from reconciler.live import Reading
from reconciler.planning.plan import Action, Change


def verify(report: RunReport, reading: Reading) -> RunReport:
    """The report, where a change that `reading` does not show as done counts as not accepted."""
    done = [outcome for outcome in report.outcomes if outcome.result is Result.DONE]
    changes = [outcome.change for outcome in report.outcomes]
    wrong = {id(outcome): why for outcome, why in _wrong(done, changes, reading)}
    outcomes = tuple(
        replace(outcome, result=Result.NOT_ACCEPTED, message=wrong[id(outcome)]) if id(outcome) in wrong else outcome
        for outcome in report.outcomes
    )
    return replace(report, outcomes=outcomes, requests=report.requests + reading.live.requests)


def _wrong(done: Sequence[Outcome], changes: Sequence[Change], reading: Reading) -> list[tuple[Outcome, str]]:
    preconditions = evaluate_preconditions(
        [outcome.change for outcome in done], reading.live, reading.usage, whole=changes
    )
    wrong = []
    for outcome, precondition in zip(done, preconditions, strict=True):
        is_delete = outcome.change.action is Action.DELETE
        if precondition.status is not PreconditionStatus.ALREADY:
            wrong.append(
                (
                    outcome,
                    precondition.why or ("it still exists" if is_delete else "it has other values when read again"),
                )
            )
    return wrong
