"""The guards that a plan passes before it may be applied: protection and the removal budget. What cannot be evaluated blocks.

They look at nothing but the changes, the policy as the plan carries it, and how many live resources there are; so `apply` asks
them again with what it has read itself, and a plan file cannot talk them away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.planning.plan import LIFTED, Blocked, Change

BUDGET, PROTECTED = "removal_budget", "protect"


def guarded(
    changes: Sequence[Change], policy: Mapping[str, Any], live_counts: Mapping[str, int], allowed: Mapping[str, int]
) -> list[Change]:
    """The same changes, those blocked that a guard stops.

    `live_counts` and `allowed` are by the kind's name; `allowed` holds the exact number of removals that were allowed by hand.
    """
    removals = Counter(change.kind for change in changes if change.removal)
    over = {
        kind: reason for kind, n in removals.items() if (reason := _over_budget(kind, n, policy, live_counts, allowed))
    }
    return [_guard(change, policy, over, removals) for change in changes]


def _guard(change: Change, policy: Mapping[str, Any], over: Mapping[str, str], removals: Mapping[str, int]) -> Change:
    """Change with its block, if any; a block that matching or the tree put there stays."""
    if change.blocked and change.blocked.guard not in (*LIFTED, PROTECTED):
        return change
    blocked = None
    if change.removal and (pattern := _protecting(change, policy)):
        allow = "take the protection out of the manifest first, and apply that as a plan of its own"
        blocked = Blocked(PROTECTED, f"protected by {pattern!r}", allow)
    elif change.removal and change.kind in over:
        plural = BY_NAME[change.kind].plural
        blocked = Blocked(BUDGET, over[change.kind], f"--allow-removals {plural}={removals[change.kind]}")
    return replace(change, blocked=blocked)


def _over_budget(
    kind: str, removals: int, policy: Mapping[str, Any], live_counts: Mapping[str, int], allowed: Mapping[str, int]
) -> str:
    if allowed.get(kind) == removals:
        return ""
    budget = policy["removal_budget"]
    share = Fraction(str(budget["share"]).rstrip("%")) / 100
    total, plural = live_counts.get(kind, 0), BY_NAME[kind].plural
    limit = min(Fraction(budget["count"]), share * total)
    if removals >= total:
        return f"{removals} of {total} {plural} would go: all of them"
    if removals > limit:
        return f"{removals} of {total} {plural} would go; the budget is {budget['count']} and {budget['share']}"
    return ""


def _protecting(change: Change, policy: Mapping[str, Any]) -> str:
    """The first pattern that protects the resource or something that goes along with it."""
    own = [str(address) for address in (change.address, *change.impact.along)]
    return next((pattern for pattern in policy["protect"] if any(matches(pattern, address) for address in own)), "")


def matches(pattern: str, address: str) -> bool:
    """Whether a protect pattern covers an address; `*` stands for any characters, `/` included, everything else for itself."""
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(expression, address, re.DOTALL) is not None
