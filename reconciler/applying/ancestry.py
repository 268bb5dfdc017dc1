"""Whether the parents of what a change is planned for are still those that the plan saw: the same ones, in place, by name and lifecycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import Address, Resource
from reconciler.planning.ancestry import ancestor_addresses
from reconciler.planning.order import LiveAddresses
from reconciler.planning.plan import Change
from reconciler.planning.precondition import Ancestor
from reconciler.planning.resolve import AddressResolver


class AncestorEvaluator:
    """Compares ancestors with live state. What the plan itself does to one, all of it or a part, is not a difference."""

    def __init__(self, changes: Sequence[Change], by_id: Mapping[str, Resource]) -> None:
        self._by_id = by_id
        self._changes = {change.id: change for change in changes if change.id}
        self._live_addresses = LiveAddresses(changes)

    def why_moved(self, change: Change, resolver: AddressResolver) -> str:
        """What of the ancestors of a change no longer matches; empty if all do."""
        known = {ancestor.address: ancestor for ancestor in change.precondition.ancestors}
        for address in ancestor_addresses(change, self._live_addresses):
            if address not in known:
                return f"the plan does not hold the state of {address}: plan again"
        return next(filter(None, (self._why(ancestor, known, resolver) for ancestor in known.values())), "")

    def _why(self, ancestor: Ancestor, known: Mapping[Address, Ancestor], resolver: AddressResolver) -> str:
        current, change = self._by_id.get(ancestor.id), self._changes.get(ancestor.id)
        if current is None:
            return "" if change is not None and change.deletes else f"{ancestor.address} no longer exists"
        if current.name not in _names(ancestor, change):
            return f"{ancestor.address} is now named {current.name!r}"
        above = parent_of(ancestor.address)
        parents = {known[above].id if above is not None and above in known else ""}
        if change is not None and not change.removal:
            parents.add(resolver.parent_id_of(change.address) or "")
        if current.parent_id not in parents:
            return (
                f"{ancestor.address} is now in {current.parent}"
                if current.parent
                else f"{ancestor.address} left {above}"
            )
        is_archived = BY_NAME[current.kind].is_archived(current.values)
        if is_archived not in _archived(ancestor, change):
            return f"{ancestor.address} is now {'archived' if is_archived else 'active'}"
        return ""


def _names(ancestor: Ancestor, change: Change | None) -> set[str]:
    """The names that an ancestor may have: the one before, and those that its own change gives it."""
    names = {ancestor.address.name}
    if change is not None:
        names |= {change.temporary_name, change.address.name} - {""}
    return names


def _archived(ancestor: Ancestor, change: Change | None) -> set[bool]:
    """Whether an ancestor may be archived, may be active, or both, where its own change switches between them."""
    kind = BY_NAME[ancestor.address.kind]
    lifecycle = change.field_named(kind.lifecycle_name) if change is not None and kind.lifecycle_name else None
    switches = lifecycle is not None or (change is not None and change.archives)
    return {True, False} if switches else {ancestor.archived}
