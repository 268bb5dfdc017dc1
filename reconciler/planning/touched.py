"""The part of both states that the steps of a plan touch: planned again, it shows whether the plan reaches the desired state.

Resources match by their names in one place. So nothing changes for what is neither touched itself nor in a place (a kind and a
parent) where a name came or went, as long as no resources may exchange their names in a ring: a ring is weighed with everything below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.errors import PlanningError
from reconciler.kinds import ancestors
from reconciler.model import Address, Resource
from reconciler.names import fold
from reconciler.planning.changes import draft_changes
from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.plan import Change
from reconciler.planning.simulate import Simulation, placed
from reconciler.state import Desired, Usage


def is_done(
    draft: Draft, usage: Mapping[str, Usage], desired: Desired, changes: Sequence[Change], simulation: Simulation
) -> bool:
    """Whether the plan of `draft`, simulated, surely leaves nothing to do: what it touches needs no change, and is what was planned.

    `desired`: the desired state as it is after the plan. `changes`: all that the draft leads to, whether the plan has it or not. Where
    this says no, only a plan of everything tells what is left.
    """
    if _may_be_a_ring(desired):
        return False
    part = _Part(draft, desired, simulation)
    part.add_changes(changes)
    part.add_touched()
    live = replace(draft.live, resources=placed(part.live.values()), duplicates=())
    resources = {address: desired.resources[address] for address in part.declared}
    try:
        after = make_draft(replace(desired, resources=resources), live)
    except PlanningError:
        return False
    pairs = after.matching.pairs
    are_planned = all(address in pairs and pairs[address].id == part.planned_id(address) for address in resources)
    return are_planned and not draft_changes(after, usage)


def _may_be_a_ring(desired: Desired) -> bool:
    """Whether resources with earlier names may have each other's: in whatever place, since a `was:` may name others."""
    earlier: set[tuple[str, str]] = set()
    present: set[tuple[str, str]] = set()
    for address, resource in desired.resources.items():
        if resource.was:
            present.add((address.kind, fold(address.path[-1])))
            earlier.update((address.kind, fold(path[-1])) for path in resource.was)
    return not present.isdisjoint(earlier)


class _Part:
    """Collects the part: `live`, resources after the steps by id, and `declared`, the addresses of what is declared."""

    def __init__(self, draft: Draft, desired: Desired, simulation: Simulation) -> None:
        self._draft, self._desired, self._simulation = draft, desired, simulation
        self._created = simulation.resolver.created
        self._address_of = {resource_id: address for address, resource_id in self._created.items()}
        self._candidates = {candidate.resource.id for candidate in draft.candidates}
        self._places: dict[tuple[str, str], Mapping[str, list[str]]] = {}
        self.live: dict[str, Resource] = {}
        self.declared: set[Address] = set()

    def add_changes(self, changes: Sequence[Change]) -> None:
        """Add what is to be changed, whatever the steps did."""
        for change in changes:
            if not change.removal:
                self._declare(change.address)
            if change.id:
                self._add(change.id)

    def add_touched(self) -> None:
        """Add what the steps touched, what an entry of `removed:` may mean, and what something else than its name identifies."""
        for resource_id, now in self._simulation.changed.items():
            before = self._draft.live.by_id.get(resource_id)
            if before is None or now is None or (before.name, before.parent_id) != (now.name, now.parent_id):
                for state in filter(None, (before, now)):
                    self._add_place(state.kind, state.parent_id)
            self._add(resource_id)
        for removed in self._desired.removed:
            self._add_inside(removed.id) if removed.id else self._add_named(removed.address)
        for address in self._identified():
            self._declare(address)

    def planned_id(self, address: Address) -> str:
        """The id that a declared resource has after the plan; empty where the plan does not say so."""
        known = self._created.get(address)
        current = self._draft.matching.pairs.get(address)
        return known or (current.id if current else "")

    def _identified(self) -> Iterator[Address]:
        yield from self._desired.identified
        yield from self._desired.renamed
        for resource_id, _ in self._desired.renamed.values():
            self._add(resource_id)

    def _add(self, resource_id: str) -> None:
        """Add a live resource with its parents; with all that is inside it, if it may be removed: that decides how."""
        resource = self._simulation.find(resource_id) if resource_id not in self.live else None
        if resource is None:
            return
        self.live[resource_id] = resource
        self._add(resource.parent_id)
        address = self._draft.matching.declared.get(resource_id) or self._address_of.get(resource_id)
        if address is not None:
            self._declare(address)
        elif resource_id in self._candidates:
            self._add_inside(resource_id)

    def _add_inside(self, resource_id: str) -> None:
        self._add(resource_id)
        for child_id in self._simulation.ids_in(resource_id):
            self._add_inside(child_id)

    def _declare(self, address: Address) -> None:
        """Add a declared resource, the live one that it is after the plan, and its declared parents."""
        resource = self._desired.resources.get(address)
        if resource is None or address in self.declared:
            return
        self.declared.add(address)
        self._add(self.planned_id(address))
        if resource.parent is not None:
            self._declare(resource.parent)

    def _add_place(self, kind: str, parent_id: str) -> Mapping[str, list[str]]:
        """Add everything of one kind in a parent; the ids by folded name."""
        place = kind, parent_id
        if place not in self._places:
            folded: dict[str, list[str]] = {}
            for name, resource_id in self._simulation.names_in(kind, parent_id).items():
                folded.setdefault(fold(name), []).append(resource_id)
                self._add(resource_id)
            self._places[place] = folded
        return self._places[place]

    def _add_named(self, address: Address) -> None:
        """Add what an address may mean, whatever the spelling, and every place on the way to it."""
        homes = [""]
        for level in (*reversed(ancestors(address)), address):
            homes = [found for home in homes for found in self._add_place(level.kind, home).get(fold(level.name), ())]
        for resource_id in homes:
            self._add_inside(resource_id)
