"""The guards, asked again with what was read for the run: a plan file cannot talk them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.kinds import BY_PLURAL
from reconciler.live import Reading
from reconciler.planning.evidence import evidence_of
from reconciler.planning.guards import Situation, guarded, within_requests
from reconciler.planning.plan import Plan
from reconciler.planning.planner import live_counts


def reguarded(
    plan: Plan,
    reading: Reading,
    allowed: Mapping[str, int],
    *,
    connection: str = "",
    protected_before: Sequence[str] = (),
    max_requests: int | None = None,
) -> Plan:
    """The plan with its blocks as they are now. What an earlier run of it removed already counts as if it were still there.

    `allowed` (by the kind's name) comes on top of what was allowed when it was planned. `connection` is the one in use now.
    """
    said = {BY_PLURAL[plural].name: number for plural, number in plan.allowances.items()}
    counts = live_counts(reading.live)
    evidence = evidence_of(reading.live, (plan.proof.connection, connection))
    for change in plan.changes:
        if change.removal and change.id not in evidence.ids:
            counts[change.kind] += 1
    situation = Situation(
        counts,
        evidence,
        {**said, **allowed},
        Counter(left.address.kind for left in plan.left_out if left.removal),
        protected_before,
    )
    changes = within_requests(guarded(plan.changes, plan.policy, situation), plan.forecast, max_requests)
    return replace(plan, changes=tuple(changes))
