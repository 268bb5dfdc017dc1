"""Rename candidates by a `was:` that matches nothing: a removal in the same place may be what it means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource
from reconciler.names import writable
from reconciler.planning.draft import Draft, addresses_by_place
from reconciler.planning.earlier_names import earlier_homes
from reconciler.planning.plan import Action, Change
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.planning.renames.detect import is_allowed
from reconciler.planning.renames.name_index import EXHAUSTIVE, NameIndex
from reconciler.planning.renames.score import ENOUGH
from reconciler.planning.spelling import Place
from reconciler.planning.unmatched import unmatched_earlier_names

_MOST_PAIRS = 10_000
"""Pairs of one place up to which each removal may be what each earlier name there means."""


def with_corrections(
    detected: Sequence[RenameCandidate], changes: Sequence[Change], draft: Draft, allowed: Collection[Address]
) -> tuple[RenameCandidate, ...]:
    """The detected candidates and, for each create whose `was:` matches nothing, the removals that it may mean.

    These are all removals in its place, now and by the earlier path: what was mistyped may be unlike the name that was meant.
    """
    unmatched = {resource.address: resource for resource in unmatched_earlier_names(draft)}
    if not unmatched:
        return tuple(detected)
    result = list(detected)
    shared = {address for several in addresses_by_place(draft.desired).values() if several[1:] for address in several}
    paired = {(pair.create, pair.remove) for pair in detected}
    removals = _Removals(c for c in changes if c.removal and not c.source and not is_allowed(c.address, allowed))
    created = (c.address for c in changes if c.action is Action.CREATE and c.address in unmatched)
    for entry in _entries([unmatched[address] for address in created], draft, removals):
        address = entry.resource.address
        declared = draft.declaration(address)
        # Where one entry declares several resources, the earlier name may be that of another one.
        declared = declared if address in shared else replace(declared, was=())
        for change in removals.meant(entry):
            if (address, change.address) not in paired:
                paired.add((address, change.address))
                earlier = _earlier_path(entry.resource, change, draft)
                result.append(RenameCandidate(address, change.address, earlier, 0, declared))
    return tuple(result)


def remaining_pairs(
    saved: Sequence[RenameCandidate],
    detected: Sequence[RenameCandidate],
    allowed: Collection[Address],
    *,
    keeps_all: bool = False,
) -> tuple[RenameCandidate, ...]:
    """The candidates of a saved plan: those detected again, and corrections, which only the manifests show.

    `keeps_all`: whether all that are saved stay, unless they are allowed, as in a plan with targets.
    """
    kept = [pair for pair in saved if (pair.is_correction or keeps_all) and not is_allowed(pair.remove, allowed)]
    known = {(pair.create, pair.remove) for pair in kept}
    return (*(pair for pair in detected if (pair.create, pair.remove) not in known), *kept)


class _Entry(NamedTuple):
    """One earlier name that matches nothing. `places`: its place and those that the earlier path names, the latter if there are any."""

    resource: Resource
    name: str
    places: Sequence[Place]
    is_placed: bool


def _entries(resources: Sequence[Resource], draft: Draft, removals: _Removals) -> Sequence[_Entry]:
    """The earlier names of these resources; `removals` learns how many look into each place."""
    entries = []
    for resource in resources:
        own = draft.matching.parents[resource.address]
        for path in resource.was:
            homes = earlier_homes(draft, resource, path)
            places = [(resource.kind, home) for home in dict.fromkeys((own, *homes))]
            removals.expect(places)
            entries.append(_Entry(resource, path[-1], places, bool(homes)))
    return entries


class _Removals:
    """Removals by their place. Where very many creates meet very many removals, each removal has as few questions as leave none out."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes = list(changes)
        self._in_place: dict[Place, list[int]] = {}
        self._names: dict[str, dict[str, list[int]]] = {}
        for position, change in enumerate(self._changes):
            self._in_place.setdefault((change.kind, change.precondition.parent_id), []).append(position)
            self._names.setdefault(change.kind, {}).setdefault(change.address.name, []).append(position)
        self._expected: Counter[Place] = Counter()
        self._served: Counter[Place] = Counter()
        self._indexes: dict[str, NameIndex] = {}

    def expect(self, places: Iterable[Place]) -> None:
        """Note that one more earlier name will be looked up in these places."""
        self._expected.update(places)

    def meant(self, entry: _Entry) -> list[Change]:
        """The removals that an earlier name may mean, in their order: those in its places, and without any those of a near name.

        What cannot move (a task) had its earlier name in its own place, and `was:` has no form for another one.
        """
        positions = {position for place in entry.places for position in self._share(place)}
        if not entry.is_placed and not BY_NAME[entry.resource.kind].parent_required:
            positions.update(self._near(entry.resource.kind, entry.name))
        return [self._changes[position] for position in sorted(positions)]

    def _share(self, place: Place) -> Sequence[int]:
        """All removals in a place, or the share of the next one that looks there."""
        every, number = self._in_place.get(place, ()), self._expected[place]
        if len(every) * number <= _MOST_PAIRS:
            return every
        turn = self._served[place]
        self._served[place] += 1
        return every[turn::number] if len(every) >= number else (every[turn % len(every)],)

    def _near(self, kind: str, name: str) -> Iterator[int]:
        # Where the place of the earlier path does not exist, a near name shows what is meant.
        names = self._names.get(kind, {})
        if kind not in self._indexes:
            self._indexes[kind] = NameIndex(names, is_brief=len(names) > EXHAUSTIVE)
        index = self._indexes[kind]
        is_small = len(names) * sum(self._expected.values()) <= _MOST_PAIRS
        near = index.similar_among(name, names, ENOUGH) if is_small else index.similar(name, ENOUGH)
        return (position for each in near for position in names[each])


def _earlier_path(resource: Resource, change: Change, draft: Draft) -> tuple[str, ...]:
    """The earlier path that means the removed resource, as in Resource.was."""
    name = writable(change.address.name)
    if draft.matching.parents[resource.address] == change.precondition.parent_id:
        return (name,)
    return (*map(writable, change.address.path[:-1]), name) if len(change.address.path) > 1 else ("", name)
