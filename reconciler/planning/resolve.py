"""Resolves desired addresses to live ids, which stay right while names are passed on between resources."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import parent_of
from reconciler.model import Address
from reconciler.planning.plan import Change
from reconciler.state import Live


class AddressResolver:
    """Resolves the addresses of a plan in a live state; `created` are the ids of resources that were created since."""

    def __init__(self, changes: Sequence[Change], live: Live) -> None:
        self._changes = {change.address: change for change in changes if not change.removal}
        self._live = live
        self._ids: dict[tuple[str, str], dict[str, str]] = {}  # by place and name, of the places that were asked for
        self.created: dict[Address, str] = {}

    def id_of(self, address: Address) -> str | None:
        """The id of a desired address; None if the resource is not created yet, or does not exist."""
        if address in self.created:
            return self.created[address]
        change = self._changes.get(address)
        return (change.id or None) if change is not None else self.id_in_place(address)

    def parent_id_of(self, address: Address) -> str | None:
        """The id of the parent; "" without parent, None if the parent is not created yet or is gone."""
        parent = parent_of(address)
        return "" if parent is None else self.id_of(parent)

    def id_in_place(self, address: Address) -> str | None:
        """The id of the resource that has this name in this place at present."""
        parent_id = self.parent_id_of(address)
        if parent_id is None:
            return None
        place = address.kind, parent_id
        ids = self._ids.get(place)
        if ids is None:  # backwards, so that a duplicate has no name that another resource has
            ids = self._ids[place] = {resource.name: resource.id for resource in reversed(self._live.in_place(*place))}
        return ids.get(address.name)

    def is_planned(self, address: Address) -> bool:
        """Whether a change of the plan creates it."""
        change = self._changes.get(address)
        return change is not None and not change.id
