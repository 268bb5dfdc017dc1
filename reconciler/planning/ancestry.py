"""The live resources that a change rests on: the parents of its place, before and after the change. Derived from the changes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.kinds import BY_NAME, ancestors
from reconciler.model import Address
from reconciler.planning.order import LiveAddresses, live_address
from reconciler.planning.plan import Change
from reconciler.planning.precondition import Ancestor
from reconciler.state import Live


def ancestor_addresses(change: Change, live_addresses: LiveAddresses) -> list[Address]:
    """The live addresses of every ancestor that exists before the plan, sorted. The planner and the verification share it."""
    live = live_address(change)
    result = set(ancestors(live)) if live is not None else set()
    for desired in () if change.removal else ancestors(change.address):
        current = live_addresses.live(desired)
        if current is not None:
            result.update((current, *ancestors(current)))
    return sorted(result)


def with_ancestors(changes: Sequence[Change], live: Live) -> list[Change]:
    """The same changes, each with its ancestors as they are in `live`."""
    live_addresses = LiveAddresses(changes)
    known: dict[Address, Ancestor] = {}
    result = []
    for change in changes:
        addresses = ancestor_addresses(change, live_addresses)
        for address in addresses:
            if address not in known:
                known[address] = _ancestor(address, live)
        above = tuple(known[address] for address in addresses)
        result.append(replace(change, precondition=replace(change.precondition, ancestors=above)) if above else change)
    return result


def _ancestor(address: Address, live: Live) -> Ancestor:
    current = live.resources[address]
    return Ancestor(address, current.id, BY_NAME[address.kind].is_archived(current.values))


class AddressesAfter:
    """Addresses once the renames and moves of a plan are done, from the changes alone."""

    def __init__(self, changes: Sequence[Change]) -> None:
        pairs = ((live_address(change), change.address) for change in changes if not change.removal)
        # Also those that keep their address: a project may move to another client that takes over the name of its present one.
        self._after = {live: address for live, address in pairs if live is not None}

    def of(self, address: Address) -> Address:
        """The later address of what is live at `address` and has no change of its own place."""
        for above in ancestors(address) if self._after else ():
            if above in self._after:
                return Address(address.kind, (*self._after[above].path, *address.path[len(above.path) :]))
        return address
