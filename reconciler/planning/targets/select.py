"""Selects the changes of a plan that its targets cover, and those that they need. Verification selects again, from the plan alone."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import ancestors
from reconciler.model import Address
from reconciler.planning.ancestry import AddressesAfter
from reconciler.planning.dependents import needed
from reconciler.planning.order import live_address
from reconciler.planning.plan import Change
from reconciler.planning.targets.patterns import TargetPatterns


def select(changes: Sequence[Change], patterns: TargetPatterns) -> list[int]:
    """Positions of the targeted changes and of those that they need, in their order; all of them without patterns."""
    if not patterns:
        return list(range(len(changes)))
    return sorted(needed(changes, targeted(changes, patterns)))


def targeted(changes: Sequence[Change], patterns: TargetPatterns) -> set[int]:
    """Positions of the changes that a pattern covers, by the declared address or by the live one.

    A removal below a renamed parent also has the address that it would have after that rename. Where only that one is covered,
    the rename that gives it counts as well.
    """
    after = AddressesAfter(changes)
    renamed: dict[Address, int] = {}
    for position, change in enumerate(changes):
        live = live_address(change)
        if live is not None and not change.removal and live != change.address:
            renamed[live] = position
    result: set[int] = set()
    for position, change in enumerate(changes):
        live = live_address(change)
        if patterns.covers(change.address) or (live is not None and live != change.address and patterns.covers(live)):
            result.add(position)
        elif change.removal and (later := after.of(change.address)) != change.address and patterns.covers(later):
            result |= {position, next(renamed[above] for above in ancestors(change.address) if above in renamed)}
    return result
