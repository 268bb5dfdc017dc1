"""Which changes of a plan depend on which others, as far as a part of the plan can be applied without the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.kinds import ancestors
from reconciler.planning.order import dependencies, gives_place, replaced_by
from reconciler.planning.plan import Change


def dependents(changes: Sequence[Change], start: Iterable[int]) -> dict[int, int]:
    """Positions of the changes at `start` and of those that depend on them, each with the position that it depends on.

    Dependencies follow the order of steps, not addresses: two changes of a plan can have the same address, one that releases
    a name and one that takes it.
    """
    causes = {position: position for position in start}
    if not causes:
        return causes
    followers = _followers(changes)
    waiting = list(causes)
    while waiting:
        cause = waiting.pop()
        for follower in sorted(followers.get(cause, ())):
            if follower not in causes:
                causes[follower] = cause
                waiting.append(follower)
    return causes


def needed(changes: Sequence[Change], start: Iterable[int]) -> set[int]:
    """Positions of the changes at `start` and of those that they depend on, directly or indirectly."""
    waiting = list(start)
    result = set(waiting)
    if len(result) in (0, len(changes)):
        return result
    earlier: dict[int, set[int]] = {}
    for before, later in _followers(changes).items():
        for position in later:
            earlier.setdefault(position, set()).add(before)
    while waiting:
        for before in earlier.get(waiting.pop(), ()):
            if before not in result:
                result.add(before)
                waiting.append(before)
    return result


def _followers(changes: Sequence[Change]) -> dict[int, set[int]]:
    """For each change those that depend on it: by the order of steps, by their address, or by a name that it takes."""
    followers: dict[int, set[int]] = {}
    for (position, _), before in dependencies(changes).items():
        for earlier, _ in before:
            if earlier != position:
                followers.setdefault(earlier, set()).add(position)
    for later in (_named_after(changes), replaced_by(changes)):
        for position, needed in later.items():
            for earlier in needed:
                followers.setdefault(earlier, set()).add(position)
    return followers


def _named_after(changes: Sequence[Change]) -> dict[int, list[int]]:
    """For each change the changes of its ancestors that give its address: without their renames the address does not exist.

    Only a rename, a move or a create gives one. Any other change under a renamed parent leaves the place as it is.
    """
    named = {c.address: p for p, c in enumerate(changes) if not c.removal and (not c.id or gives_place(c))}
    return {
        position: parents
        for position, change in enumerate(changes)
        if named and not change.removal and (parents := [named[a] for a in ancestors(change.address) if a in named])
    }
