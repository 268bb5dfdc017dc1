"""What the manifests of an export do not declare, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.kinds import BY_NAME
from reconciler.manifest.export.tree import Tree
from reconciler.manifest.yaml.write import write_scalar
from reconciler.model import FieldRole, Resource
from reconciler.policy import Prune
from reconciler.state import AccessRole, Live

_MOST_NAMED = 5


def notes_of(tree: Tree, live: Live, prune: Mapping[str, Prune]) -> tuple[str, ...]:
    """A sentence for each resource and each field that is left out, and for what the key's user may not see."""
    return tuple(_notes(tree, live, prune))


def _notes(tree: Tree, live: Live, prune: Mapping[str, Prune]) -> Iterator[str]:
    if live.access_role is AccessRole.LIMITED:
        yield "the user of this API key is neither owner nor admin and may not see everything"
    for resource, reason in tree.left_out:
        plural = BY_NAME[resource.kind].plural
        kept = f"; `prune: {{{plural}: keep}}` leaves it as it is" if prune.get(resource.kind) is Prune.KEEP else ""
        yield f"{_address(resource)} ({resource.id}): {reason}{kept}"
    for resource in live.duplicates:
        yield f"{_address(resource)} ({resource.id}): it exists more than once, and a plan ignores this one"
    for (kind, name), resources in tree.lacking.items():
        yield f"{name} of {_listed(resources)}: {_why(live, kind, name)}"


def _why(live: Live, kind: str, name: str) -> str:
    if BY_NAME[kind].field_named(name).role is FieldRole.PEOPLE and not live.users:
        return "this API key may not list the users of the workspace"
    if BY_NAME[kind].field_named(name).role is FieldRole.PEOPLE:
        return "it names people or groups that the workspace does not list with an e-mail address or a name"
    return "the service does not return the value, or returns one that a manifest cannot have"


def _listed(resources: Iterable[Resource]) -> str:
    found = list(resources)
    rest = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return ", ".join(map(_address, found[:_MOST_NAMED])) + rest


def _address(resource: Resource) -> str:
    return write_scalar(str(resource.address))
