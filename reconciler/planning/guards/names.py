"""Names that something else holds and keeps: a change that wants such a name is blocked before the server refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.kinds import BY_NAME
from reconciler.model import Resource, fold
from reconciler.planning.plan import Action, Blocked, Change
from reconciler.planning.resolve import AddressResolver
from reconciler.state import Live


def block_contested_names(changes: Sequence[Change], live: Live) -> list[Change]:
    """The same changes, those blocked whose name stays with another resource (one that is archived for its history, say)."""
    takers = [change for change in changes if _takes_a_name(change)]
    if not takers:
        return list(changes)
    held: dict[tuple[str, str, str], list[Resource]] = {}
    for resource in live.everything:
        held.setdefault((resource.kind, resource.parent_id, fold(resource.name)), []).append(resource)
    letting_go = {change.id for change in changes if _takes_a_name(change) or change.action is Action.DELETE}
    resolver = AddressResolver(changes, live)
    blocked = {}
    for change in takers:
        parent_id = resolver.parent_id_of(change.address)
        holders = held.get((change.kind, parent_id, fold(change.address.name)), []) if parent_id is not None else []
        keeping = [r for r in holders if r.id != change.id and r.id not in letting_go]
        if keeping:
            reason = f"its name stays with {keeping[0].address} ({keeping[0].id})"
            blocked[change.address] = Blocked("name", reason, "choose another name, or rename that one in Clockify")
    return [replace(c, blocked=blocked[c.address]) if not c.removal and c.address in blocked else c for c in changes]


def _takes_a_name(change: Change) -> bool:
    if change.removal:
        return False
    parent = BY_NAME[change.kind].parent
    moves = change.field_named("name") or (parent and change.field_named(parent))
    return change.action is Action.CREATE or bool(moves)
