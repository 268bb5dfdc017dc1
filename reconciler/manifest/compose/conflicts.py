"""Conflicts between resources of all manifests: earlier names claimed twice, and resources both declared and removed."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.compose.compose import Composer
from reconciler.manifest.yaml.text import quote
from reconciler.model import Address, Resource, Source
from reconciler.names import fold_all

Key = tuple[str, tuple[str, ...]]
"""Kind and folded path: equal for all spellings of an address."""


def find_conflicts(composer: Composer) -> Iterator[Problem]:
    """All conflicts, each reported at the second of the two sources."""
    yield from _parent_spellings(composer)
    claims: dict[Key, Resource] = {}
    yield from _earlier_names(composer, claims)
    if composer.removed:
        yield from _declared_and_removed(composer, claims)


def _parent_spellings(composer: Composer) -> Iterator[Problem]:
    """Two spellings of a parent would be two addresses, only one of which exists."""
    known = {key_of(r.address): (r.address, r.source) for r in composer.resources.values() if len(r.address.path) == 1}
    for address, source in composer.references:
        other, first_source = known.setdefault(key_of(address), (address, source))
        if other != address:
            message = f"{_quoted(address)} is spelled {_quoted(other)} at {first_source}"
            yield _problem(source, message, "use one spelling")


def _earlier_names(composer: Composer, claims: dict[Key, Resource]) -> Iterator[Problem]:
    for resource in composer.resources.values():
        for path in resource.was:
            earlier = earlier_address(resource, path)
            if earlier == resource.address:
                continue  # its present name, which is its own in any case
            other = claims.setdefault((earlier.kind, earlier.path), resource)
            if other is not resource:
                message = f"{_quoted(earlier)} is an earlier name of both {_quoted(resource.address)} and {_quoted(other.address)} ({other.source})"
                yield _problem(resource.source, message, "remove it from one of them")


def earlier_address(resource: Resource, path: tuple[str, ...]) -> Address:
    """The address that an earlier name in `was` means: of the same parent, unless it names another."""
    if len(path) == 1:
        within = resource.parent.path if resource.parent else ()
        return Address(resource.kind, (*within, *path))
    return Address(resource.kind, path if path[0] else path[1:])


def _declared_and_removed(composer: Composer, claims: dict[Key, Resource]) -> Iterator[Problem]:
    declared = {key_of(address): resource for address, resource in composer.resources.items()}
    below = {key_of(r.parent): r for r in reversed(composer.resources.values()) if r.parent}
    claimed = {key_of(Address(*key)): resource for key, resource in claims.items()}
    for removed in composer.removed:
        key = key_of(removed.address)
        if key in declared:
            message = f"{_quoted(removed.address)} is both in 'removed' and declared at {declared[key].source}"
            yield _problem(removed.source, message, "remove one of them")
        elif key in below:
            child = below[key]
            message = f"{_quoted(removed.address)} is in 'removed', but its {_quoted(child.address)} is declared at {child.source}"
            yield _problem(removed.source, message, "remove one of them")
        elif key in claimed:
            renamed = claimed[key]
            message = f"{_quoted(removed.address)} is in 'removed', but is renamed to {_quoted(renamed.address)} at {renamed.source}"
            yield _problem(removed.source, message, "remove the entry of 'removed'")


def key_of(address: Address) -> Key:
    """Kind and folded path."""
    return address.kind, fold_all(address.path)


def _quoted(address: Address) -> str:
    return quote(str(address))


def _problem(source: Source | None, message: str, hint: str) -> Problem:
    place = source or Source("", 0, 0)
    return Problem(place.path, place.line, place.column, message, hint, row=place.row)
