"""Simulates a plan on a copy of the live state in memory: the state after it, or the step that cannot work."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
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
    """The live state after all steps, except those of the changes at `held` positions. Raises as `simulation_of`."""
    return simulation_of(changes, live, held).result()


def simulation_of(changes: Sequence[Change], live: Live, held: Container[int] = ()) -> Simulation:
    """What all steps lead to, except those of the changes at `held` positions.

    Raises SimulationError for a step that the service would refuse.
    """
    simulation = Simulation(live, changes)
    for position, step in schedule(changes):
        if position in held:
            continue
        change = changes[position]
        simulation.perform(change, change.steps[step])
    return simulation


def new_id(address: Address) -> str:
    """The id that a simulated create gives."""
    return f"new:{address}"


class Simulation:
    """A live state while the steps of a plan change it. What they do not touch is not copied.

    `live`: the state before them. `changed`: by id the resources that they touched, as they are now; None for a deleted one. Their
    addresses, and those below them, are settled by `placed`.
    """

    def __init__(self, live: Live, changes: Sequence[Change]) -> None:
        self.live = live
        self.changed: dict[str, Resource | None] = {}
        self._children: dict[str, dict[str, None]] = {}  # ids by the parent's id, in order
        self._names: dict[tuple[str, str], dict[str, str]] = {}  # ids by kind and parent's id, then by name
        self.resolver = AddressResolver(changes, live)

    def find(self, resource_id: str) -> Resource | None:
        """The resource with this id, as it is now; None without one, and for a duplicate."""
        if resource_id in self.changed:
            return self.changed[resource_id]
        resource = self.live.by_id.get(resource_id)
        return None if resource is None or self.live.is_duplicate(resource) else resource

    def ids_in(self, parent_id: str) -> dict[str, None]:
        """The ids of the resources in a parent, in their order."""
        ids = self._children.get(parent_id)
        if ids is None:
            ids = {r.id: None for r in self.live.children_of(parent_id) if not self.live.is_duplicate(r)}
            self._children[parent_id] = ids
        return ids

    def names_in(self, kind: str, parent_id: str) -> dict[str, str]:
        """The names of the resources of one kind in a parent, each with its id; "" for those without parent."""
        place = kind, parent_id
        names = self._names.get(place)
        if names is None:
            names = {r.name: r.id for r in self.live.in_place(*place) if not self.live.is_duplicate(r)}
            self._names[place] = names
        return names

    def perform(self, change: Change, step: Step) -> None:
        """Take one step of a change. Raises SimulationError for one that the service would refuse."""
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
        resource = self.find(change.id or self.resolver.created.get(change.address, ""))
        if resource is None:
            raise SimulationError(f"{change.address}: the resource does not exist when its step starts")
        return resource

    def _parent_id(self, change: Change, kind: Kind) -> str:
        parent_id = self.resolver.parent_id_of(change.address)
        if parent_id is None or (parent_id and self.find(parent_id) is None):
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
        names = self.names_in(resource.kind, resource.parent_id)
        if names.get(resource.name) == resource.id:
            del names[resource.name]

    def _add_to_parent(self, resource: Resource) -> None:
        if resource.parent_id:
            self.ids_in(resource.parent_id)[resource.id] = None

    def _take_from_parent(self, resource: Resource) -> None:
        if resource.parent_id:
            self.ids_in(resource.parent_id).pop(resource.id, None)

    def _put(
        self, change: Change, resource: Resource, *, name: str = "", values: Mapping[str, Any] | None = None
    ) -> None:
        name = name or resource.name
        self._release_name(resource)
        names = self.names_in(resource.kind, resource.parent_id)
        holder = names.get(name)
        if holder is not None and holder != resource.id:
            raise SimulationError(f"{change.address}: the name {name!r} is still used by {holder}")
        names[name] = resource.id
        address = Address(resource.kind, (*resource.address.path[:-1], name))
        self.changed[resource.id] = replace(resource, address=address, values={**resource.values, **(values or {})})

    def _delete(self, change: Change, kind: Kind) -> None:
        resource = self._resource(change)
        if kind.removal[0] != "delete" and not kind.is_archived(resource.values):
            raise SimulationError(f"{change.address}: it is deleted without being archived first")
        for other in [child for child_id in self.ids_in(resource.id) if (child := self.find(child_id))]:
            if BY_NAME[other.kind].is_embedded:
                self._forget(other)
            else:
                raise SimulationError(f"{change.address}: it is deleted while {other.address} belongs to it")
        self._forget(resource)

    def _forget(self, resource: Resource) -> None:
        self.changed[resource.id] = None
        self._take_from_parent(resource)
        self.names_in(resource.kind, resource.parent_id).pop(resource.name, None)

    def result(self) -> Live:
        """The whole state now, in the order of before, with what is new at its end."""
        before = self.live.resources.values()
        now = (self.changed.get(resource.id, resource) for resource in before)
        created = (self.changed[resource_id] for resource_id in self.resolver.created.values())
        every = (resource for resource in (*now, *created) if resource is not None)
        return replace(self.live, resources=placed(every), duplicates=())


def placed(resources: Iterable[Resource]) -> dict[Address, Resource]:
    """Resources by their addresses, derived from the tree that their parents' ids make; the parents are among them."""
    result: dict[Address, Resource] = {}
    addresses: dict[str, Address] = {}
    by_kind: dict[str, list[Resource]] = {kind: [] for kind in BY_NAME}
    for resource in resources:
        by_kind[resource.address.kind].append(resource)
    for kind, of_kind in by_kind.items():
        for resource in of_kind:
            above = addresses.get(resource.parent_id)
            if above != resource.parent:
                address = above.child(kind, resource.name) if above else Address(kind, (resource.name,))
                moved = replace(resource, address=address, parent=above)
            else:
                moved = resource
            addresses[resource.id] = moved.address
            result[moved.address] = moved
    return result


def _values(change: Change, kind: Kind) -> dict[str, Any]:
    return {f.name: f.after for f in change.fields if f.name not in ("name", kind.parent)}
