"""The lines of a refusal: of many changes that one guard blocks the first ones are named, and the others counted."""

from __future__ import annotations

import pytest

from reconciler.applying import approve
from reconciler.errors import BlockedError
from reconciler.planning import Plan
from tests.planning.literals import plan_of


def _plan(number: int) -> Plan:
    """The plan that removes that many tags, which are all."""
    return plan_of({"tags": []}, {"tags": [f"t{at}" for at in range(number)]}, tag=7)


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (3, "tag:t0, tag:t1, tag:t2"),
        (4, "tag:t0, tag:t1, tag:t2 and 1 more"),
        (6, "tag:t0, tag:t1, tag:t2 and 3 more"),
    ],
)
def test_three_blocked_changes_are_named_and_the_others_counted(number: int, named: str) -> None:
    plan = _plan(number)
    with pytest.raises(BlockedError) as caught:
        approve(plan, plan.digest)
    (line,) = caught.value.blocked
    assert line.partition(": would ")[0] == named
