"""Updates that would reset a value which the service does not return: an update replaces the whole object."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model import Field, Resource
from reconciler.planning.derive import fields_reset_by, reset_reason
from reconciler.planning.guards.context import INSTEAD_OF_UNDO, GuardContext
from reconciler.planning.plan import Blocked, Change

NAME = "unknown_value"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each update that would reset an unknown value; a value that the change sets itself is sent."""
    blocked = {}
    for position, change in enumerate(changes):
        resource = context.live.by_id.get(change.id) if change.id else None
        if resource is not None and (unknown := fields_reset_by(change, resource.values.keys())):
            blocked[position] = _block(change, resource, unknown, context)
    return blocked


def _block(change: Change, resource: Resource, unknown: Sequence[Field], context: GuardContext) -> Blocked:
    reason = reset_reason(unknown, f" of {resource.address}")
    if change.is_removal:
        return Blocked(NAME, reason, f"keep {resource.address}, or remove it in Clockify")
    if context.is_undo:
        return Blocked(NAME, reason, INSTEAD_OF_UNDO)
    names = " and ".join(field.name for field in unknown)
    return Blocked(NAME, reason, f"declare {names} in the manifest, with a value")
