"""Where a plan puts things: what it creates in or moves into a live parent, and the address of a resource below renamed parents."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource
from reconciler.planning.match import Matching
from reconciler.state import Live


def arrivals(matching: Matching) -> Mapping[str, tuple[Address, ...]]:
    """By the id of a live parent, the desired addresses of what the plan creates in it or moves into it; embedded ones left out."""
    result: dict[str, tuple[Address, ...]] = {}
    for address, parent_id in matching.parents.items():
        if not parent_id or BY_NAME[address.kind].is_embedded:
            continue
        current = matching.pairs.get(address)
        if current is None or current.parent_id != parent_id:
            result[parent_id] = (*result.get(parent_id, ()), address)
    return result


def address_after(resource: Resource, live: Live, matching: Matching) -> Address:
    """The address of a live resource once the renames and moves of the plan are done."""
    declared = matching.declared.get(resource.id)
    if declared is not None:
        return declared
    parent = live.by_id.get(resource.parent_id)
    if parent is None:
        return resource.address
    return address_after(parent, live, matching).child(resource.kind, resource.name)
