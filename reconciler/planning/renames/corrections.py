"""Rename candidates by a `was:` that matches nothing: a removal in the same place may be what it means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from reconciler.kinds import ancestors
from reconciler.model import Address, Resource
from reconciler.names import writable
from reconciler.planning.draft import Draft
from reconciler.planning.plan import Action, Change
from reconciler.planning.renames.candidate import RenameCandidate
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
    paired = {(pair.create, pair.remove) for pair in detected}
    removals = [c for c in changes if c.removal and not c.source and not is_allowed(c.address, allowed)]
    for change in changes:
        resource = unmatched.get(change.address)
        if resource is None or change.action is not Action.CREATE:
            continue
        for pair in _pairs(resource, removals, draft):
            if (pair.create, pair.remove) not in paired:
                paired.add((pair.create, pair.remove))
                result.append(pair)
    return tuple(result)


def remaining_corrections(
    saved: Sequence[RenameCandidate], detected: Sequence[RenameCandidate], allowed: Collection[Address]
) -> tuple[RenameCandidate, ...]:
    """The candidates of a saved plan: those detected again, and corrections, which only the manifests show."""
    corrections = [pair for pair in saved if pair.is_correction and not is_allowed(pair.remove, allowed)]
    known = {(pair.create, pair.remove) for pair in corrections}
    return (*(pair for pair in detected if (pair.create, pair.remove) not in known), *corrections)


def is_allowed(address: Address, allowed: Collection[Address]) -> bool:
    """Whether the removal of a resource, or of what it belongs to, was allowed by hand."""
    return any(each in allowed for each in (address, *ancestors(address)))


def _pairs(resource: Resource, removals: Sequence[Change], draft: Draft) -> Iterator[RenameCandidate]:
    declared, own = draft.declaration(resource.address), draft.matching.parents[resource.address]
    for path in resource.was:
        homes = earlier_homes(draft, resource, path)
        for change in removals:
            is_beside = own is not None and change.precondition.parent_id == own
            if change.kind == resource.kind and (is_beside or _is_meant(change, path, homes)):
                yield RenameCandidate(
                    resource.address, change.address, _earlier_path(resource, change, draft), 0, declared
                )


def _is_meant(change: Change, path: tuple[str, ...], homes: Collection[str]) -> bool:
    """Whether a removal is in the place of an earlier path; where that place does not exist, whether its name is near."""
    if homes:
        return change.precondition.parent_id in homes
    return similarity(path[-1], change.address.name) >= ENOUGH


def _earlier_path(resource: Resource, change: Change, draft: Draft) -> tuple[str, ...]:
    """The earlier path that means the removed resource, as in Resource.was."""
    name = writable(change.address.name)
    if draft.matching.parents[resource.address] == change.precondition.parent_id:
        return (name,)
    return (*map(writable, change.address.path[:-1]), name) if len(change.address.path) > 1 else ("", name)
