"""What is read again after the last write: a change that the workspace does not show counts as not accepted, and why."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying import Outcome, Result, RunReport
from reconciler.applying.verify import verify
from reconciler.live import Reading
from reconciler.state import Usage
from tests.planning.literals import live_of, plan_of

NOTED = {"clients": [{"at": "A", "note": "x"}]}


@pytest.mark.parametrize(
    ("manifest", "before", "why"),
    [
        ({"tags": []}, {"tags": ["a"]}, "it still exists"),
        ({"clients": [{"name": "A", "note": "new"}]}, NOTED, "it has other values when read again"),
    ],
)
def test_what_is_as_before_when_read_again_is_not_accepted(manifest: Any, before: Any, why: str) -> None:
    plan = plan_of(manifest, before)
    report = RunReport(plan.digest, tuple(Outcome(change, Result.DONE, id=change.id) for change in plan.changes))
    (outcome,) = verify(report, Reading(live_of(before), {"t1": Usage(0, 0)})).outcomes
    assert (outcome.result, outcome.message) == (Result.NOT_ACCEPTED, why)
