"""Detects renames: pairs of a create and a removal that may be one resource, each with the `was:` line that declares it.

A pair scores by a similar name, the same parent, the same children (a project's tasks, a client's projects) and equal fields.
It loses by different numbers in the names (a veto), another parent, and different children or fields. However unlike the names, the
same structure under one parent is enough. The best pairs are one to one; a side that finds no partner of its own is asked about
with the best one that it could have, since every removal that may be what is created is blocked. Excluded are resources under
`removed:`, which are declared removed, and removals that were allowed by address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter

from reconciler.kinds import BY_NAME, KINDS, ancestors, parent_of
from reconciler.model import Address, Kind
from reconciler.names import fold
from reconciler.planning.plan import Action, Change
from reconciler.planning.renames.candidate import Declaration, RenameCandidate
from reconciler.planning.renames.pool import Pool
from reconciler.planning.renames.score import EQUAL_EXCEPT_NAME, RenameSide, score
from reconciler.planning.renames.sides import SideBuilder
from reconciler.planning.renames.structure import same_structure
from reconciler.state import Live

_MOST_LETTERS = 200_000
"""Letters of all names of one kind up to which each name is compared as a whole: a hundred of the longest on each side."""


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
        unlike = _by_structure(alike, created, removed)
        result += with_parents
        for create, removal, points in _pairs((*scored, *unlike)):
            resolver.renamed.setdefault(create.address, []).append(removal.id)
            was = resolver.was(create, removal)
            result.append(
                RenameCandidate(create.address, removal.address, was, round(points), declared(create.address))
            )
    rank = {name: position for position, name in enumerate(BY_NAME)}
    return tuple(sorted(result, key=lambda pair: (rank[pair.kind], pair.create)))


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
    is_brief = sum(len(side.address.name) for side in (*new, *old)) > _MOST_LETTERS
    pools = {scope: Pool(sides, is_brief=is_brief) for scope, sides in by_scope.items()}
    for side in new:
        pool = pools.get(side.home if kind.parent_required else "")
        for points, current in pool.scored(side) if pool else ():
            yield points, side, current


def _by_structure(
    alike: Iterable[tuple[RenameSide, RenameSide]],
    created: Collection[Address],
    removed: Collection[Address],
) -> Iterator[tuple[float, RenameSide, RenameSide]]:
    """The pairs of the same structure, with their scores, without those that follow from their parents."""
    for new, old in alike:
        if new.address not in created and old.address not in removed:
            yield max(score(new, old), EQUAL_EXCEPT_NAME), new, old


def _pairs(
    scored: Iterable[tuple[float, RenameSide, RenameSide]],
) -> Iterator[tuple[RenameSide, RenameSide, float]]:
    """The best pair first, then the best of the rest, equal ones by address; then for each side that is left its best one."""
    ordered = _ordered(scored)
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


def _ordered(scored: Iterable[tuple[float, RenameSide, RenameSide]]) -> list[tuple[float, RenameSide, RenameSide]]:
    """The best pair first, equal ones by address. Addresses are compared within one create alone: there may be a million pairs."""
    by_create: dict[Address, list[tuple[float, RenameSide, RenameSide]]] = {}
    for each in scored:
        by_create.setdefault(each[1].address, []).append(each)
    by_address = (sorted(by_create[address], key=lambda each: each[2].address) for address in sorted(by_create))
    return sorted(chain.from_iterable(by_address), key=itemgetter(0), reverse=True)  # equal ones stay in this order
