"""Matches desired resources with live ones: by place and name, by `was:`, or by another spelling of the name.

Within one kind, after the kind of its parents:
1. the same name in the same place is the same resource;
2. `was:` finds the earlier name of a resource that does not exist yet. If another desired resource declares the name that this
   live one has, the name passes on, and the other one looks for its own earlier name (a chain) or is created (a handover);
3. under a renamed parent, the same name;
4. a name that differs only in letter case, Unicode form or blanks.
So a `was:` line has no effect after its rename is applied. Names that are exchanged in a ring decide nothing: `rings` does.
A resource that is identified by its id matches only that id, and no other resource matches it. So does one whose rename a run has
recorded, as long as the live resource has the name that the run gave it.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Container, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address, Kind, Resource
from reconciler.names import fold
from reconciler.planning.match_problems import problem_of, unknown_parent
from reconciler.planning.recorded import renamed_to
from reconciler.planning.rings import Cost, Ring, Subtrees, find_rings, is_pending, temporary_name
from reconciler.state import Desired, Live

Place = tuple[str, str | None]
"""Kind and the live parent's id: "" without parent, None for a parent that does not exist yet."""


@dataclass(frozen=True)
class Matching:
    """`pairs`: desired address → live resource. `unmatched`: the other live ones, in their order.

    `contested`: id of an unmatched live resource that a `was:` names → why it must not be removed. `parents`: the live parent's
    id of each desired resource, as in Place. `undecided`: rings of names of which nothing tells whether they were exchanged.
    """

    pairs: Mapping[Address, Resource]
    unmatched: tuple[Resource, ...]
    contested: Mapping[str, str]
    parents: Mapping[Address, str | None]
    undecided: tuple[tuple[Resource, ...], ...] = ()

    @cached_property
    def declared(self) -> Mapping[str, Address]:
        """The desired address of each matched live resource, by its id."""
        return {current.id: address for address, current in self.pairs.items()}


def match(desired: Desired, live: Live) -> Matching:
    """Match every desired resource; raises PlanningError for an unknown parent and for an ambiguous spelling."""
    known = {
        address: current
        for address, resource_id in desired.identified.items()
        if (current := live.by_id.get(resource_id)) and live.resources.get(current.address) is current  # no duplicate
    }
    identified_ids = {resource.id for resource in known.values()} | {
        removed.id for removed in desired.removed if removed.id
    }
    matcher = _Matcher(desired, live, known, identified_ids, live.resources.values(), Subtrees(desired, live))
    wanted: dict[str, list[Resource]] = {kind.name: [] for kind in KINDS}
    for resource in desired.resources.values():
        wanted[resource.address.kind].append(resource)
    for kind in KINDS:
        matcher.match_kind(kind, wanted[kind.name])
    if matcher.problems:
        raise PlanningError(matcher.problems)
    claims = matcher.claims
    unmatched = tuple(resource for resource in live.resources.values() if resource.id not in claims)
    return Matching(matcher.pairs, unmatched, matcher.contested, matcher.parents, tuple(matcher.undecided))


