"""Detects renames: pairs of a create and a removal that may be one resource, each with the `was:` line that declares it.

A pair scores by a similar name, the same parent, the same children (a project's tasks, a client's projects) and equal fields.
It loses by different numbers in the names (a veto), another parent, and different children or fields. However unlike the names, the
same structure under one parent is enough. The best pairs are one to one; a side that finds no partner of its own is asked about
with the best one that it could have, since every removal that may be what is created is blocked. Excluded are resources under
`removed:`, which are declared removed, and removals that were allowed by address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from reconciler.kinds import BY_NAME, KINDS, ancestors, parent_of
from reconciler.model import Address, Kind
from reconciler.names import fold
from reconciler.planning.plan import Action, Change
from reconciler.planning.renames.candidate import Declaration, RenameCandidate
from reconciler.planning.renames.score import ENOUGH, EQUAL_EXCEPT_NAME, RenameSide, features, score
from reconciler.planning.renames.sides import SideBuilder
from reconciler.planning.renames.similarity import NameIndex
from reconciler.planning.renames.structure import same_structure
from reconciler.state import Live

_MOST_OF_ONE_NAME = 20
"""Limit of removals with one name under different parents that are compared with one create."""


def detect(
    changes: Sequence[Change],
    live: Live,
    allowed: Collection[Address] = (),
    declared: Callable[[Address], Declaration] = lambda _: Declaration(),
) -> tuple[RenameCandidate, ...]:
    """Each create and each removal with the most similar partner, if one is similar enough; parents first, the best pair of a side first.

    `allowed`: addresses whose removal, with everything under them, was allowed by hand. `declared`: how the manifests declare
    what is created.
    """
    removals = [c for c in changes if c.removal and not c.source and not is_allowed(c.address, allowed)]
    creates = [c for c in changes if c.action is Action.CREATE]
    if not removals or not creates:
        return ()
    resolver = SideBuilder(changes, live, {change.id for change in removals})
    result: list[RenameCandidate] = []
    for kind in KINDS:
        of_kind = [c for c in removals if c.kind == kind.name]
        new = [side for c in creates if c.kind == kind.name for side in resolver.new(c)]
        old = [side for c in of_kind if (side := resolver.old(c)) is not None]
        gone = [side for c in of_kind if (side := resolver.gone(c)) is not None]
        alike = list(same_structure(new, old, gone, live.of_kind(kind.name)))
        with_parents = list(_follow_parents(new, old, resolver))
        created, removed = {pair.create for pair in with_parents}, {pair.remove for pair in with_parents}
        left = [side for side in new if side.address not in created]
        scored = _scored(kind, left, [side for side in old if side.address not in removed])
        unlike = _by_structure(kind, alike, created, removed)
        result += with_parents
        for create, removal, points in _pairs((*scored, *unlike)):
            resolver.renamed.setdefault(create.address, []).append(removal.id)
            was = resolver.was(create, removal)
            result.append(
                RenameCandidate(create.address, removal.address, was, round(points), declared(create.address))
            )
    return tuple(sorted(result, key=lambda pair: (list(BY_NAME).index(pair.kind), pair.create)))


def is_allowed(address: Address, allowed: Collection[Address]) -> bool:
    """Whether the removal of a resource, or of what it belongs to, was allowed by hand."""
    return any(each in allowed for each in (address, *ancestors(address)))


def _follow_parents(
    new: Iterable[RenameSide], old: Iterable[RenameSide], resolver: SideBuilder
) -> Iterator[RenameCandidate]:
    """Children that keep their names under a parent that seems renamed: accepting the parent is enough for them."""
    parents = {earlier for each in resolver.renamed.values() for earlier in each}
    by_name = {(side.home, fold(side.address.name)): side for side in old if side.home in parents}
    for side in new:
        if parent_of(side.address) in resolver.renamed and (
            current := by_name.get((side.home, fold(side.address.name)))
        ):
            resolver.renamed.setdefault(side.address, []).append(current.id)
            yield RenameCandidate(side.address, current.address, (), 100)


def _scored(kind: Kind, new: list[RenameSide], old: list[RenameSide]) -> Iterator[tuple[float, RenameSide, RenameSide]]:
    """Every pair with a sufficient score. A resource that cannot move (a task) is compared under its own parent only."""
    by_scope: dict[str, list[RenameSide]] = {}
    for side in sorted(old, key=lambda h: h.address):
        by_scope.setdefault(side.home if kind.parent_required else "", []).append(side)
    pools = {scope: _Pool(sides) for scope, sides in by_scope.items()}
    for side in new:
        pool = pools.get(side.home if kind.parent_required else "")
        for current in pool.candidates(side) if pool else ():
            points = score(kind, side, current)
            if points >= ENOUGH:
                yield points, side, current


def _by_structure(
    kind: Kind,
    alike: Iterable[tuple[RenameSide, RenameSide]],
    created: Collection[Address],
    removed: Collection[Address],
) -> Iterator[tuple[float, RenameSide, RenameSide]]:
    """The pairs of the same structure, with their scores, without those that follow from their parents."""
    for new, old in alike:
        if new.address not in created and old.address not in removed:
            yield max(score(kind, new, old), EQUAL_EXCEPT_NAME), new, old


class _Pool:
    """Removals of one kind, indexed by name, children and texts, so that a create is not compared with each of them."""

    def __init__(self, sides: Sequence[RenameSide]) -> None:
        self._names = NameIndex(side.address.name for side in sides)
        self._first: dict[Any, list[RenameSide]] = {}
        """The first sides of each feature: with one name in thousands of places, all of them would take quadratic time."""
        self._at_home: dict[tuple[Any, str], list[RenameSide]] = {}
        for side in sides:
            for feature in dict.fromkeys((side.address.name, *features(side))):
                for group in (self._first.setdefault(feature, []), self._at_home.setdefault((feature, side.home), [])):
                    if len(group) < _MOST_OF_ONE_NAME:
                        group.append(side)
        self._near: dict[str, list[str]] = {}

    def candidates(self, new: RenameSide) -> Iterable[RenameSide]:
        name = new.address.name
        if name not in self._near:
            self._near[name] = self._names.near(name)
        result: dict[Address, RenameSide] = {}
        for feature in (*self._near[name], *features(new)):
            for side in (*self._at_home.get((feature, new.home), ()), *self._first.get(feature, ())):
                result[side.address] = side
        return result.values()


def _pairs(
    scored: Iterable[tuple[float, RenameSide, RenameSide]],
) -> Iterator[tuple[RenameSide, RenameSide, float]]:
    """The best pair first, then the best of the rest, equal ones by address; then for each side that is left its best one."""
    ordered = sorted(scored, key=lambda each: (-each[0], each[1].address, each[2].address))
    created: set[Address] = set()
    removed: set[Address] = set()
    for points, new, old in ordered:
        if new.address not in created and old.address not in removed:
            created.add(new.address)
            removed.add(old.address)
            yield new, old, points
    for points, new, old in ordered:
        if new.address not in created or old.address not in removed:
            created.add(new.address)
            removed.add(old.address)
            yield new, old, points
