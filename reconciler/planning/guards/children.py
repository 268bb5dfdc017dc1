"""The removal of a parent that is still used: a client whose projects remain, or which the manifests give projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Action, Blocked, Change

NAME = "children"

_LISTED = 3


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block the removal of each parent with children that the plan neither removes nor moves, unless they are archived.

    An archived child that a manifest declares counts as active: the manifests manage it below this parent. So does what the plan
    creates in the parent or moves into it: deleting the parent would fail, and archiving it would archive what the manifests declare.
    """
    removed = {change.id for change in changes if change.is_removal and not BY_NAME[change.kind].is_embedded}
    children = _children_of(removed, context) if removed else {}
    leaving = {change.id for change in changes if change.is_removal or _moves(change)} if children else set()
    blocked = {}
    for position, change in enumerate(changes):
        if not change.is_removal:
            continue
        active = [child for child in children.get(change.id, ()) if child.id not in leaving]
        arriving = context.arrivals.get(change.id, ())
        if active or arriving:
            is_declared = bool(arriving) or any(child.id in context.declared for child in active)
            blocked[position] = _block(change, [child.address for child in active], arriving, is_declared=is_declared)
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


def _block(change: Change, staying: Sequence[Address], arriving: Sequence[Address], *, is_declared: bool) -> Blocked:
    plural = BY_NAME[(*staying, *arriving)[0].kind].plural
    reasons = [f"{len(staying)} of its {plural} would remain: {_listed(staying)}"] if staying else []
    if arriving:
        reasons.append(f"declared {plural} would be added to it ({len(arriving)}): {_listed(arriving)}")
    if is_declared:
        return Blocked(NAME, "; ".join(reasons), f"declare {change.address}, or declare these {plural} elsewhere")
    return Blocked(NAME, "; ".join(reasons), f"remove or move them, or keep {change.address}")


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(map(str, addresses[:_LISTED])) + (", …" if len(addresses) > _LISTED else "")
