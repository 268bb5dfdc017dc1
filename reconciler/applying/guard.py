"""The guards over a saved plan, with what was read for this run: the blocks in a plan file are not trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reconciler.applying.journal.run import Run
from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.applying.recovery import history_for
from reconciler.errors import BlockedError
from reconciler.kinds import BY_NAME, REMOVAL_COUNTS
from reconciler.live import Reading
from reconciler.model import Address
from reconciler.planning.forecast import forecast_all, forecast_changes
from reconciler.planning.guards import guard
from reconciler.planning.guards.context import GuardContext, was_in_use
from reconciler.planning.plan import Change, Plan
from reconciler.planning.renames.candidate import Declaration, RenameCandidate
from reconciler.planning.renames.corrections import remaining_pairs
from reconciler.planning.renames.detect import detect
from reconciler.planning.spelling import spelled_as_live
from reconciler.planning.unmatched import allowance_warnings
from reconciler.state import Allowances, Live


def guard_plan(
    plan: Plan,
    reading: Reading,
    allowances: Allowances,
    *,
    connection: str = "",
    protected_before: Sequence[str] = (),
    today: date | None = None,
    run: Run | None = None,
    requests_per_second: float = 50.0,
    **costs: Any,
) -> Plan:
    """The plan with its blocks as they are now, and with the rename candidates of now.

    `allowances` are added to those of the plan, which its digest covers; `max_requests` replaces that of the plan. `connection` is
    the one in use, `protected_before` the protect patterns of the policy that was applied last. The forecast is computed from the
    changes and the reading, never taken from the file; `costs` are arguments of `forecast_changes`. `run`: the incomplete run of
    this plan, if there is one, which the apply resumes.
    """
    live = reading.live
    forecast = forecast_changes(live, plan.changes, requests_per_second, done=_done(plan, reading, run), **costs)
    total, in_use = _counts_before(plan, live)
    given = {*plan.allowed_removals, *allowances.addresses}
    # Changes have the addresses of the plan, which a run may have renamed since.
    allowed = given | spelled_as_live(given, live)
    context = GuardContext(
        live=live,
        policy=plan.policy,
        is_saved=True,
        is_undo=plan.is_undo,
        live_counts=total,
        in_use=in_use,
        allowed={**{REMOVAL_COUNTS[p]: number for p, number in plan.allowances.items()}, **allowances.numbers},
        excluded=Counter(excluded.address.kind for excluded in plan.excluded if excluded.removal),
        connections=(plan.proof.connection, connection),
        protected_before=protected_before,
        is_targeted=plan.targeting is not None,
        rename_candidates=_rename_candidates(plan, live, allowed),
        today=today,
        forecast=forecast,
        max_requests=request_limit(plan, allowances),
    )
    changes = tuple(guard(plan.changes, context))
    candidates, warnings = context.rename_candidates, _warnings(plan, live, allowances)
    return replace(plan, changes=changes, rename_candidates=candidates, forecast=forecast, warnings=warnings)


def _warnings(plan: Plan, live: Live, allowances: Allowances) -> tuple[str, ...]:
    """Those of the plan, and those about allowed removals. One outside the targets may be a side of a rename candidate."""
    unpaired = allowances.addresses - {pair.remove for pair in plan.rename_candidates}
    return tuple(dict.fromkeys((*plan.warnings, *allowance_warnings(plan.changes, live, unpaired))))


def _done(plan: Plan, reading: Reading, run: Run | None) -> list[Change]:
    """The changes that an apply on this reading sends nothing for, since the workspace has their results."""
    results = evaluate_preconditions(plan.changes, reading.live, reading.usage, history_for(plan, run))
    status = (result.status for result in results)
    return [c for c, status in zip(plan.changes, status, strict=True) if status is PreconditionStatus.ALREADY]


def _rename_candidates(plan: Plan, live: Live, allowed: Collection[Address]) -> tuple[RenameCandidate, ...]:
    """Those of now; how the manifests declare what is created is known from the plan."""
    declared = {candidate.create: candidate.declared for candidate in plan.rename_candidates}
    detected = detect(plan.changes, live, allowed, lambda address: declared.get(address, Declaration()))
    # With targets, one side may be outside of the plan: like a correction, only the manifests show such a pair.
    return remaining_pairs(plan.rename_candidates, detected, allowed, keeps_all=plan.targeting is not None)


def request_limit(plan: Plan, allowances: Allowances) -> int | None:
    """The limit of requests that holds: that of the command line, else the one that was given to `plan`."""
    return plan.max_requests if allowances.max_requests is None else allowances.max_requests


def require_requests_left(plan: Plan, limit: int | None, sent: int, again: int) -> None:
    """Raise BlockedError if reading the workspace again, since its approval took long, leads beyond the limit of requests.

    `sent`: requests so far, `again`: those of the reading. All changes count, since that reading may show what is done otherwise.
    """
    forecast = forecast_all(plan.forecast, plan.changes)
    needed = sent + again + forecast.writing + forecast.verifying
    if limit is not None and needed > limit:
        raise BlockedError(
            f"the approval took more than a minute, so the workspace must be read again: {needed} requests; the limit is {limit} "
            "(--max-requests)",
            hint=f"approve with --approve, or add --max-requests {needed}; nothing was written",
        )


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
