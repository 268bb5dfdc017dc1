"""The removal of a parent whose active children remain: a client with projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.kinds import BY_NAME
from reconciler.model import Resource
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Action, Blocked, Change

NAME = "children"

_LISTED = 3


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block the removal of each parent with children that the plan neither removes nor moves, unless they are archived.

    An archived child that a manifest declares counts as active: the manifests manage it below this parent.
    """
    removed = {change.id for change in changes if change.is_removal and not BY_NAME[change.kind].is_embedded}
    children = _children_of(removed, context) if removed else {}
    leaving = {change.id for change in changes if change.is_removal or _moves(change)} if children else set()
    blocked = {}
    for position, change in enumerate(changes):
        active = (
            [child for child in children.get(change.id, ()) if child.id not in leaving] if change.is_removal else []
        )
        if active:
            blocked[position] = _block(change, active)
    return blocked


def _children_of(parents: set[str], context: GuardContext) -> Mapping[str, list[Resource]]:
    """The children with a life of their own, by the parent's id, without those that are archived and not declared."""
    children: dict[str, list[Resource]] = {}
    for resource in context.live.everything:
        kind = BY_NAME[resource.kind]
        if resource.parent_id not in parents or kind.is_embedded:
            continue
        if resource.id in context.declared or not kind.is_archived(resource.values):
            children.setdefault(resource.parent_id, []).append(resource)
    return children


def _moves(change: Change) -> bool:
    parent = BY_NAME[change.kind].parent
    return change.action is not Action.CREATE and bool(parent and change.field_named(parent))


def _block(change: Change, active: Sequence[Resource]) -> Blocked:
    plural = BY_NAME[active[0].kind].plural
    listed = ", ".join(str(child.address) for child in active[:_LISTED]) + (", …" if len(active) > _LISTED else "")
    reason = f"{len(active)} of its {plural} would remain: {listed}"
    return Blocked(NAME, reason, f"remove or move them, or keep {change.address}")
