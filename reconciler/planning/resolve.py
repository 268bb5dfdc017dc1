"""Which live resource stands behind a desired address, told by ids: safe while names change hands around it."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import parent_of
from reconciler.model import Address
from reconciler.planning.plan import Change
from reconciler.state import Live


class AddressResolver:
    """Finds ids for the addresses of a plan in a live state; `created` are the ids of what was created meanwhile."""

    def __init__(self, changes: Sequence[Change], live: Live) -> None:
        self._changes = {change.address: change for change in changes if not change.removal}
        everything = (*live.duplicates, *live.resources.values())
        self._ids = {(resource.kind, resource.parent_id, resource.name): resource.id for resource in everything}
        self.created: dict[Address, str] = {}

    def id_of(self, address: Address) -> str | None:
        """The id behind a desired address; None where it is yet to be created, or nothing is there."""
        if address in self.created:
            return self.created[address]
        change = self._changes.get(address)
        return (change.id or None) if change is not None else self.id_in_place(address)

    def parent_id_of(self, address: Address) -> str | None:
        """The id of the parent; "" where the address has none, None where that is yet to be created or is gone."""
        parent = parent_of(address)
        return "" if parent is None else self.id_of(parent)

    def id_in_place(self, address: Address) -> str | None:
        """The id of what bears this name in this place at present, whoever that is."""
        parent_id = self.parent_id_of(address)
        return None if parent_id is None else self._ids.get((address.kind, parent_id, address.name))

    def is_planned(self, address: Address) -> bool:
        """Whether a change of the plan creates it."""
        change = self._changes.get(address)
        return change is not None and not change.id
