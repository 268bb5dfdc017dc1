"""The guards over a saved plan, with what was read for this run: the blocks in a plan file are not trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reconciler.kinds import BY_NAME, BY_PLURAL
from reconciler.live import Reading
from reconciler.planning.forecast import forecast_changes
from reconciler.planning.guards import guard
from reconciler.planning.guards.context import GuardContext, was_in_use
from reconciler.planning.plan import Plan
from reconciler.planning.renames.candidate import Declaration
from reconciler.planning.renames.detect import detect
from reconciler.state import Allowances, Live


def guard_plan(
    plan: Plan,
    reading: Reading,
    allowances: Allowances,
    *,
    connection: str = "",
    protected_before: Sequence[str] = (),
    today: date | None = None,
    requests_per_second: float = 50.0,
) -> Plan:
    """The plan with its blocks as they are now, and with the rename candidates of now.

    `allowances` are added to those of the plan, which its digest covers; `max_requests` replaces that of the plan. `connection` is
    the one in use, `protected_before` the protect patterns of the policy that was applied last. The forecast is computed from the
    changes and the reading, never taken from the file.
    """
    live = reading.live
    forecast = forecast_changes(live, plan.changes, requests_per_second)
    total, in_use = _counts_before(plan, live)
    declared = {candidate.create: candidate.declared for candidate in plan.rename_candidates}
    context = GuardContext(
        live=live,
        policy=plan.policy,
        is_saved=True,
        live_counts=total,
        in_use=in_use,
        allowed={**{BY_PLURAL[p].name: number for p, number in plan.allowances.items()}, **allowances.numbers},
        excluded=Counter(excluded.address.kind for excluded in plan.excluded if excluded.removal),
        connections=(plan.proof.connection, connection),
        protected_before=protected_before,
        rename_candidates=detect(
            plan.changes,
            live,
            {*plan.allowed_removals, *allowances.addresses},
            lambda address: declared.get(address, Declaration()),
        ),
        today=today,
        forecast=forecast,
        max_requests=request_limit(plan, allowances),
    )
    changes = tuple(guard(plan.changes, context))
    return replace(plan, changes=changes, rename_candidates=context.rename_candidates, forecast=forecast)


def request_limit(plan: Plan, allowances: Allowances) -> int | None:
    """The limit of requests that holds: that of the command line, else the one that was given to `plan`."""
    return plan.max_requests if allowances.max_requests is None else allowances.max_requests


def _counts_before(plan: Plan, live: Live) -> tuple[Counter[str], Counter[str]]:
    """Live resources and active ones, by the kind's name, as they were before an interrupted run of this plan.

    What that run removed already counts as still there: otherwise its own progress would change the budget.
    """
    total, in_use = Counter(live.live_counts), Counter(live.in_use_counts)
    present = live.by_id.keys()
    archived = {r.id for r in live.resources.values() if BY_NAME[r.kind].is_archived(r.values)}
    for change in plan.changes:
        if change.is_removal and change.id not in present:
            total[change.kind] += 1
        if change.is_removal and was_in_use(change) and (change.id not in present or change.id in archived):
            in_use[change.kind] += 1
    return total, in_use
