"""The matching of one kind after the other, by the rules of `match`."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Container, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address, Kind, Resource
from reconciler.names import fold, join_path
from reconciler.planning.problems import ambiguous, problem_at, unknown_parent
from reconciler.planning.recorded import renamed_to
from reconciler.planning.renames.candidate import quoted
from reconciler.planning.rings import Cost, Ring, Subtrees, find_rings, is_pending, temporary_name
from reconciler.planning.spelling import LiveNames, Place, folded_address
from reconciler.state import Desired, Live


@dataclass
class Matcher:
    """Matches desired resources with the live ones of `names`.

    `known`: those that are identified by their ids. `aliases`: as in Matching. `unclear`: the live resources of which each may
    be the desired one, by its address; `problems` has an error for each.
    """

    desired: Desired
    live: Live
    known: Mapping[Address, Resource]
    identified_ids: Container[str]
    names: LiveNames
    subtrees: Subtrees
    aliases: Mapping[Address, Sequence[Address]]
    pairs: MutableMapping[Address, Resource] = field(default_factory=dict)
    parents: dict[Address, str | None] = field(default_factory=dict)
    claims: dict[str, Address] = field(default_factory=dict)
    contested: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    undecided: list[tuple[Resource, ...]] = field(default_factory=list)
    unclear: dict[Address, Sequence[Resource]] = field(default_factory=dict)

    def match_kind(self, kind: Kind, wanted: list[Resource]) -> None:
        """Match all desired resources of one kind; those of the parent's kind are matched already."""
        by_name, waiting, by_id_alone = set(), [], self.desired.identified
        pairs, claims, has_records = self.pairs, self.claims, bool(self.desired.renamed)
        for resource in wanted:
            address = resource.address
            above = pairs.get(resource.parent) if resource.parent else None
            parent_id = self.parents[address] = self._parent_id(resource) if above is None else above.id
            if by_id_alone and address in by_id_alone:
                if address in self.known:
                    self._claim(resource, self.known[address])
                continue
            if has_records and (recorded := self._recorded(resource, parent_id)) is not None:
                self._claim(resource, recorded)
                continue
            current = self.names.in_place((kind.name, parent_id)).get(address.path[-1])
            if current is None or (resource.was and self._is_cleared(resource, current)):
                waiting.append(resource)
            else:  # also under a parent that is renamed: names are compared in the place, not along the path
                pairs[address], claims[current.id] = current, address
                by_name.add(address)
        may_be_displaced = wanted if any(resource.was for resource in waiting) else waiting
        self._by_earlier_name(waiting, by_name)
        self._turn_rings(kind, [r for r in wanted if r.was and r.address in by_name])
        rest = [r for r in may_be_displaced if r.address not in pairs and r.address not in by_id_alone]
        self._by_spelling(kind, rest)
        self._contest([r for r in wanted if r.was and r.address in self.pairs])

    def _recorded(self, resource: Resource, parent_id: str | None) -> Resource | None:
        """The live resource that a run has renamed to this one, which no other resource matches then."""
        current = renamed_to(resource, parent_id, self.desired.renamed, self.live)
        return current if current and self.names.take(current) else None

    def _is_cleared(self, resource: Resource, current: Resource) -> bool:
        """Whether `removed:` takes away, by its address before the plan, what has the name of one that comes from elsewhere."""
        is_listed = resource.address != current.address and current.address in self._listed
        return is_listed and any(earlier is not current for earlier in self._earlier(resource))

    @cached_property
    def _listed(self) -> Container[Address]:
        return {removed.address for removed in self.desired.removed}

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
            self._unknown_parent(resource, parent)
            return None
        declared = self.claims.get(current.id)
        if declared is not None:
            message = f"{resource.address}: its parent {parent} is declared under another name, as {declared}"
            self.problems.append(problem_at(resource.source, message, f"write `{parent.kind}: {declared.name}`"))
        return current.id

    def _unknown_parent(self, resource: Resource, parent: Address) -> None:
        if matches := self.names.find(parent):
            what = f"the parent {parent} of {resource.address}"
            self.problems.append(ambiguous(resource.source, what, matches, "write the exact name of one of them"))
            return
        names = {a.name for a in (*self.desired.resources, *self.live.resources) if a.kind == parent.kind}
        self.problems.append(unknown_parent(resource, parent, names))

    def _earlier(self, resource: Resource) -> Iterator[Resource]:
        """The live resources that have an earlier name of this one."""
        for path in _earlier_paths(resource):
            yield from self._parked(resource, path)
            yield from self._named_earlier(resource, path)

    def _parked(self, resource: Resource, path: tuple[str, ...]) -> Iterator[Resource]:
        """The live resources with the temporary name for an earlier one, which a run left behind."""
        kind = BY_NAME[resource.kind]
        for place in self._earlier_places(resource, path) if self.names.parked else ():
            for current in self.names.parked.get(place, ()):
                if fold(current.name) == fold(temporary_name(kind, current.id, path[-1])):
                    yield current

    def _named_earlier(self, resource: Resource, path: tuple[str, ...], *, exactly: bool = False) -> Sequence[Resource]:
        """The live resources that one earlier path means: several only in spellings that all differ from it."""
        places = self._earlier_places(resource, path)
        if exactly:
            return [current for place in places if (current := self.names.in_place(place).get(path[-1]))]
        return [current for place in places for current in self.names.named(place, path[-1])]

    def _earlier_places(self, resource: Resource, path: tuple[str, ...]) -> Sequence[Place]:
        if len(path) == 1:
            homes: Sequence[str | None] = (self.parents[resource.address],)
        elif path[0] == "":
            homes = ("",)
        else:
            homes = self._parents_named(Address(BY_NAME[resource.kind].parent, path[:-1]))
        return [(resource.kind, home) for home in homes]

    def _parents_named(self, parent: Address) -> Sequence[str]:
        """Ids of the live parents that an earlier path names: by a live name, the declared one, or an earlier one of a declared one."""
        current = self.live.resources.get(parent) or self.pairs.get(parent)
        if current is None and not (found := self.names.find(parent)):
            current = next(
                (self.pairs[a] for a in self.aliases.get(folded_address(parent), ()) if a in self.pairs), None
            )
            return (current.id,) if current else ()
        return (current.id,) if current else [resource.id for resource in found]

    def _by_earlier_name(self, waiting: list[Resource], by_name: set[Address]) -> None:
        """An earlier name wins over a present one whose holder was matched by name only; exact names go first."""
        waiting = [resource for resource in waiting if resource.was]
        for exactly in (True, False):
            queue = [resource for resource in waiting if resource.address not in self.pairs]
            while queue:
                resource = queue.pop(0)
                current = self._earlier_match(resource, by_name, exactly=exactly)
                if current is None:
                    continue
                holder = self.claims.get(current.id)
                if holder is not None:
                    by_name.discard(holder)
                    del self.pairs[holder]
                    queue.append(self.desired.resources[holder])
                    waiting.append(self.desired.resources[holder])
                self._claim(resource, current)

    def _earlier_match(self, resource: Resource, by_name: Container[Address], *, exactly: bool) -> Resource | None:
        """The first live resource with an earlier name of this one that is still to be had."""
        for path in _earlier_paths(resource):
            parked = [current for current in self._parked(resource, path) if self._is_free(current, by_name)]
            if parked:
                return parked[0]
            matches = self._named_earlier(resource, path, exactly=exactly)
            if exactly and not matches and self._is_spelled_otherwise(resource, path, by_name):
                return None
            what = f"`was: {quoted(join_path(path))}` of {resource.address}"
            if len(matches) > 1:
                hint = "write the exact name of one of them"
                self.unclear[resource.address] = matches
                self.problems.append(ambiguous(resource.source, what, matches, hint))
                return None
            for current in matches:
                if self._is_free(current, by_name):
                    return current
                if not exactly and fold(path[-1]) != fold(resource.name):
                    message = f"{what} means {current.address} ({current.id}), which becomes {self.claims[current.id]}"
                    self.problems.append(problem_at(resource.source, message, "remove the name from one of them"))
        return None

    def _is_spelled_otherwise(self, resource: Resource, path: tuple[str, ...], by_name: Container[Address]) -> bool:
        """Whether a live resource that is still to be had has this name in another spelling: the names after it wait then."""
        return any(self._is_free(current, by_name) for current in self._named_earlier(resource, path))

    def _is_free(self, current: Resource, by_name: Container[Address]) -> bool:
        holder = self.claims.get(current.id)
        return holder is None or holder in by_name

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
        names = LiveNames(self.live, self.identified_ids, live)
        inside = Matcher(self.desired, self.live, self.known, self.identified_ids, names, self.subtrees, self.aliases)
        inside.pairs = ChainMap({**reading}, self.pairs)
        for below in KINDS[KINDS.index(kind) + 1 :] if wanted else ():
            inside.match_kind(below, [resource for resource in wanted if resource.kind == below.name])
        addresses = {*reading, *(resource.address for resource in wanted)}
        # What several spellings of a name leave open is there, so it is not missing: a person will be asked which one it is.
        rivals = {current.id for several in inside.unclear.values() for current in several[1:]}
        found = {address: several[0] for address, several in inside.unclear.items()}
        pairs = found | {a: inside.pairs[a] for a in addresses if a in inside.pairs}
        return self.subtrees.cost(addresses, [current for current in live if current.id not in rivals], pairs)

    def _by_spelling(self, kind: Kind, waiting: list[Resource]) -> None:
        for resource in waiting:
            place = (kind.name, self.parents[resource.address])
            matches = [r for r in self.names.spellings(place, resource.name) if r.id not in self.claims]
            if len(matches) == 1:
                self._claim(resource, matches[0])
            elif matches:
                self.unclear[resource.address] = matches
                hint = "add `was:` with the exact name of one of them"
                self.problems.append(ambiguous(resource.source, str(resource.address), matches, hint))

    def _contest(self, matched: list[Resource]) -> None:
        for resource in matched:
            held = self.pairs[resource.address]
            is_renamed = fold(held.name) != fold(resource.name) or held.parent_id != self.parents[resource.address]
            why = f"it is made from {held.address}" if is_renamed else "both exist"
            for current in self._earlier(resource):
                if current.id not in self.claims:
                    self.contested[current.id] = f"{resource.address} declares `was: {quoted(current.name)}`, but {why}"


def _earlier_paths(resource: Resource) -> Iterator[tuple[str, ...]]:
    """The paths of `was:` that may mean something else: the present name is not an earlier one."""
    return (path for path in resource.was if path != (resource.name,))
