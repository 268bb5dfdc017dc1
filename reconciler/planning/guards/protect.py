"""Removals of what `policy.protect` covers, now or in the policy that was applied last."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.planning.ancestry import AddressesAfter
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change

NAME = "protect"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each removal that a pattern covers, or that deletes an embedded resource which one covers.

    Below a renamed parent a pattern covers the new name as well as the old one.
    """
    now, before = sorted(context.policy.protect), context.protected_before
    if not now and not before:
        return {}
    after = AddressesAfter(changes)
    found = (
        (position, _block(change, now, before, after)) for position, change in enumerate(changes) if change.is_removal
    )
    return {position: blocked for position, blocked in found if blocked}


def _block(change: Change, now: Sequence[str], before: Sequence[str], after: AddressesAfter) -> Blocked | None:
    places = (change.address, *change.impact.embedded)
    own = [str(address) for place in places for address in (place, after.of(place))]
    if pattern := _covering(now, own):
        allow = "remove the pattern from `policy.protect` and apply that first, as a plan of its own"
        return Blocked(NAME, f"protected by {pattern!r}", allow)
    if pattern := _covering(before, own):
        allow = "apply the plan that removes the protection first, without this removal; then plan again"
        return Blocked(NAME, f"protected by {pattern!r} in a recorded run", allow)
    return None


def _covering(patterns: Sequence[str], addresses: Sequence[str]) -> str:
    return next((pattern for pattern in patterns if any(matches(pattern, address) for address in addresses)), "")


def matches(pattern: str, address: str) -> bool:
    """Whether a protect pattern covers an address; `*` stands for any characters, `/` included, everything else for itself."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == address
    *middle, last = rest
    start, end = len(first), len(address) - len(last)
    if start > end or not (address.startswith(first) and address.endswith(last)):
        return False
    # The leftmost place of each part leaves the most for the rest, so no choice is ever taken back: linear time.
    for part in middle:
        position = address.find(part, start, end)
        if position < 0:
            return False
        start = position + len(part)
    return True
