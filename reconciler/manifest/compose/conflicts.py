"""What can be said only when all manifests are in: names that are claimed twice, and what is declared as well as removed."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.compose.compose import Composer
from reconciler.manifest.yaml.text import shown
from reconciler.model import Address, Resource, Source, fold

Key = tuple[str, tuple[str, ...]]
"""Kind and folded path: one resource under any spelling."""


def clashes(composer: Composer) -> Iterator[Problem]:
    """Every contradiction between resources, each at the second of the two places."""
    yield from _spellings_of_parents(composer)
    claims: dict[Key, Resource] = {}
    yield from _earlier_names(composer, claims)
    if composer.removed:
        yield from _removed_after_all(composer, claims)


def _spellings_of_parents(composer: Composer) -> Iterator[Problem]:
    """A parent named in two spellings would be two parents, and one of them is not there."""
    known = {_key(r.address): (r.address, r.source) for r in composer.resources.values() if len(r.address.path) == 1}
    for address, source in composer.references:
        other, there = known.setdefault(_key(address), (address, source))
        if other != address:
            message = f"{_shown(address)} is written {_shown(other)} at {there}"
            yield _problem(source, message, "write it in one way everywhere")


def _earlier_names(composer: Composer, claims: dict[Key, Resource]) -> Iterator[Problem]:
    for resource in composer.resources.values():
        for path in resource.was:
            earlier = _earlier_address(resource, path)
            other = claims.setdefault((earlier.kind, earlier.path), resource)
            if other is not resource:
                message = f"{_shown(resource.address)} and {_shown(other.address)} ({other.source}) both say that they were {_shown(earlier)}"
                yield _problem(resource.source, message, "only one of them can have been")


def _earlier_address(resource: Resource, path: tuple[str, ...]) -> Address:
    if len(path) == 1:
        within = resource.parent.path if resource.parent else ()
        return Address(resource.kind, (*within, *path))
    return Address(resource.kind, path if path[0] else path[1:])


def _removed_after_all(composer: Composer, claims: dict[Key, Resource]) -> Iterator[Problem]:
    declared = {_key(address): resource for address, resource in composer.resources.items()}
    below = {_key(r.parent): r for r in reversed(composer.resources.values()) if r.parent}
    claimed = {_key(Address(*key)): resource for key, resource in claims.items()}
    for removed in composer.removed:
        key = _key(removed.address)
        said = f"{_shown(removed.address)} is listed under `removed`, but"
        if key in declared:
            yield _problem(removed.source, f"{said} declared at {declared[key].source}", "keep one of the two")
        elif key in below:
            there = below[key]
            message = f"{said} {_shown(there.address)} is declared under it at {there.source}"
            yield _problem(removed.source, message, "keep one of the two")
        elif key in claimed:
            there = claimed[key]
            message = f"{said} {_shown(there.address)} says that it was it, at {there.source}"
            yield _problem(removed.source, message, "it is renamed, so take it out of `removed`")


def _key(address: Address) -> Key:
    return address.kind, tuple(fold(part) for part in address.path)


def _shown(address: Address) -> str:
    return shown(str(address))


def _problem(source: Source | None, message: str, hint: str) -> Problem:
    at = source or Source("", 0, 0)
    return Problem(at.path, at.line, at.column, message, hint)
