"""Excludes what guards block, and what depends on that: the rest is a plan of its own, with a digest of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.planning.dependents import dependents
from reconciler.planning.first_plan import with_first_plan_warning
from reconciler.planning.forecast import forecast_rest
from reconciler.planning.guards import requests
from reconciler.planning.impact import with_names_freed
from reconciler.planning.order import in_order
from reconciler.planning.plan import Action, Change, Excluded, Forecast, Plan, Step, Targeting
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.select import select
from reconciler.planning.temporary_names import with_temporary_names
from reconciler.planning.warnings import change_warnings


def exclude_blocked(plan: Plan, max_requests: int | None = None) -> Plan:
    """The plan without its blocked changes and without those that depend on them, directly or indirectly.

    The rest is ordered again, and a temporary name that only an excluded change required is removed. `excluded` lists each
    excluded change with the reason. `max_requests` limits the rest; a block by that limit alone excludes nothing.
    """
    changes = plan.changes
    # A create that may be a rename is excluded with the removal it resembles: created now, it would prevent the rename.
    undecided = {candidate.create for candidate in plan.rename_candidates}
    blocked = [
        position
        for position, change in enumerate(changes)
        if (change.blocked and change.blocked.guard != requests.NAME)
        or (change.action is Action.CREATE and change.address in undecided)
    ]
    if not blocked:
        return plan
    causes = dependents(changes, blocked)
    rest = [without_temporary_name(change) for position, change in enumerate(changes) if position not in causes]
    rest, targeting = _still_needed(rest, plan.targeting)
    rest = with_names_freed(in_order(with_temporary_names(rest))) if rest else []
    forecast = forecast_rest(plan.forecast, rest)
    return replace(
        plan,
        changes=tuple(_limited(rest, forecast, max_requests)),
        forecast=forecast,
        rename_candidates=(),
        warnings=_warnings(plan, rest),
        targeting=targeting,
        excluded=(*plan.excluded, *(_excluded(changes, position, causes[position]) for position in sorted(causes))),
    )


def _still_needed(rest: list[Change], targeting: Targeting | None) -> tuple[list[Change], Targeting | None]:
    """Of a plan with targets, the changes without those that only excluded ones needed: these count as outside now."""
    if targeting is None:
        return rest, None
    chosen = select(rest, TargetPatterns(targeting.patterns))
    left_out = targeting.left_out + len(rest) - len(chosen)
    return [rest[position] for position in chosen], replace(targeting, left_out=left_out)


def is_exclusion_useful(plan: Plan) -> bool:
    """Whether `exclude_blocked` leaves something that can be applied.

    It does not where everything is blocked or depends on that, and where the limit of requests blocks: it lifts no limit.
    """
    if not plan.summary["blocked"]:
        return False
    is_limited = any(change.blocked and change.blocked.guard == requests.NAME for change in plan.changes)
    if is_limited and plan.max_requests is None:
        return False  # a limit of the command line of `apply`, which the plan does not know
    rest = exclude_blocked(plan, plan.max_requests)
    return not rest.is_empty and not rest.summary["blocked"]


def _limited(rest: Sequence[Change], forecast: Forecast, max_requests: int | None) -> Iterable[Change]:
    """The same changes, blocked where they exceed a new limit; all other blocks are excluded by now."""
    if max_requests is None:
        return rest
    blocked = requests.over_limit(forecast, max_requests)
    return [replace(change, blocked=blocked) for change in rest]


def without_temporary_name(change: Change) -> Change:
    """The change without the step that frees its name early."""
    steps = tuple(step for step in change.steps if step is not Step.RENAME)
    return replace(change, steps=steps, temporary_name="") if change.temporary_name else change


def _excluded(changes: Sequence[Change], position: int, cause: int) -> Excluded:
    change = changes[position]
    blocked = change.blocked
    if blocked and blocked.guard != requests.NAME:
        why = f"{blocked.guard}: {blocked.reason}"
    elif cause == position:
        why = "it may be a rename of a resource whose removal is excluded"
    else:
        why = f"it needs {changes[cause].address}, which is excluded"
    return Excluded(change.address, change.action, why, change.removal)


def _warnings(plan: Plan, rest: Sequence[Change]) -> tuple[str, ...]:
    """The warnings of the plan, without those about excluded changes."""
    access_role = plan.proof.access_role
    whole = set(change_warnings(plan.changes, access_role))
    kept = [warning for warning in plan.warnings if warning not in whole]
    return (*with_first_plan_warning(kept, rest), *change_warnings(rest, access_role))
