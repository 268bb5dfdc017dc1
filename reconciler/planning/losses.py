"""What an undo of a delete cannot restore, in words: for the plan of the delete, and for that of the undo. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.model import Kind, Resource
from reconciler.planning.plan import Impact
from reconciler.text import sanitize
from reconciler.value_types import Wire

_RATES = ("hourlyRate", "costRate")
_MOST_KEYS = 5
_PARTS: Mapping[str, frozenset[str]] = {
    "memberships": frozenset({"userId", "targetId", "membershipType", "membershipStatus", *_RATES})
}
"""The keys of the objects in a list whose values are restored or follow from the place."""


def losses_of_delete(resource: Resource, embedded: Sequence[Resource], impact: Impact) -> tuple[str, ...]:
    """What an undo of the delete of `resource`, with its embedded children, cannot restore."""
    kind, lost = BY_NAME[resource.kind], ["its id"]
    if embedded:
        lost.append(f"the ids of its {BY_NAME[embedded[0].kind].plural}")
    if impact.time_entries != 0 or impact.tracked_seconds != 0:
        lost.append(f"the {kind.name} of its time entries")
    wires = [(kind, resource.wire), *((BY_NAME[child.kind], child.wire) for child in embedded)]
    return (*lost, *dict.fromkeys(loss for each, wire in wires for loss in losses_of_values(each, wire)))


def losses_of_values(kind: Kind, wire: Wire) -> Iterator[str]:
    """What of the values of an object no request can set again."""
    members = [item for item in _items(wire.get("memberships")) if item.get("membershipType") != "WORKSPACE"]
    if any(_amount(part.get(key)) for part in (wire, *members) for key in _RATES):
        yield "the dates since which rates apply"
    if inactive := sum(item.get("membershipStatus") not in (None, "ACTIVE") for item in members):
        yield f"the status of {inactive} {'member' if inactive == 1 else 'members'}"
    if missing := [field.name for field in kind.fields if wire and not field.is_answered(wire)]:
        yield f"values that the service does not return: {', '.join(missing)}"
    if unknown := sorted(_unknown_keys(kind, wire)):
        more = ", …" if len(unknown) > _MOST_KEYS else ""
        yield f"values that no request sets: {', '.join(sanitize(key, 40) for key in unknown[:_MOST_KEYS])}{more}"


def _unknown_keys(kind: Kind, wire: Wire) -> Iterator[str]:
    """The keys with a value that is neither a field nor computed by the service."""
    known = {"id", "name", kind.parent_wire, *kind.computed}
    for field in kind.every_field:
        known |= {field.wire, field.answer_key}
    for key, value in wire.items():
        if key not in known and value not in (None, "", False) and value not in ([], (), {}):
            yield key
        for part in _items(value) if key in _PARTS else ():
            yield from (f"{key}.{inner}" for inner in part if inner not in _PARTS[key] and part[inner] is not None)


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _amount(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.get("amount"))
