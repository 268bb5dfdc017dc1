"""Which new children may go along in the request that creates their new parent: tasks with their project."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.order import parent_of
from reconciler.planning.plan import Action, Change

AT_LEAST = 2
"""A single child costs one request either way, and the probe one more."""
AT_MOST = 100
"""How many children go along at most: nothing is known of a limit, and a body should stay small. The rest is posted."""


def inline_groups(changes: Sequence[Change]) -> dict[Address, tuple[Change, ...]]:
    """By parent, in the order of the plan, the new children that may go along with it. Whether the service keeps them is not known."""
    inside: dict[Address, list[Change]] = {}
    for change in changes:
        if change.action is Action.CREATE and BY_NAME[change.kind].inline:
            parent = parent_of(change.address)
            if parent is not None:
                inside.setdefault(parent, []).append(change)
    if not inside:
        return {}
    new = [change.address for change in changes if change.action is Action.CREATE]
    return {parent: tuple(inside[parent][:AT_MOST]) for parent in new if len(inside.get(parent, ())) >= AT_LEAST}


def requests_saved(changes: Sequence[Change]) -> int:
    """How many requests fewer the plan takes where the service keeps such children: one each, without what reads them back."""
    parents = inline_groups(changes)
    read_back = min(len(parents), 2)  # the probe's own list, and one list for all the others
    return max(0, sum(map(len, parents.values())) - read_back)
