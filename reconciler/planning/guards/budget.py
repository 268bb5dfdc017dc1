"""Removals of one kind that together exceed `policy.removal_budget`, unless their exact number is allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from reconciler.kinds import BY_NAME
from reconciler.planning.guards.context import GuardContext, was_in_use
from reconciler.planning.plan import Blocked, Change

NAME = "removal_budget"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block all removals of each kind that exceeds the budget."""
    removals = [change for change in changes if change.is_removal]
    active = Counter(change.kind for change in removals if was_in_use(change))
    blocks = {
        kind: Blocked(NAME, reason, f"--allow-removals {BY_NAME[kind].plural}={number}")
        for kind, number in Counter(change.kind for change in removals).items()
        if (reason := _excess(kind, number, active[kind], context))
    }
    return {
        position: blocks[change.kind]
        for position, change in enumerate(changes)
        if change.is_removal and change.kind in blocks
    }


def _excess(kind: str, removals: int, active: int, context: GuardContext) -> str:
    """Why these removals exceed the budget, or nothing. All resources, or all active ones, always exceed it."""
    allowed = context.allowed.get(kind)
    if allowed == removals or allowed == removals + context.excluded.get(kind, 0):
        return ""
    total = context.live_counts.get(kind, 0)
    if removals >= total:
        return _all_of(kind, removals)
    if active and active >= context.in_use.get(kind, 0):
        return _all_of(kind, active, "active ")
    budget = context.policy.removal_budget
    if removals > min(Fraction(budget.count), budget.share * total):
        limit = f"{budget.count} or {float(budget.share * 100):g} %, whichever is smaller"
        return f"would remove {removals} of {total} {BY_NAME[kind].plural}; the limit is {limit}"
    return ""


def _all_of(kind: str, number: int, which: str = "") -> str:
    if number == 1:
        return f"would remove the only {which}{kind}"
    return f"would remove all {number} {which}{BY_NAME[kind].plural}"
