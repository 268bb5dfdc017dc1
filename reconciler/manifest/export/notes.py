"""What the manifests of an export do not declare, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.kinds import BY_NAME
from reconciler.manifest.export.declarable import legible
from reconciler.manifest.export.tree import Tree
from reconciler.model import Resource
from reconciler.policy import Prune
from reconciler.state import AccessRole, Live

_MOST_NAMED = 5


def notes_of(tree: Tree, live: Live, prune: Mapping[str, Prune]) -> tuple[str, ...]:
    """A sentence for each resource and each field that is left out, and for what the key's user may not see."""
    return tuple(_notes(tree, live, prune))


def _notes(tree: Tree, live: Live, prune: Mapping[str, Prune]) -> Iterator[str]:
    if live.access_role is AccessRole.LIMITED:
        yield "the user of this API key is neither owner nor admin and may not see everything"
    for resource, reason in sorted(tree.left_out, key=lambda found: (*_place(found[0]), found[1])):
        plural = BY_NAME[resource.kind].plural
        kept = f"; `prune: {{{plural}: keep}}` leaves it as it is" if prune.get(resource.kind) is Prune.KEEP else ""
        yield f"{_address(resource)} ({resource.id}): {reason}{kept}"
    for resource in sorted(live.duplicates, key=_place):
        yield f"{_address(resource)} ({resource.id}): it exists more than once, and a plan ignores this one"
    for (name, reason), resources in sorted(tree.lacking.items()):
        yield f"{name} of {_listed(resources)}: {reason}"


def _listed(resources: Iterable[Resource]) -> str:
    found = sorted(resources, key=_place)
    rest = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return ", ".join(map(_address, found[:_MOST_NAMED])) + rest


def _place(resource: Resource) -> tuple[int, tuple[str, ...], str]:
    """By kind, parents before children, then by name."""
    return list(BY_NAME).index(resource.kind), resource.address.path, resource.id


def _address(resource: Resource) -> str:
    return legible(str(resource.address))
