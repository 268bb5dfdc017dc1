"""A change that takes a name which another resource keeps: blocked before the server refuses it."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model import Resource
from reconciler.names import fold
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.order import gives_place
from reconciler.planning.plan import Blocked, Change, Step
from reconciler.planning.resolve import AddressResolver

NAME = "name"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each change whose new name another resource keeps, for example one that is archived for its history."""
    takers = [position for position, change in enumerate(changes) if _takes_a_name(change)]
    held: dict[tuple[str, str, str], list[Resource]] = {}
    for resource in context.live.everything:
        held.setdefault((resource.kind, resource.parent_id, fold(resource.name)), []).append(resource)
    releasing = {change.id for change in changes if _takes_a_name(change) or change.deletes}
    resolver = AddressResolver(changes, context.live)
    blocked = {}
    for position in takers:
        change = changes[position]
        parent_id = resolver.parent_id_of(change.address)
        holders = held.get((change.kind, parent_id, fold(change.address.name)), []) if parent_id is not None else []
        keeping = [r for r in holders if r.id != change.id and r.id not in releasing]
        if change.address in context.identified:
            # Another spelling was beside this name before the run: the service tells the two apart.
            keeping = [r for r in keeping if r.name == change.address.name]
        if keeping:
            holder = keeping[0]
            reason = f"its name is held by {holder.address} ({holder.id})"
            blocked[position] = Blocked(NAME, reason, "choose another name, or rename that resource in Clockify")
    return blocked


def _takes_a_name(change: Change) -> bool:
    if change.is_removal:
        return False
    return Step.CREATE in change.steps or gives_place(change)
