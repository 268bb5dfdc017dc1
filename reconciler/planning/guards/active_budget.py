"""A time estimate on a project whose budget is active and not declared, or the other way round: the service keeps one of them."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import BY_NAME
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
            other = next((name for pair in BY_NAME[change.kind].exclusive for name in pair if name != field.name), "")
            is_known = not lacks_patched_keys(change, resource.wire)
            if context.is_undo:
                off = "time estimate" if other == "estimate" else other
                allow = f"switch the {off} off in Clockify, or {INSTEAD_OF_UNDO}" if is_known else INSTEAD_OF_UNDO
            else:
                allow = f"remove {field.name} from the manifest"
                allow = f"declare `{other}: null` as well, or {allow}" if is_known else allow
            blocked[position] = Blocked(NAME, reason, allow)
    return blocked
