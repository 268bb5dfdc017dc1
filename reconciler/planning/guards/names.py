"""A change that takes a name which another resource keeps: blocked before the server refuses it."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model import Resource
from reconciler.names import fold
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.order import gives_place
from reconciler.planning.plan import Blocked, Change, Step
from reconciler.planning.resolve import AddressResolver
from reconciler.state import Live

NAME = "name"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each change whose new name another resource keeps, for example one that is archived for its history."""
    takers = [position for position, change in enumerate(changes) if _takes_a_name(change)]
    held = _Names(context.live)
    releasing = {change.id for change in changes if _takes_a_name(change) or change.deletes}
    resolver = AddressResolver(changes, context.live)
    blocked = {}
    for position in takers:
        change = changes[position]
        parent_id = resolver.parent_id_of(change.address)
        holders = held.of(change, parent_id) if parent_id is not None else ()
        keeping = [r for r in holders if r.id != change.id and r.id not in releasing]
        if change.address in context.identified:
            # Another spelling was beside this name before the run: the service tells the two apart.
            keeping = [r for r in keeping if r.name == change.address.name]
        if keeping:
            holder = keeping[0]
            reason = f"its name is held by {holder.address} ({holder.id})"
            blocked[position] = Blocked(NAME, reason, "choose another name, or rename that resource in Clockify")
    return blocked


class _Names:
    """The live resources by name, folded on first use, place by place: a plan takes names in few places."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._places: dict[tuple[str, str], dict[str, list[Resource]]] = {}

    def of(self, change: Change, parent_id: str) -> Sequence[Resource]:
        """Those that have the new name of a change, in any spelling, in the parent with this id."""
        place = change.kind, parent_id
        if place not in self._places:
            names: dict[str, list[Resource]] = {}
            for resource in self._live.in_place(*place):
                names.setdefault(fold(resource.name), []).append(resource)
            self._places[place] = names
        return self._places[place].get(fold(change.address.name), ())


def _takes_a_name(change: Change) -> bool:
    if change.is_removal:
        return False
    return Step.CREATE in change.steps or gives_place(change)
