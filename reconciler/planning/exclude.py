"""A plan without what is blocked, and without what depends on that: what is left is a plan of its own, with a digest of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.kinds import ancestors
from reconciler.planning.forecast import forecast_rest
from reconciler.planning.guards.guards import REQUESTS, limit_requests
from reconciler.planning.impact import with_names_freed
from reconciler.planning.order import dependencies, in_order, live_address, with_temporary_names
from reconciler.planning.plan import Action, Change, Excluded, Plan, Step
from reconciler.planning.warnings import change_warnings


def exclude_blocked(plan: Plan, max_requests: int | None = None) -> Plan:
    """The plan without its blocked changes and without those that need them, directly or by way of others.

    What is left is ordered anew: a temporary name that only something left out made necessary goes too. `left_out` says what is
    missing and why. `max_requests` limits what is left; a block on that ground alone takes nothing out.
    """
    changes = plan.changes
    # A create that looks like what stays is left out with it: made now, it would stand in the way of the rename.
    open_creates = {pair.create for pair in plan.rename_candidates}
    blocked = [
        at
        for at, change in enumerate(changes)
        if (change.blocked and change.blocked.guard != REQUESTS)
        or (change.action is Action.CREATE and change.address in open_creates)
    ]
    if not blocked:
        return plan
    causes = dependents(changes, blocked)
    rest = [_without_temporary_name(change) for position, change in enumerate(changes) if position not in causes]
    rest = with_names_freed(in_order(with_temporary_names(rest))) if rest else []
    forecast = forecast_rest(plan.forecast, rest)
    return replace(
        plan,
        changes=tuple(limit_requests(rest, forecast, max_requests)),
        forecast=forecast,
        rename_candidates=(),
        warnings=_warnings(plan, rest),
        excluded=(*plan.excluded, *(_excluded(changes, position, causes[position]) for position in sorted(causes))),
    )


def dependents(changes: Sequence[Change], start: Iterable[int]) -> dict[int, int]:
    """Positions of the changes that cannot be done without those at `start`, and of these: each with the one it waits for.

    Told by the order of steps rather than by addresses, since two changes of a plan can have the same address: that of what
    gives a name up, and that of what takes it.
    """
    causes = {position: position for position in start}
    if not causes:
        return causes
    followers: dict[int, set[int]] = {}
    for (position, _), before in dependencies(changes).items():
        for earlier, _ in before:
            if earlier != position:
                followers.setdefault(earlier, set()).add(position)
    for position, parents in _named_after(changes).items():
        for parent in parents:
            followers.setdefault(parent, set()).add(position)
    waiting = list(causes)
    while waiting:
        cause = waiting.pop()
        for follower in sorted(followers.get(cause, ())):
            if follower not in causes:
                causes[follower] = cause
                waiting.append(follower)
    return causes


def _named_after(changes: Sequence[Change]) -> dict[int, list[int]]:
    """For each change the changes above it that give its address: below a parent that keeps its old name it would be nowhere."""
    named = {c.address: p for p, c in enumerate(changes) if not c.removal and live_address(c) != c.address}
    return {
        position: above
        for position, change in enumerate(changes)
        if named and not change.removal and (above := [named[a] for a in ancestors(change.address) if a in named])
    }


def _without_temporary_name(change: Change) -> Change:
    steps = tuple(step for step in change.steps if step is not Step.RENAME)
    return replace(change, steps=steps, temporary_name="") if change.temporary_name else change


def _excluded(changes: Sequence[Change], position: int, cause: int) -> Excluded:
    change = changes[position]
    blocked = change.blocked
    if blocked:
        why = f"{blocked.guard}: {blocked.reason}"
    elif cause == position:
        why = "it looks like something that is left out, under another name"
    else:
        why = f"it needs {changes[cause].address}, which is left out"
    return Excluded(change.address, change.action, why, change.removal)


def _warnings(plan: Plan, rest: Sequence[Change]) -> tuple[str, ...]:
    """The warnings of the plan, but for those about changes that are left out."""
    access_role = plan.proof.access_role
    whole = set(change_warnings(plan.changes, access_role))
    return (*(warning for warning in plan.warnings if warning not in whole), *change_warnings(rest, access_role))
