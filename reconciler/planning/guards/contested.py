"""The removal of a resource that a `was:` names while its successor exists already."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change

NAME = "was"

_ALLOW = "remove the name from `was:`, or rename one of the two in Clockify"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block the removal of each contested resource: either of the two may be the one to keep."""
    contested = context.contested
    return {
        position: Blocked(NAME, contested[change.id], _ALLOW)
        for position, change in enumerate(changes)
        if change.is_removal and change.id in contested
    }
