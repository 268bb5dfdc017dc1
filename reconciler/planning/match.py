"""Matches desired resources with live ones: by place and name, by `was:`, or by another spelling of the name.

Within one kind, after the kind of its parents:
1. the same name in the same place is the same resource;
2. `was:` finds the earlier name of a resource that does not exist yet, as it is spelled before any other spelling of it. If
   another desired resource declares the name that this live one has, the name passes on, and the other one looks for its own
   earlier name (a chain) or is created (a handover);
3. under a renamed parent, the same name;
4. a name that differs only in letter case, Unicode form or blanks.
A name that several live resources have in other spellings only is an error that names them. So a `was:` line has no effect after
its rename is applied. A resource that is identified by its id matches only that id, and no other resource matches it; one whose id
is empty is created again by an undo, and matches nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address, Kind, Resource
from reconciler.names import fold, join_path
from reconciler.planning.problems import ambiguous, problem_at, unknown_parent
from reconciler.planning.spelling import LiveNames
from reconciler.state import Desired, Live


@dataclass(frozen=True)
class Matching:
    """`pairs`: desired address → live resource. `unmatched`: the other live ones, in their order.

    `contested`: id of an unmatched live resource that a `was:` names → why it must not be removed. `parents`: the live parent's
    id of each desired resource, as in Place. `names`: the live names, to look up others.
    """

    pairs: Mapping[Address, Resource]
    unmatched: tuple[Resource, ...]
    contested: Mapping[str, str]
    parents: Mapping[Address, str | None]
    names: LiveNames

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
    matcher = _Matcher(live, known, LiveNames(live, identified_ids), desired.identified.keys())
    wanted: dict[str, list[Resource]] = {kind.name: [] for kind in KINDS}
    for resource in desired.resources.values():
        wanted[resource.address.kind].append(resource)
    for kind in KINDS:
        matcher.match_kind(kind, wanted[kind.name], desired)
    if matcher.problems:
        raise PlanningError(matcher.problems)
    claims = matcher.claims
    unmatched = tuple(resource for resource in live.resources.values() if resource.id not in claims)
    return Matching(matcher.pairs, unmatched, matcher.contested, matcher.parents, matcher.names)


@dataclass
class _Matcher:
    live: Live
    known: Mapping[Address, Resource]
    names: LiveNames
    by_id_alone: Container[Address]
    pairs: dict[Address, Resource] = field(default_factory=dict)
    parents: dict[Address, str | None] = field(default_factory=dict)
    claims: dict[str, Address] = field(default_factory=dict)
    contested: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def match_kind(self, kind: Kind, wanted: list[Resource], desired: Desired) -> None:
        """Match all desired resources of one kind; those of the parent's kind are matched already."""
        by_name, inherited, waiting = set(), [], []
        for resource in wanted:
            address = resource.address
            parent_id = self.parents[address] = self._parent_id(resource, desired)
            if address in self.by_id_alone:
                if address in self.known:
                    self._claim(resource, self.known[address])
                continue
            current = self.names.in_place((kind.name, parent_id)).get(address.path[-1])
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
        unmatched = (r for r in wanted if r.address not in self.pairs)
        self._by_spelling(kind, [r for r in unmatched if r.address not in self.by_id_alone])
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
            self.problems.append(problem_at(resource.source, message, f"write `{parent.kind}: {declared.name}`"))
        return current.id

    def _unknown_parent(self, resource: Resource, parent: Address, desired: Desired) -> None:
        if matches := self.names.find(parent):
            what = f"the parent {parent} of {resource.address}"
            self.problems.append(ambiguous(resource.source, what, matches, "write the exact name of one of them"))
            return
        names = {a.name for a in (*desired.resources, *self.live.resources) if a.kind == parent.kind}
        self.problems.append(unknown_parent(resource, parent, names))

    def _earlier(self, resource: Resource) -> Iterator[Resource]:
        """The live resources that have an earlier name of this one."""
        for path in resource.was:
            yield from self._named_earlier(resource, path)

    def _named_earlier(self, resource: Resource, path: tuple[str, ...], *, exactly: bool = False) -> Sequence[Resource]:
        """The live resources that one earlier path means: several only in spellings that all differ from it."""
        if len(path) == 1:
            homes: Sequence[str | None] = (self.parents[resource.address],)
        elif path[0] == "":
            homes = ("",)
        else:
            homes = self._parents_named(Address(BY_NAME[resource.kind].parent, path[:-1]))
        places = [(resource.kind, home) for home in homes]
        if exactly:
            return [current for place in places if (current := self.names.in_place(place).get(path[-1]))]
        return [current for place in places for current in self.names.named(place, path[-1])]

    def _parents_named(self, parent: Address) -> Sequence[str]:
        """Ids of the live parents that an earlier path names, by a live name or by the declared one."""
        current = self.live.resources.get(parent) or self.pairs.get(parent)
        return (current.id,) if current else [found.id for found in self.names.find(parent)]

    def _by_earlier_name(self, waiting: list[Resource], by_name: set[Address], desired: Desired) -> None:
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
                    queue.append(desired.resources[holder])
                    waiting.append(desired.resources[holder])
                self._claim(resource, current)

    def _earlier_match(self, resource: Resource, by_name: Container[Address], *, exactly: bool) -> Resource | None:
        """The first live resource with an earlier name of this one that is still to be had."""
        for path in resource.was:
            matches = self._named_earlier(resource, path, exactly=exactly)
            what = f"`was: {join_path(path)}` of {resource.address}"
            if len(matches) > 1:
                hint = "write the exact name of one of them"
                self.problems.append(ambiguous(resource.source, what, matches, hint))
                return None
            for current in matches:
                holder = self.claims.get(current.id)
                if holder is None or holder in by_name:
                    return current
                if not exactly and fold(path[-1]) != fold(resource.name):
                    message = f"{what} means {current.address} ({current.id}), which becomes {holder}"
                    self.problems.append(problem_at(resource.source, message, "remove the name from one of them"))
        return None

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
        for resource in waiting:
            place = (kind.name, self.parents[resource.address])
            matches = [r for r in self.names.spellings(place, resource.name) if r.id not in self.claims]
            if len(matches) == 1:
                self._claim(resource, matches[0])
            elif matches:
                hint = "add `was:` with the exact name of one of them"
                self.problems.append(ambiguous(resource.source, str(resource.address), matches, hint))

    def _contest(self, matched: list[Resource]) -> None:
        for resource in matched:
            for current in self._earlier(resource):
                if current.id not in self.claims:
                    self.contested[current.id] = f"{resource.address} declares `was: {current.name}`, but both exist"


def _differs(values: Mapping[str, object], current: Resource) -> bool:
    return any(current.values.get(name) != value for name, value in values.items())
