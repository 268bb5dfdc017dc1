"""A time estimate on a project whose budget is active: the service keeps one active estimate, and no manifest declares a budget."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.planning.derive import lacks_patched_keys, patch_conflict
from reconciler.planning.guards.context import INSTEAD_OF_UNDO, GuardContext
from reconciler.planning.plan import Blocked, Change

NAME = "active_budget"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each change of a field that would switch off what the manifest does not declare."""
    blocked = {}
    for position, change in enumerate(changes):
        resource = context.live.by_id.get(change.id) if change.id else None
        # A live state from elsewhere may have no objects; a reading always has them.
        if resource is not None and resource.wire and (conflict := patch_conflict(change, resource.wire)):
            field, reason = conflict
            is_known = not lacks_patched_keys(change, resource.wire)
            allow = INSTEAD_OF_UNDO if context.is_undo else f"remove {field.name} from the manifest"
            allow = f"switch the budget off in Clockify, or {allow}" if is_known else allow
            blocked[position] = Blocked(NAME, reason, allow)
    return blocked
