"""The guards, asked again with what was read for the run: a plan file cannot talk them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reconciler.kinds import BY_NAME, BY_PLURAL
from reconciler.live import Reading
from reconciler.planning.guards.checks import evaluate_checks
from reconciler.planning.guards.completeness import completeness_of
from reconciler.planning.guards.guards import GuardContext, guard_removals, limit_requests, was_in_use
from reconciler.planning.plan import Plan
from reconciler.planning.renames.detect import block_candidates, detect
from reconciler.state import Allowances, Live


def reapply_guards(
    plan: Plan,
    reading: Reading,
    allowed: Allowances,
    *,
    connection: str = "",
    protected_before: Sequence[str] = (),
    today: date | None = None,
) -> Plan:
    """The plan with its blocks as they are now. What an earlier run of it removed already counts as if it were still there.

    `allowed` comes on top of what was allowed when it was planned. `connection` is the one in use now.
    """
    said = {BY_PLURAL[plural].name: number for plural, number in plan.allowances.items()}
    counts, in_use = dict(reading.live.live_counts), dict(reading.live.in_use_counts)
    completeness = completeness_of(reading.live, (plan.proof.connection, connection))
    archived = _archived(reading.live)
    for change in plan.changes:
        if change.removal and change.id not in completeness.ids:
            counts[change.kind] += 1
        if change.removal and was_in_use(change) and (change.id not in completeness.ids or change.id in archived):
            in_use[change.kind] += 1
    context = GuardContext(
        counts,
        in_use,
        completeness,
        {**said, **allowed.numbers},
        Counter(left.address.kind for left in plan.excluded if left.removal),
        protected_before,
    )
    changes = guard_removals(plan.changes, plan.policy, context)
    pairs = detect(changes, reading.live, {*plan.allowed_removals, *allowed.addresses})
    changes, _ = evaluate_checks(block_candidates(changes, pairs), plan.policy, reading.live, today)
    changes = limit_requests(changes, plan.forecast, allowed.max_requests)
    return replace(plan, changes=tuple(changes), rename_candidates=pairs)


def _archived(live: Live) -> set[str]:
    """Ids of what is archived or done."""
    return {r.id for r in live.resources.values() if BY_NAME[r.kind].is_archived(r.values)}
