"""Rename candidates by a `was:` that matches nothing: a removal in the same place may be what it means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from reconciler.model import Address, Resource
from reconciler.names import writable
from reconciler.planning.draft import Draft, addresses_by_place
from reconciler.planning.plan import Action, Change
from reconciler.planning.renames.candidate import Declaration, RenameCandidate
from reconciler.planning.renames.detect import is_allowed
from reconciler.planning.renames.score import ENOUGH
from reconciler.planning.renames.similarity import similarity
from reconciler.planning.unmatched import earlier_homes, unmatched_earlier_names


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
    removals = [c for c in changes if c.removal and not c.source and not is_allowed(c.address, allowed)]
    for change in changes:
        resource = unmatched.get(change.address)
        if resource is None or change.action is not Action.CREATE:
            continue
        declared = draft.declaration(resource.address)
        # Where one entry declares several resources, the earlier name may be that of another one.
        declared = declared if resource.address in shared else replace(declared, was=())
        for pair in _pairs(resource, removals, draft, declared):
            if (pair.create, pair.remove) not in paired:
                paired.add((pair.create, pair.remove))
                result.append(pair)
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


def _pairs(
    resource: Resource, removals: Sequence[Change], draft: Draft, declared: Declaration
) -> Iterator[RenameCandidate]:
    own = draft.matching.parents[resource.address]
    for path in resource.was:
        homes = earlier_homes(draft, resource, path)
        for change in removals:
            if change.kind != resource.kind:
                continue
            # Where the place of the earlier path does not exist, a near name shows what is meant.
            is_near = not homes and similarity(path[-1], change.address.name) >= ENOUGH
            if is_near or change.precondition.parent_id in (own, *homes):
                earlier = _earlier_path(resource, change, draft)
                yield RenameCandidate(resource.address, change.address, earlier, 0, declared)


def _earlier_path(resource: Resource, change: Change, draft: Draft) -> tuple[str, ...]:
    """The earlier path that means the removed resource, as in Resource.was."""
    name = writable(change.address.name)
    if draft.matching.parents[resource.address] == change.precondition.parent_id:
        return (name,)
    return (*map(writable, change.address.path[:-1]), name) if len(change.address.path) > 1 else ("", name)
