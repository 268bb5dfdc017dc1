"""Removals of what `policy.protect` covers, now or in the policy that was applied last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.kinds import BY_NAME
from reconciler.names import fold_path
from reconciler.planning.ancestry import AddressesAfter
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change
from reconciler.planning.spelling import folded_address

NAME = "protect"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each removal that a pattern covers, or that deletes an embedded resource which one covers.

    Below a renamed parent a pattern covers the new name as well as the old one.
    """
    now, before = folded(sorted(context.policy.protect)), folded(context.protected_before)
    if not now and not before:
        return {}
    after = AddressesAfter((*changes, *context.outside))
    found = (
        (position, _block(change, now, before, after)) for position, change in enumerate(changes) if change.is_removal
    )
    return {position: blocked for position, blocked in found if blocked}


def _block(change: Change, now: Mapping[str, str], before: Mapping[str, str], after: AddressesAfter) -> Blocked | None:
    places = (change.address, *change.impact.embedded)
    own = [str(folded_address(address)) for place in places for address in (place, after.of(place))]
    if pattern := _covering(now, own):
        allow = "remove the pattern from `policy.protect` and apply that first, as a plan of its own"
        return Blocked(NAME, f"protected by {pattern!r}", allow)
    if pattern := _covering(before, own):
        allow = "apply the plan that removes the protection first, without this removal; then plan again"
        return Blocked(NAME, f"protected by {pattern!r} in a recorded run", allow)
    return None


def _covering(patterns: Mapping[str, str], addresses: Sequence[str]) -> str:
    """The first pattern that covers an address, as it was written; addresses are folded."""
    covering = (written for pattern, written in patterns.items() if any(matches(pattern, a) for a in addresses))
    return next(covering, "")


def folded(patterns: Iterable[str]) -> dict[str, str]:
    """Patterns by the form in which addresses are compared with them: the names folded, `*` and escapes as they are."""
    result: dict[str, str] = {}
    for pattern in patterns:
        result.setdefault(_fold(pattern), pattern)
    return result


def _fold(pattern: str) -> str:
    kind, colon, rest = pattern.partition(":")
    return f"{kind}:{fold_path(rest)}" if colon and kind in BY_NAME else fold_path(pattern)


def withdrawn_patterns(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """The patterns of `before` that `now` has in no spelling, sorted."""
    kept = folded(now)
    return tuple(sorted({pattern for pattern in before if _fold(pattern) not in kept}))


def matches(pattern: str, address: str) -> bool:
    """Whether a protect pattern covers an address, both folded; `*` stands for any characters, `/` included."""
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


def may_match_below(pattern: str, place: str) -> bool:
    """Whether a pattern may cover an address that begins with `place`, both folded."""
    start = pattern.partition("*")[0]
    return start.startswith(place) or (place.startswith(start) and "*" in pattern)
