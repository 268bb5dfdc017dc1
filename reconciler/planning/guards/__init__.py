"""Guards: what blocks a change, hardest first. Planning evaluates all of them, apply evaluates them again on a saved plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.planning.guards import (
    active_budget,
    budget,
    checks,
    children,
    completeness,
    contested,
    members,
    names,
    protect,
    renames,
    requests,
    unknown_values,
)
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import OVERRIDABLE_GUARDS, Blocked, Change


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard. `evaluate` returns the block of each change that it stops, by the position of the change.

    `is_reevaluated`: whether `apply` evaluates it again. Where it does not, the verdict of the saved plan stands: matching and
    the tree decided it, and after an interrupted run they are no longer what they were.
    """

    name: str
    evaluate: Callable[[Sequence[Change], GuardContext], Mapping[int, Blocked]]
    is_reevaluated: bool = True

    @property
    def is_final(self) -> bool:
        """Whether its blocks are part of the digest, as `Blocked.is_final` has it."""
        return self.name not in OVERRIDABLE_GUARDS


GUARDS: tuple[Guard, ...] = (
    Guard(contested.NAME, contested.evaluate, is_reevaluated=False),
    Guard(children.NAME, children.evaluate, is_reevaluated=False),
    Guard(names.NAME, names.evaluate, is_reevaluated=False),
    Guard(unknown_values.NAME, unknown_values.evaluate),
    Guard(active_budget.NAME, active_budget.evaluate),
    Guard(protect.NAME, protect.evaluate),
    Guard(completeness.NAME, completeness.evaluate),
    Guard(checks.NAME, checks.evaluate),
    Guard(renames.NAME, renames.evaluate),
    Guard(budget.NAME, budget.evaluate),
    Guard(members.NAME, members.evaluate),
    Guard(requests.NAME, requests.evaluate),
)
"""Hardest first: the first guard that blocks a change gives its block.

Final guards precede all that an option can lift, so that an allowance never changes the digest. Guards whose saved verdict
stands precede those that are evaluated again.
"""

_REEVALUATED = frozenset(each.name for each in GUARDS if each.is_reevaluated)


def guard(changes: Sequence[Change], context: GuardContext) -> list[Change]:
    """The same changes, each with the block of the hardest guard that stops it, or with no block.

    Changes of a saved plan (`context.is_saved`) keep the blocks of guards that are not evaluated again, and of unknown ones. In
    one with targets they keep every final block: what is outside decided it as well, and is not known any more.
    """
    saved = _saved_blocks(changes, keeps_final=context.is_targeted) if context.is_saved else {}
    for each in GUARDS:
        if each.is_reevaluated or not context.is_saved:
            for position, blocked in each.evaluate(changes, context).items():
                saved.setdefault(position, blocked)
    return [
        change if change.blocked == saved.get(position) else replace(change, blocked=saved.get(position))
        for position, change in enumerate(changes)
    ]


def _saved_blocks(changes: Sequence[Change], *, keeps_final: bool) -> dict[int, Blocked]:
    return {
        position: change.blocked
        for position, change in enumerate(changes)
        if change.blocked and (change.blocked.guard not in _REEVALUATED or (keeps_final and change.blocked.is_final))
    }
