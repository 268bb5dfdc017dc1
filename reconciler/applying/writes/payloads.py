"""The bodies of write requests, from a change and the last object read. Pure.

An update sends every key that it could reset: declared fields, the kind's other fields with their present values, and keys
outside the manifest format (docs/clockify.md sections 6-9 and 12 #3-5). What is not declared goes back as it was answered, character
for character. Null values are omitted, since the contract does not allow null; empty values are sent.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from reconciler.kinds.people import rename_people
from reconciler.model import UNSET, Field, FieldRole, Kind
from reconciler.planning.derive import fields_reset
from reconciler.planning.plan import Change
from reconciler.value_types import PatchType, Wire

People = Mapping[str, str]
"""E-mail address → user id."""


def create_body(
    kind: Kind, change: Change, parent_id: str, settings: Mapping[str, Any], people: People
) -> dict[str, Any]:
    """What `POST` sends: name, parent, declared fields, and workspace defaults for undeclared fields with a setting.

    Fields that a create is known to drop are sent too, since the service may accept them by now. A lifecycle that it drops is
    not sent: an archived resource may not accept children.
    """
    body: dict[str, Any] = {"name": change.address.name}
    if kind.parent_wire and parent_id:
        body[kind.parent_wire] = parent_id
    for field in kind.fields:
        declared = change.field_named(field.name)
        if field.endpoint and field.dropped_on_create:
            continue
        if declared is not None and not (field.role is FieldRole.LIFECYCLE and field.dropped_on_create):
            # In a create request, a field with an endpoint has the endpoint's name as its key.
            body[field.endpoint or field.wire] = wire_value(field, declared.after, people)
        elif declared is None and field.setting and isinstance(settings.get(field.setting), bool):
            body[field.wire] = settings[field.setting]
    for field in kind.undeclared:
        declared = change.field_named(field.name)
        if declared is not None and not field.endpoint and not field.dropped_on_create:
            body[field.wire] = wire_value(field, declared.after, people)
    return body


def update_body(kind: Kind, wire: Wire, overlay: Mapping[str, Any], people: People) -> dict[str, Any]:
    """What `PUT` sends: the present object with the canonical field values of `overlay`.

    `overlay` may also contain `name` and the parent's id under `kind.parent_wire`, both in wire form.
    """
    body: dict[str, Any] = {"name": overlay.get("name", wire.get("name"))}
    if kind.parent_wire:
        _put(
            body,
            kind.parent_wire,
            overlay.get(kind.parent_wire, wire.get(kind.parent_wire)),
            wire.get(kind.parent_wire),
        )
    for field in kind.fields:
        if field.endpoint or (field.wire in kind.restored and field.name not in overlay):
            continue
        raw = field.raw(wire)
        if field.name in overlay:
            # An unknown value may have to be cleared: it is sent, also if empty.
            current = field.type.read(raw) if field.is_answered(wire) else UNSET
            _put(body, field.wire, wire_value(field, overlay[field.name], people), current)
        elif raw is not None:
            # As it was answered: the canonical form has another case, spelling or order, and nobody declared that.
            body[field.wire] = raw
    for key in kind.carried:
        if wire.get(key) is not None:
            body[key] = wire[key]
    for field in kind.undeclared:
        if field.name in overlay and not field.endpoint:
            body[field.wire] = wire_value(field, overlay[field.name], people)
    return body


def unknown_fields(kind: Kind, wire: Wire, overlay: Container[str]) -> tuple[Field, ...]:
    """The fields that an update with `overlay` would reset because the object lacks them: such an update must not be sent."""
    return fields_reset(kind, {field.name for field in kind.fields if field.is_answered(wire)}, overlay)


def _put(body: dict[str, Any], key: str, value: Any, current: Any) -> None:
    empty = value in (None, "", [], "PT0S")
    if not (empty and (current is None or current in ("", (), []))):
        body[key] = value if value is not None else ""


def wire_value(field: Field, value: Any, people: People) -> Any:
    """Canonical value → wire value; e-mail addresses become user ids, unknown ones stay."""
    if field.role is FieldRole.PEOPLE:
        return field.type.write(rename_people(value, people))
    return field.type.write(value)


def patch_body(field: Field, wire: Wire, value: Any) -> dict[str, Any]:
    """What `PATCH` of a field's endpoint sends; the field's type decides. Raises TypeError if the type cannot be patched."""
    if not isinstance(field.type, PatchType):
        raise TypeError(f"{field.name} has an endpoint, and its type has no patch_body")
    return field.type.patch_body(wire, value)


def lost_keys(kind: Kind, before: Wire, answer: Wire, overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Undeclared keys that an update cleared: key → value to send to restore it."""
    declared = {f.wire for f in kind.every_field if f.name in overlay}
    lost = {}
    for key in kind.restored:
        was, now = before.get(key), answer.get(key)
        if key not in declared and isinstance(was, Mapping) and was.get("amount") and was != now:
            lost[key] = {"amount": was["amount"]}
    return lost
