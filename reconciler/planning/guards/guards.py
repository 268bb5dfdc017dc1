"""The guards that a plan passes before it may be applied: protection, proof of reading, the removal budget, and a limit of requests.

They look at nothing but the changes, the policy as the plan carries it, and a GuardContext of what was read and said; so `apply` asks
them again with what it has read itself, and a plan file cannot talk them away. What cannot be evaluated blocks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from reconciler.kinds import BY_NAME
from reconciler.planning.guards.completeness import Completeness, incompleteness
from reconciler.planning.plan import OVERRIDABLE_GUARDS, Blocked, Change, Forecast
from reconciler.state import Policy

BUDGET, PROTECTED, UNPROVEN, REQUESTS = "removal_budget", "protect", "reading_proof", "max_requests"
_ASKED_AGAIN = {*OVERRIDABLE_GUARDS, PROTECTED, UNPROVEN} - {REQUESTS}


@dataclass(frozen=True, slots=True)
class GuardContext:
    """What the guards look at besides the changes and the policy; mappings are by the kind's name.

    `live_counts`: how many live resources there are, `in_use`: how many of them are not put away. `allowed`: the exact number of
    removals that were allowed by hand.
    `left_out`: how many removals were taken out of the plan, which that number still counts. `evidence`: how it was read.
    `protected_before`: the patterns that the last applied policy protected.
    """

    live_counts: Mapping[str, int]
    in_use: Mapping[str, int]
    completeness: Completeness
    allowed: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    protected_before: Sequence[str] = ()


def guard_removals(changes: Sequence[Change], policy: Policy, context: GuardContext) -> list[Change]:
    """The same changes, those blocked that a guard stops."""
    going = [change for change in changes if change.removal]
    removals = Counter(change.kind for change in going)
    ending = Counter(change.kind for change in going if was_in_use(change))
    over = {
        kind: reason
        for kind, number in removals.items()
        if (reason := _over_budget(kind, number, ending[kind], policy, context))
    }
    return [
        replace(change, blocked=_block(change, policy, context, over, removals)) if _is_open(change) else change
        for change in changes
    ]


def _is_open(change: Change) -> bool:
    """Whether the guards here decide: a block that matching or the tree put there stays, and so does a limit set by hand."""
    return change.blocked is None or change.blocked.guard in _ASKED_AGAIN


def _block(
    change: Change,
    policy: Policy,
    context: GuardContext,
    over: Mapping[str, str],
    removals: Mapping[str, int],
) -> Blocked | None:
    """The first block of a removal, what no word can lift before what one can: so an allowance never changes the digest."""
    if not change.removal:
        return None
    if protected := _protection(change, policy, context.protected_before):
        return protected
    if why := incompleteness(change, context.completeness):
        return Blocked(UNPROVEN, why[0], why[1])
    if change.kind in over:
        plural = BY_NAME[change.kind].plural
        number = removals[change.kind]
        return Blocked(BUDGET, over[change.kind], f"--allow-removals {plural}={number}")
    return None


def was_in_use(change: Change) -> bool:
    """Whether what goes was not put away before."""
    return not BY_NAME[change.kind].is_archived(change.precondition.values)


def _over_budget(kind: str, removals: int, ending: int, policy: Policy, context: GuardContext) -> str:
    said = context.allowed.get(kind)
    if said == removals or said == removals + context.excluded.get(kind, 0):
        return ""
    budget = policy.removal_budget
    total, plural = context.live_counts.get(kind, 0), BY_NAME[kind].plural
    limit = min(Fraction(budget.count), budget.share * total)
    if removals >= total:
        return f"{removals} of {total} {plural} would go: all of them"
    if ending and ending >= context.in_use.get(kind, 0):
        return f"{ending} of {ending} {plural} in use would go: all of them"
    if removals > limit:
        return (
            f"{removals} of {total} {plural} would go; the budget is {budget.count} and {float(budget.share * 100):g}%"
        )
    return ""


def _protection(change: Change, policy: Policy, before: Sequence[str]) -> Blocked | None:
    """The block by the first pattern that protects the resource or something that goes along with it, now or until lately."""
    own = [str(address) for address in (change.address, *change.impact.embedded)]
    if pattern := _covering(policy.protect, own):
        allow = "take the protection out of the manifest first, and apply that as a plan of its own"
        return Blocked(PROTECTED, f"protected by {pattern!r}", allow)
    if pattern := _covering(before, own):
        allow = "apply the plan that takes the protection away first, without this removal; then plan again"
        return Blocked(PROTECTED, f"{pattern!r} protected it in the policy that was applied last", allow)
    return None


def _covering(patterns: Sequence[str], addresses: Sequence[str]) -> str:
    return next((pattern for pattern in patterns if any(matches(pattern, address) for address in addresses)), "")


def matches(pattern: str, address: str) -> bool:
    """Whether a protect pattern covers an address; `*` stands for any characters, `/` included, everything else for itself."""
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(expression, address, re.DOTALL) is not None


def limit_requests(changes: Sequence[Change], forecast: Forecast, limit: int | None) -> list[Change]:
    """The same changes, all blocked where carrying them out takes more requests than `limit`; None leaves blocks as they are.

    No part of a plan may go on without the rest on this ground: whoever sets a limit wants to be asked before it is spent.
    """
    if limit is None:
        return list(changes)
    blocked = None
    if forecast.requests > limit:
        reason = f"the plan takes {forecast.requests} requests, and --max-requests is {limit}"
        blocked = Blocked(REQUESTS, reason, f"--max-requests {forecast.requests}")
    return [
        replace(change, blocked=blocked) if change.blocked is None or change.blocked.guard == REQUESTS else change
        for change in changes
    ]