@dataclass
class _Matcher:
    """Matches desired resources with those of `among`. `parked`: resources with a temporary name, which a run left behind."""

    desired: Desired
    live: Live
    known: Mapping[Address, Resource]
    identified_ids: Container[str]
    among: Iterable[Resource]
    subtrees: Subtrees
    pairs: MutableMapping[Address, Resource] = field(default_factory=dict)
    parents: dict[Address, str | None] = field(default_factory=dict)
    claims: dict[str, Address] = field(default_factory=dict)
    contested: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    undecided: list[tuple[Resource, ...]] = field(default_factory=list)
    places: dict[Place, dict[str, Resource]] = field(default_factory=dict)
    parked: dict[Place, list[Resource]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = self.places
        for resource in self.among:
            if resource.id in self.identified_ids:
                continue
            address = resource.address
            place = (address.kind, resource.parent_id)
            if place not in places:
                places[place] = {}
            places[place][address.path[-1]] = resource
            if address.path[-1].startswith("~"):
                self.parked.setdefault(place, []).append(resource)

    def match_kind(self, kind: Kind, wanted: list[Resource]) -> None:
        """Match all desired resources of one kind; those of the parent's kind are matched already."""
        by_name, waiting = set(), []
        inherited: dict[Address, Resource] = {}
        for resource in wanted:
            address = resource.address
            parent_id = self.parents[address] = self._parent_id(resource)
            if (known := self.known.get(address) or self._recorded(resource, parent_id)) is not None:
                self._claim(resource, known)
                continue
            current = self.places.get((kind.name, parent_id), {}).get(address.path[-1])
            if current is None:
                waiting.append(resource)
            elif current.address == address:
                self.pairs[address] = current
                self.claims[current.id] = address
                by_name.add(address)
            else:
                inherited[address] = current
        if any(self.desired.resources[address].was for address in inherited):
            self._keep_names(kind, [r for r in wanted if r.was], by_name, inherited)
        waiting += [self.desired.resources[address] for address in inherited]
        self._by_earlier_name(waiting, by_name)
        self._turn_rings(kind, [r for r in wanted if r.was and r.address in by_name])
        for address, current in inherited.items():
            if address not in self.pairs and current.id not in self.claims:
                self._claim(self.desired.resources[address], current)
        self._by_spelling(kind, [r for r in wanted if r.address not in self.pairs])
        self._contest([r for r in wanted if r.was and r.address in self.pairs])

    def _recorded(self, resource: Resource, parent_id: str | None) -> Resource | None:
        """The live resource that a run has renamed to this one, which no other resource matches then."""
        current = renamed_to(resource, parent_id, self.desired.renamed, self.live) if self.desired.renamed else None
        place = self.places.get((current.kind, current.parent_id), {}) if current else {}
        return place.pop(current.name, None) if current else None

    def _claim(self, resource: Resource, current: Resource) -> None:
        self.pairs[resource.address] = current
        self.claims[current.id] = resource.address

    def _parent_id(self, resource: Resource) -> str | None:
        parent = resource.parent
        if parent is None:
            return ""
        if parent in self.pairs:
            return self.pairs[parent].id
        if parent in self.desired.resources:
            return None
        current = self.live.resources.get(parent)
        if current is None:
            self.problems.append(unknown_parent(resource, parent, self.desired, self.live))
            return None
        return current.id

    def _earlier(self, resource: Resource) -> Iterator[Resource]:
        """The live resources that have an earlier name of this one."""
        for path in resource.was:
            if len(path) == 1:
                parent_id = self.parents[resource.address]
            elif path[0] == "":
                parent_id = ""
            else:
                parent = self.live.resources.get(Address(BY_NAME[resource.kind].parent, path[:-1]))
                parent_id = parent.id if parent else None
            kind, place = BY_NAME[resource.kind], (resource.kind, parent_id)
            yield from (r for r in self.parked.get(place, ()) if r.name == temporary_name(kind, r.id, path[-1]))
            current = self.places.get(place, {}).get(path[-1])
            if current is not None:
                yield current

    def _by_earlier_name(self, waiting: list[Resource], by_name: set[Address]) -> None:
        """An earlier name wins over a present one whose holder was matched by name only."""
        queue = [resource for resource in waiting if resource.was]
        while queue:
            resource = queue.pop(0)
            for current in self._earlier(resource):
                holder = self.claims.get(current.id)
                if holder is not None and holder not in by_name:
                    continue
                if holder is not None:
                    by_name.discard(holder)
                    del self.pairs[holder]
                    queue.append(self.desired.resources[holder])
                self._claim(resource, current)
                break

    def _keep_names(
        self, kind: Kind, candidates: list[Resource], by_name: set[Address], inherited: dict[Address, Resource]
    ) -> None:
        """Under a renamed parent, a ring keeps its present names only where the evidence says that its exchange is done."""
        held = inherited | {address: self.pairs[address] for address in by_name}
        for ring, pending in self._rings(kind, candidates, held):
            if pending is False:
                for address in ring.now.keys() & inherited.keys():
                    self._claim(self.desired.resources[address], inherited.pop(address))
                    by_name.add(address)

    def _turn_rings(self, kind: Kind, candidates: list[Resource]) -> None:
        """Exchange the names of each ring whose exchange is pending; all of them were matched by their present names."""
        for ring, pending in self._rings(kind, candidates, {r.address: self.pairs[r.address] for r in candidates}):
            if pending is None:
                self.undecided.append(tuple(self.desired.resources[address] for address in ring.now))
            for address, current in ring.turned.items() if pending else ():
                self._claim(self.desired.resources[address], current)

    def _rings(
        self, kind: Kind, candidates: list[Resource], held: Mapping[Address, Resource]
    ) -> Iterator[tuple[Ring, bool | None]]:
        """Each ring among `candidates`, which are `held` by their present names, and whether its exchange is pending."""
        earlier = {resource.address: tuple(self._earlier(resource)) for resource in candidates}
        for ring in list(find_rings(held, earlier)):
            yield ring, is_pending(*(self._cost(kind, ring, pairs) for pairs in (ring.now, ring.turned)))

    def _cost(self, kind: Kind, ring: Ring, reading: Mapping[Address, Resource]) -> Cost:
        """What is needed if the members of a ring are those of a `reading`: everything below them is matched as if they were."""
        wanted, live = self.subtrees.below(ring)
        inside = _Matcher(self.desired, self.live, self.known, self.identified_ids, live, self.subtrees)
        inside.pairs = ChainMap({**reading}, self.pairs)
        for below in KINDS[KINDS.index(kind) + 1 :] if wanted else ():
            inside.match_kind(below, [resource for resource in wanted if resource.kind == below.name])
        addresses = {*reading, *(resource.address for resource in wanted)}
        return self.subtrees.cost(addresses, live, {a: inside.pairs[a] for a in addresses if a in inside.pairs})

    def _by_spelling(self, kind: Kind, waiting: list[Resource]) -> None:
        folded: dict[Place, dict[str, list[Resource]]] = {}
        for resource in waiting:
            place = (kind.name, self.parents[resource.address])
            if place not in folded:
                folded[place] = {}
                for current in self.places.get(place, {}).values():
                    if current.id not in self.claims:
                        folded[place].setdefault(fold(current.name), []).append(current)
            matches = folded[place].get(fold(resource.name), [])
            if len(matches) == 1:
                self._claim(resource, matches[0])
            elif matches:
                spellings = ", ".join(f"{r.name!r} ({r.id})" for r in matches)
                message = f"{resource.address} matches several resources that differ in spelling: {spellings}"
                self.problems.append(problem_of(resource, message, "add `was:` with the exact name of one of them"))

    def _contest(self, matched: list[Resource]) -> None:
        for resource in matched:
            for current in self._earlier(resource):
                if current.id not in self.claims:
                    self.contested[current.id] = f"{resource.address} declares `was: {current.name}`, but both exist"
