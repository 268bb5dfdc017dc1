"""Simulates a plan on a copy of the live state in memory: the state after it, or the step that cannot work."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.errors import SimulationError
from reconciler.kinds import BY_NAME
from reconciler.model import Address, Kind, Resource
from reconciler.planning.order import schedule
from reconciler.planning.plan import Change, Step
from reconciler.planning.resolve import AddressResolver
from reconciler.state import Live


def simulate(changes: Sequence[Change], live: Live, held: Container[int] = ()) -> Live:
    """The live state after all steps, except those of the changes at `held` positions.

    Raises SimulationError for a step that the service would refuse.
    """
    simulation = _Simulation(live, changes)
    for position, step in schedule(changes):
        if position in held:
            continue
        change = changes[position]
        simulation.perform(change, change.steps[step])
    return simulation.result()


def new_id(address: Address) -> str:
    """The id that a simulated create gives."""
    return f"new:{address}"


class _Simulation:
    def __init__(self, live: Live, changes: Sequence[Change]) -> None:
        self.live = live
        self.by_id = {resource.id: resource for resource in live.resources.values()}
        self.children: dict[str, dict[str, None]] = {}  # ids by the parent's id, in order
        for resource in self.by_id.values():
            self._add_to_parent(resource)
        self.names = {(r.kind, r.parent_id, r.name): r.id for r in live.resources.values()}
        self.resolver = AddressResolver(changes, live)

    def perform(self, change: Change, step: Step) -> None:
        kind = BY_NAME[change.kind]
        if step is Step.CREATE:
            self._create(change, kind)
        elif step is Step.DELETE:
            self._delete(change, kind)
        elif step is Step.RENAME:
            self._put(change, self._resource(change), name=change.temporary_name)
        else:
            self._update(change, kind, step)

    def _resource(self, change: Change) -> Resource:
        resource = self.by_id.get(change.id or self.resolver.created.get(change.address, ""))
        if resource is None:
            raise SimulationError(f"{change.address}: the resource does not exist when its step starts")
        return resource

    def _parent_id(self, change: Change, kind: Kind) -> str:
        parent_id = self.resolver.parent_id_of(change.address)
        if parent_id is None or (parent_id and parent_id not in self.by_id):
            raise SimulationError(f"{change.address}: its {kind.parent} does not exist when its step starts")
        return parent_id

    def _create(self, change: Change, kind: Kind) -> None:
        blank = {f.name: f.type.parse(f.created_as) for f in kind.fields}
        resource = Resource(change.address, blank, id=new_id(change.address), parent_id=self._parent_id(change, kind))
        self._add_to_parent(resource)
        self._put(change, resource, name=change.address.name, values=_values(change, kind))
        self.resolver.created[change.address] = resource.id

    def _update(self, change: Change, kind: Kind, step: Step) -> None:
        resource = self._resource(change)
        values = _values(change, kind)
        if step in (Step.ARCHIVE, Step.DONE):
            values |= kind.archived_values
        apart = step in (Step.PATCH, Step.UNDECLARED)
        values = {name: value for name, value in values.items() if bool(kind.field_named(name).endpoint) == apart}
        if apart or change.removal:
            self._put(change, resource, values=values)
            return
        if kind.parent_wire and change.field_named(kind.parent) is not None:
            resource = self._moved(resource, self._parent_id(change, kind))
        self._put(change, resource, name=change.address.name, values=values)

    def _moved(self, resource: Resource, parent_id: str) -> Resource:
        self._release_name(resource)
        self._take_from_parent(resource)
        moved = replace(resource, parent_id=parent_id)
        self._add_to_parent(moved)
        return moved

    def _release_name(self, resource: Resource) -> None:
        """Free the name of a resource; a new one does not have its name yet, and another may."""
        place = resource.kind, resource.parent_id, resource.name
        if self.names.get(place) == resource.id:
            del self.names[place]

    def _add_to_parent(self, resource: Resource) -> None:
        if resource.parent_id:
            self.children.setdefault(resource.parent_id, {})[resource.id] = None

    def _take_from_parent(self, resource: Resource) -> None:
        if resource.parent_id:
            self.children[resource.parent_id].pop(resource.id, None)

    def _put(
        self, change: Change, resource: Resource, *, name: str = "", values: Mapping[str, Any] | None = None
    ) -> None:
        name = name or resource.name
        self._release_name(resource)
        holder = self.names.get((resource.kind, resource.parent_id, name))
        if holder is not None and holder != resource.id:
            raise SimulationError(f"{change.address}: the name {name!r} is still used by {holder}")
        self.names[(resource.kind, resource.parent_id, name)] = resource.id
        address = Address(resource.kind, (*resource.address.path[:-1], name))
        self.by_id[resource.id] = replace(resource, address=address, values={**resource.values, **(values or {})})

    def _delete(self, change: Change, kind: Kind) -> None:
        resource = self._resource(change)
        if kind.removal[0] != "delete" and not kind.is_archived(resource.values):
            raise SimulationError(f"{change.address}: it is deleted without being archived first")
        for child_id in tuple(self.children.get(resource.id, ())):
            other = self.by_id[child_id]
            if BY_NAME[other.kind].is_embedded:
                self._forget(other)
            else:
                raise SimulationError(f"{change.address}: it is deleted while {other.address} belongs to it")
        self._forget(resource)

    def _forget(self, resource: Resource) -> None:
        del self.by_id[resource.id]
        self._take_from_parent(resource)
        self.names.pop((resource.kind, resource.parent_id, resource.name), None)

    def result(self) -> Live:
        """The resulting state, with addresses derived from the resulting tree."""
        resources: dict[Address, Resource] = {}
        placed: dict[str, Address] = {}
        by_kind: dict[str, list[Resource]] = {kind: [] for kind in BY_NAME}
        for resource in self.by_id.values():
            by_kind[resource.address.kind].append(resource)
        for kind, of_kind in by_kind.items():
            for resource in of_kind:
                above = placed.get(resource.parent_id)
                if above != resource.parent:
                    address = above.child(kind, resource.name) if above else Address(kind, (resource.name,))
                    moved = replace(resource, address=address, parent=above)
                else:
                    moved = resource
                placed[resource.id] = moved.address
                resources[moved.address] = moved
        return replace(self.live, resources=resources, duplicates=())


def _values(change: Change, kind: Kind) -> dict[str, Any]:
    return {f.name: f.after for f in change.fields if f.name not in ("name", kind.parent)}
