"""Removals of what `policy.protect` covers, and of its members: now or in the policy that was applied last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.planning.ancestry import AddressesAfter
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.order import live_address
from reconciler.planning.plan import Blocked, Change
from reconciler.planning.requirements import members_removed
from reconciler.planning.spelling import folded_address
from reconciler.policy import fold_pattern, matches

NAME = "protect"
_MOST_NAMED = 3
"""Members that one block names."""


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each removal that a pattern covers, or that deletes an embedded resource which one covers, or that takes members
    from a covered resource.

    Below a renamed parent a pattern covers the new name as well as the old one.
    """
    now, before = folded(sorted(context.policy.protect)), folded(context.protected_before)
    if not now and not before:
        return {}
    after = AddressesAfter((*changes, *context.outside))
    found = (
        (position, _block(change, now, before, after))
        for position, change in enumerate(changes)
        if change.is_removal or members_removed(change)
    )
    return {position: blocked for position, blocked in found if blocked}


def _block(change: Change, now: Mapping[str, str], before: Mapping[str, str], after: AddressesAfter) -> Blocked | None:
    members = () if change.is_removal else members_removed(change)
    places = (change.address, live_address(change) or change.address, *change.impact.embedded)
    own = [str(folded_address(address)) for place in places for address in (place, after.of(place))]
    loss = f" and would lose {_listed(members)}" if members else ""
    if pattern := _covering(now, own):
        allow = "remove the pattern from `policy.protect` and apply that first, as a plan of its own"
        return Blocked(NAME, f"protected by {pattern!r}{loss}", allow)
    if pattern := _covering(before, own):
        allow = "apply the plan that removes the protection first, without this removal; then plan again"
        return Blocked(NAME, f"protected by {pattern!r} in a recorded run{loss}", allow)
    return None


def _listed(members: Sequence[str]) -> str:
    """The first members that a change removes, and how many more."""
    more = len(members) - _MOST_NAMED
    word = "member" if len(members) == 1 else "members"
    return f"the {word} {', '.join(members[:_MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")


def _covering(patterns: Mapping[str, str], addresses: Sequence[str]) -> str:
    """The first pattern that covers an address, as it was written; addresses are folded."""
    covering = (written for pattern, written in patterns.items() if any(matches(pattern, a) for a in addresses))
    return next(covering, "")


def folded(patterns: Iterable[str]) -> dict[str, str]:
    """Patterns by the form in which addresses are compared with them: the names folded, `*` and escapes as they are."""
    result: dict[str, str] = {}
    for pattern in patterns:
        result.setdefault(fold_pattern(pattern), pattern)
    return result


def withdrawn_patterns(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """The patterns of `before` that `now` has in no spelling, sorted."""
    kept = folded(now)
    return tuple(sorted({pattern for pattern in before if fold_pattern(pattern) not in kept}))


def may_match_below(pattern: str, place: str) -> bool:
    """Whether a pattern may cover an address that begins with `place`, both folded."""
    start = pattern.partition("*")[0]
    return start.startswith(place) or (place.startswith(start) and "*" in pattern)
