"""Live resources by name: as it is spelled, or else in any spelling, by the one measure of `reconciler.names.fold`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import replace

from reconciler.kinds import ancestors, parent_of
from reconciler.model import Address, Resource
from reconciler.names import fold, fold_all
from reconciler.state import Desired, Live

Place = tuple[str, str | None]
"""Kind and the live parent's id: "" without parent, None for a parent that does not exist yet."""

_NO_NAMES: Mapping[str, Resource] = {}


def folded_address(address: Address) -> Address:
    """The address with its names folded: equal for all spellings of one address."""
    return Address(address.kind, fold_all(address.path))


class LiveNames:
    """The names in a live state, by place. An exact name means the resource that has it, and no other spelling of it.

    Names are folded on first use, place by place: most look-ups of a plan are exact.
    """

    def __init__(self, live: Live, excluded: Container[str] = (), among: Iterable[Resource] | None = None) -> None:
        """`excluded`: ids of resources that no name means, since something else identifies them. `among`: only these.

        `parked` has, by place, the resources whose names look temporary: a run that exchanged names may have left them behind.
        """
        self._places: dict[Place, dict[str, Resource]] = {}
        self._folded: dict[Place, dict[str, list[Resource]]] = {}
        self.parked: dict[Place, list[Resource]] = {}
        places = self._places
        for resource in live.resources.values() if among is None else among:
            if resource.id in excluded:
                continue
            address = resource.address
            place = (address.kind, resource.parent_id)
            if place not in places:
                places[place] = {}
            places[place][address.path[-1]] = resource
            if address.path[-1].startswith("~"):
                self.parked.setdefault(place, []).append(resource)

    def take(self, resource: Resource) -> bool:
        """Leave a resource out from now on; whether it was there."""
        place = (resource.kind, resource.parent_id)
        if self.in_place(place).get(resource.name) is not resource:
            return False
        del self._places[place][resource.name]
        self._folded.pop(place, None)
        if resource in self.parked.get(place, ()):
            self.parked[place].remove(resource)
        return True

    def in_place(self, place: Place) -> Mapping[str, Resource]:
        """The resources in one place, by name."""
        return self._places.get(place, _NO_NAMES)

    def spellings(self, place: Place, name: str) -> Sequence[Resource]:
        """All resources in a place with this name, in any spelling."""
        folded = self._folded.get(place)
        if folded is None:
            folded = self._folded[place] = {}
            for current in self.in_place(place).values():
                folded.setdefault(fold(current.name), []).append(current)
        return folded.get(fold(name), ())

    def named(self, place: Place, name: str) -> Sequence[Resource]:
        """The resource with exactly this name, else all that have it in another spelling."""
        current = self.in_place(place).get(name)
        return (current,) if current is not None else self.spellings(place, name)

    def find(self, address: Address) -> Sequence[Resource]:
        """The resources that an address means: at each level the exact name, else every other spelling of it."""
        return [r for home in self._homes(address, self.find) for r in self.named((address.kind, home), address.name)]

    def all_spellings(self, address: Address) -> Sequence[Resource]:
        """The resources whose addresses differ from this one in spelling at most."""
        homes = self._homes(address, self.all_spellings)
        return [r for home in homes for r in self.spellings((address.kind, home), address.name)]

    @staticmethod
    def _homes(address: Address, find: Callable[[Address], Sequence[Resource]]) -> Iterable[str]:
        parent = parent_of(address)
        return ("",) if parent is None else [resource.id for resource in find(parent)]


def spelled_as_live(addresses: Collection[Address], live: Live) -> frozenset[Address]:
    """Addresses that a person gave, as the workspace spells them; those that mean nothing, or several, stay as they are."""
    if all(address in live.resources for address in addresses):
        return frozenset(addresses)
    names = LiveNames(live)
    return frozenset(found[0].address if len(found := names.find(address)) == 1 else address for address in addresses)


def with_live_spelling(desired: Desired, live: Live) -> Desired:
    """The same desired state, with each parent that is only referred to (`client:`) as the workspace spells it.

    An address is resolved by its names wherever a plan goes, so one parent must not have two. Parents with several spellings
    stay as they are: `match` reports them.
    """
    unknown = {
        resource.parent
        for resource in desired.resources.values()
        if resource.parent and resource.parent not in desired.resources and resource.parent not in live.resources
    }
    if not unknown:
        return desired
    names = LiveNames(live)
    spelled = {parent: found[0].address for parent in unknown if len(found := names.find(parent)) == 1}
    if not spelled:
        return desired

    def moved(address: Address) -> Address:
        parent = next((above for above in (address, *ancestors(address)) if above in spelled), None)
        if parent is None:
            return address
        return Address(address.kind, (*spelled[parent].path, *address.path[len(parent.path) :]))

    resources = {
        moved(address): replace(
            resource, address=moved(address), parent=moved(resource.parent) if resource.parent else None
        )
        for address, resource in desired.resources.items()
    }
    sections = frozenset((kind, moved(parent) if parent else None) for kind, parent in desired.sections)
    identified = {moved(address): resource_id for address, resource_id in desired.identified.items()}
    renamed = {moved(address): known for address, known in desired.renamed.items()}
    return replace(desired, resources=resources, sections=sections, identified=identified, renamed=renamed)
