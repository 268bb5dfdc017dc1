"""Matches desired resources with live ones: by place and name, by `was:`, or by another spelling of the name.

Within one kind, after the kind of its parents:
1. the same name in the same place is the same resource;
2. `was:` finds the earlier name of a resource that does not exist yet. If another desired resource declares the name that this
   live one has, the name passes on, and the other one looks for its own earlier name (a chain) or is created (a handover);
3. under a renamed parent, the same name;
4. a name that differs only in letter case, Unicode form or blanks.
So a `was:` line has no effect after its rename is applied. A resource that is identified by its id matches only that id, and no
other resource matches it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address, Kind, Resource
from reconciler.names import fold
from reconciler.state import Desired, Live
from reconciler.text import suggest

_MOST_LISTED = 5
"""Names that a hint lists."""

Place = tuple[str, str | None]
"""Kind and the live parent's id: "" without parent, None for a parent that does not exist yet."""


@dataclass(frozen=True)
class Matching:
    """`pairs`: desired address → live resource. `unmatched`: the other live ones, in their order.

    `contested`: id of an unmatched live resource that a `was:` names → why it must not be removed. `parents`: the live parent's
    id of each desired resource, as in Place.
    """

    pairs: Mapping[Address, Resource]
    unmatched: tuple[Resource, ...]
    contested: Mapping[str, str]
    parents: Mapping[Address, str | None]

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
    matcher = _Matcher(live, known, identified_ids)
    wanted: dict[str, list[Resource]] = {kind.name: [] for kind in KINDS}
    for resource in desired.resources.values():
        wanted[resource.address.kind].append(resource)
    for kind in KINDS:
        matcher.match_kind(kind, wanted[kind.name], desired)
    if matcher.problems:
        raise PlanningError(matcher.problems)
    claims = matcher.claims
    unmatched = tuple(resource for resource in live.resources.values() if resource.id not in claims)
    return Matching(matcher.pairs, unmatched, matcher.contested, matcher.parents)


@dataclass
class _Matcher:
    live: Live
    known: Mapping[Address, Resource]
    identified_ids: Container[str]
    pairs: dict[Address, Resource] = field(default_factory=dict)
    parents: dict[Address, str | None] = field(default_factory=dict)
    claims: dict[str, Address] = field(default_factory=dict)
    contested: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[Place, dict[str, Resource]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = self.places
        for address, resource in self.live.resources.items():
            if resource.id in self.identified_ids:
                continue
            place = (address.kind, resource.parent_id)
            if place not in places:
                places[place] = {}
            places[place][address.path[-1]] = resource

    def match_kind(self, kind: Kind, wanted: list[Resource], desired: Desired) -> None:
        """Match all desired resources of one kind; those of the parent's kind are matched already."""
        by_name, inherited, waiting = set(), [], []
        for resource in wanted:
            address = resource.address
            parent_id = self.parents[address] = self._parent_id(resource, desired)
            if address in self.known:
                self._claim(resource, self.known[address])
                continue
            current = self.places.get((kind.name, parent_id), {}).get(address.path[-1])
            if current is None:
                waiting.append(resource)
            elif current.address == address:
                self.pairs[address] = current
                self.claims[current.id] = address
                by_name.add(address)
            else:
                inherited.append((resource, current))
        waiting += [resource for resource, _ in inherited]
        self._by_earlier_name(waiting, by_name, desired)
        self._rings([r for r in wanted if r.was and r.address in by_name])
        for resource, current in inherited:
            if resource.address not in self.pairs and current.id not in self.claims:
                self._claim(resource, current)
        self._by_spelling(kind, [r for r in wanted if r.address not in self.pairs])
        self._contest([r for r in wanted if r.was and r.address in self.pairs])

    def _claim(self, resource: Resource, current: Resource) -> None:
        self.pairs[resource.address] = current
        self.claims[current.id] = resource.address

    def _parent_id(self, resource: Resource, desired: Desired) -> str | None:
        parent = resource.parent
        if parent is None:
            return ""
        if parent in self.pairs:
            return self.pairs[parent].id
        if parent in desired.resources:
            return None
        current = self.live.resources.get(parent)
        if current is None:
            self._unknown_parent(resource, parent, desired)
            return None
        declared = self.claims.get(current.id)
        if declared is not None:
            message = f"{resource.address}: its parent {parent} is declared under another name, as {declared}"
            self.problems.append(_problem(resource, message, f"write `{parent.kind}: {declared.name}`"))
        return current.id

    def _unknown_parent(self, resource: Resource, parent: Address, desired: Desired) -> None:
        message = f"{resource.address}: its parent {parent} is neither declared nor in the workspace"
        names = {a.name for a in (*desired.resources, *self.live.resources) if a.kind == parent.kind}
        hint = _choices(parent, names)
        self.problems.append(_problem(resource, message, hint))

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
            current = self.places.get((resource.kind, parent_id), {}).get(path[-1])
            if current is not None:
                yield current

    def _by_earlier_name(self, waiting: list[Resource], by_name: set[Address], desired: Desired) -> None:
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
                    queue.append(desired.resources[holder])
                self._claim(resource, current)
                break

    def _rings(self, candidates: list[Resource]) -> None:
        """Names that are swapped in a ring: every name exists before and after the swap, so that names decide nothing.

        The ring counts as pending only if the earlier names explain the declared fields without any difference and the present
        names do not. Once it is applied, the same comparison finds no change.
        """
        earlier = {r.address: current for r in candidates for current in self._earlier(r)}
        for resource in candidates:
            ring, at = [], resource.address
            while at in earlier and at not in ring:
                ring.append(at)
                at = self.claims.get(earlier[at].id, at)
            if len(ring) < 2 or at != resource.address or ring[0] != min(ring):
                continue
            declared = {r.address: r.values for r in candidates}
            now = sum(_differs(declared[address], self.pairs[address]) for address in ring)
            turned = sum(_differs(declared[address], earlier[address]) for address in ring)
            if now and not turned:
                for address in ring:
                    self.pairs[address] = earlier[address]
                    self.claims[earlier[address].id] = address

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
                self.problems.append(_problem(resource, message, "add `was:` with the exact name of one of them"))

    def _contest(self, matched: list[Resource]) -> None:
        for resource in matched:
            for current in self._earlier(resource):
                if current.id not in self.claims:
                    self.contested[current.id] = f"{resource.address} declares `was: {current.name}`, but both exist"


def _differs(values: Mapping[str, object], current: Resource) -> bool:
    return any(current.values.get(name) != value for name, value in values.items())


def _choices(parent: Address, names: AbstractSet[str]) -> str:
    """The hint for an unknown parent: the nearest name, and the first ones that there are."""
    near = suggest(parent.name, names)
    listed = ", ".join(map(repr, sorted(names)[:_MOST_LISTED])) + (", …" if len(names) > _MOST_LISTED else "")
    guess = f"did you mean {near!r}? " if near else ""
    known = f"there are: {listed}; " if names else ""
    return f"{guess}{known}or declare {parent}" if names else f"declare {parent}"


def _problem(resource: Resource, message: str, hint: str) -> Problem:
    source = resource.source
    return Problem(
        source.path if source else "", source.line if source else 0, source.column if source else 0, message, hint
    )
