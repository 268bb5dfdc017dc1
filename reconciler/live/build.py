"""Builds the Live state from JSON objects: addresses, canonical values and duplicates. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import IncompleteReadError, ProtocolError
from reconciler.kinds import BY_NAME, KINDS
from reconciler.kinds.durations import seconds_of
from reconciler.kinds.people import rename_people
from reconciler.model import UNSET, Address, Field, FieldRole, Kind, Resource
from reconciler.state import ListProof, Live, Workspace
from reconciler.text import sanitize
from reconciler.value_types import ExclusiveType, Wire

_INVALID = (TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading a value of another type or shape raises."""


@dataclass(slots=True)
class Fetched:
    """The objects that were fetched so far.

    `objects`: by kind, then by the id of the parent whose list they come from ("" for a list of the whole workspace).
    `embedded`: ids of parents whose children were embedded in them; `listed`: ids of parents whose children were listed.
    """

    objects: dict[str, dict[str, tuple[Wire, ...]]] = field(default_factory=dict)
    embedded: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    proofs: list[ListProof] = field(default_factory=list)


def build(workspace: Workspace, fetched: Fetched, users: Mapping[str, str]) -> Live:
    """The Live state. `users` (id → e-mail address) replaces ids in fields of people; unknown ids stay.

    Raises IncompleteReadError if a parent is missing, ProtocolError if a value has an unknown shape.
    """
    resources: dict[Address, Resource] = {}
    duplicates: list[Resource] = []
    by_id: dict[str, dict[str, Resource]] = {}
    shadowed: set[str] = set()
    for kind in KINDS:
        candidates = list(_resources(kind, fetched.objects.get(kind.name, {}), by_id.get(kind.parent, {}), users))
        by_id[kind.name] = {resource.id: resource for resource in candidates}
        # Active resources first, then the lowest id. A child of a duplicate is a duplicate: its address belongs to another resource.
        candidates.sort(key=lambda r: (BY_NAME[r.kind].is_archived(r.values), r.id))
        for resource in candidates:
            if resource.parent_id in shadowed or resource.address in resources:
                shadowed.add(resource.id)
                duplicates.append(resource)
            else:
                resources[resource.address] = resource
    proven = frozenset(fetched.listed | (fetched.embedded if _shows_archived(fetched, by_id) else set()))
    return Live(workspace, resources, tuple(duplicates), dict(users), proven, tuple(fetched.proofs))


def _shows_archived(fetched: Fetched, by_id: Mapping[str, Mapping[str, Resource]]) -> bool:
    """Whether embedded children include an archived one: then the responses omit no child of any parent."""
    return any(
        kind.is_archived(resource.values)
        for kind in KINDS
        if kind.is_embedded
        for resource in by_id[kind.name].values()
        if resource.parent_id in fetched.embedded
    )


def _resources(
    kind: Kind, objects: Mapping[str, Iterable[Wire]], parents: Mapping[str, Resource], users: Mapping[str, str]
) -> Iterable[Resource]:
    readers = [(f.name, _value_reader(f, users)) for f in kind.fields]
    for listed_under, wires in objects.items():
        for wire in wires:
            parent_id = listed_under or (str(wire.get(kind.parent_wire) or "") if kind.parent_wire else "")
            parent = _parent(kind, wire, parent_id, parents)
            name = wire.get("name")
            if not isinstance(name, str) or not name:
                raise ProtocolError(f"{kind.name} {sanitize(wire['id'], 60)} has no name")
            try:
                values = {field_name: value for field_name, reader in readers if (value := reader(wire)) is not UNSET}
            except _INVALID:
                raise _invalid_value(kind, wire) from None
            yield Resource(
                address=parent.address.child(kind.name, name) if parent else Address(kind.name, (name,)),
                values=values,
                parent=parent.address if parent else None,
                id=wire["id"],
                parent_id=parent_id,
                wire=wire,
                tracked_seconds=tracked_seconds(kind, wire),
            )


def _parent(kind: Kind, wire: Wire, parent_id: str, parents: Mapping[str, Resource]) -> Resource | None:
    if parent_id and parent_id not in parents:
        owner = BY_NAME[kind.parent]
        raise IncompleteReadError(
            f"{kind.name} {sanitize(str(wire.get('name')), 100)!r} ({sanitize(wire['id'], 60)}) belongs to {owner.name} "
            f"{sanitize(parent_id, 60)}, which is not in the list of {owner.plural}",
            hint="the workspace changed during the read, or a list is incomplete; run again",
        )
    if not parent_id and kind.parent_required:
        raise ProtocolError(f"{kind.name} {sanitize(wire['id'], 60)} has no {kind.parent}")
    return parents.get(parent_id)


def _value_reader(declared: Field, users: Mapping[str, str]) -> Callable[[Wire], Any]:
    """A function that reads the canonical value of a field from an object: UNSET if the object lacks it, None for null.

    If the field has a key of its own in responses and that key is empty, the key of requests is read: a project has its
    estimate under both keys, and in some responses only under the older one, which does not say whether it is switched off.
    """
    key, request_key, to_value = declared.answer_key, declared.wire, declared.type.read

    exclusive = declared.type if isinstance(declared.type, ExclusiveType) else None

    def plain(wire: Wire) -> Any:
        value = to_value(wire[key]) if key in wire else UNSET
        is_empty = (value is UNSET or not value) and not (exclusive and exclusive.switched_off(wire))
        return to_value(wire[request_key]) if is_empty and request_key in wire else value

    def people(wire: Wire) -> Any:
        value = plain(wire)
        return value if value is UNSET else tuple(sorted(rename_people(value, users)))

    return people if declared.role is FieldRole.PEOPLE else plain


def read_values(kind: Kind, wire: Wire, users: Mapping[str, str]) -> dict[str, Any]:
    """The canonical values of one object, without fields that it lacks. Raises ProtocolError for a value of another type."""
    try:
        values = {f.name: _value_reader(f, users)(wire) for f in kind.fields}
    except _INVALID:
        raise _invalid_value(kind, wire) from None
    return {name: value for name, value in values.items() if value is not UNSET}


def read_undeclared(kind: Kind, wire: Wire, users: Mapping[str, str]) -> dict[str, Any]:
    """The canonical values of what no manifest declares. A value of another type is left out: nothing depends on it."""
    return read_readable(kind.undeclared, wire, users)


def read_readable(fields: Iterable[Field], wire: Wire, users: Mapping[str, str]) -> dict[str, Any]:
    """The canonical values of some fields, without those that the object lacks and those of another type."""
    values = {}
    for each in fields:
        with suppress(*_INVALID):
            values[each.name] = _value_reader(each, users)(wire)
    return {name: value for name, value in values.items() if value is not UNSET}


def _invalid_value(kind: Kind, wire: Wire) -> ProtocolError:
    """The error that names the object and the key whose value cannot be read."""
    for declared in kind.fields:
        for key in (declared.answer_key, declared.wire):
            try:
                declared.type.read(wire.get(key))
            except _INVALID as error:
                resource_id = sanitize(str(wire.get("id")), 60)
                return ProtocolError(
                    f"{kind.name} {resource_id} has an invalid value of {key!r}: {sanitize(str(error), 120)}",
                    hint="the service or a proxy violates the API contract; check --base-url and --gateway",
                )
    raise AssertionError("a value is invalid")


def tracked_seconds(kind: Kind, wire: Wire) -> int | None:
    """The tracked time of an object; None if its kind or the object has none."""
    if kind.tracks_time and "duration" in wire:
        with suppress(TypeError, ValueError):
            return seconds_of(wire["duration"])
    return None
