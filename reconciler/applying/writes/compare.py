"""Compares intended values with the objects that the service answers, field by field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.live import read_undeclared, read_values
from reconciler.model import Field, Kind
from reconciler.planning.plan import Change, FieldChange
from reconciler.value_types import FollowUpType, MembersType, Wire


def missing_fields(
    change: Change, kind: Kind, wire: Wire, parent_id: str, users: Mapping[str, str]
) -> list[FieldChange]:
    """Changed fields without their intended value, as `before` the intended and `after` the present value.

    `parent_id`: the intended parent. `users`: user id → e-mail address. Raises ProtocolError for unreadable values.
    """
    values: dict[str, Any] = {**read_values(kind, wire, users), "name": wire.get("name")}
    values |= read_undeclared(kind, wire, users)
    missing = []
    for field in change.fields:
        if kind.parent_wire and field.name == kind.parent:
            if (wire.get(kind.parent_wire) or "") != parent_id:
                missing.append(FieldChange(field.name, field.after, field.before))
        elif values.get(field.name) != (field.after if field.name == "name" else answered_value(kind, field)):
            missing.append(FieldChange(field.name, field.after, values.get(field.name)))
    return missing


def answered_value(kind: Kind, change: FieldChange) -> Any:
    """The value that answers have after the change of a field."""
    return kind.field_named(change.name).answered(change.after)


def could_be_ours(
    change: Change, kind: Kind, wire: Wire, parent_id: str, users: Mapping[str, str], *, is_copy: bool = False
) -> bool:
    """Whether an object may be the result of our create: right parent, not archived unless declared so, and each declared field
    either with its value or still with the value of a new object. A new copy (`is_copy`) may have either value of a flag.
    """
    if kind.parent_wire and (wire.get(kind.parent_wire) or "") != parent_id:
        return False
    values = read_values(kind, wire, users)
    for field in kind.fields:
        declared, value = change.field_named(field.name), values.get(field.name)
        if (
            field.name == kind.lifecycle_name
            and value == kind.archived_value
            and (declared is None or declared.after != value)
        ):
            return False
        if declared is None or value == answered_value(kind, declared) or (is_copy and field.reset_if_omitted):
            continue
        if not is_untouched(field, value, declared.after):
            return False
    return True


def is_untouched(field: Field, value: Any, declared: Any = ()) -> bool:
    """Whether a field has a value that a new object may have. `declared`: the members that are to be set."""
    if isinstance(field.type, MembersType) and field.type.could_precede(value, declared):
        return True
    return not value or value in (field.created_as, field.default)


def matches_body(kind: Kind, body: Mapping[str, Any], wire: Wire) -> bool:
    """Whether an object already has all values of an update body: the update was carried out, or is not needed."""
    if any(key in body and body[key] != (wire.get(key) or "") for key in ("name", kind.parent_wire) if key):
        return False
    return all(_has_sent_value(field, body, wire) for field in fields_sent(kind, body))


def fields_sent(kind: Kind, body: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that the body of an update sets."""
    return tuple(field for field in kind.fields if _body_key(field) in body)


def could_follow(
    kind: Kind, before: Mapping[str, Any], body: Mapping[str, Any], wire: Wire, users: Mapping[str, str]
) -> bool:
    """Whether each value of an object is the one before an update (a snapshot) or the one in its body, so that it has no other edit."""
    current = snapshot_of(kind, wire, users)
    for name, value in current["values"].items():
        field = kind.field_named(name)
        is_new = _body_key(field) in body and _has_sent_value(field, body, wire)
        if value != before["values"].get(name) and not is_new:
            return False
    parent_id = current.get("parent_id", "")
    return current["name"] in (before["name"], body.get("name")) and parent_id in (
        before.get("parent_id", ""),
        body.get(kind.parent_wire or "") or "",
    )


def _body_key(field: Field) -> str:
    """The key of a field in the body of the write that sets it: a `PUT`, or the `PATCH` of its endpoint."""
    return field.answer_key if field.endpoint else field.wire


def _has_sent_value(field: Field, body: Mapping[str, Any], wire: Wire) -> bool:
    """Whether an object has the value of a field that a body sets; an object without the key has none."""
    if isinstance(field.type, FollowUpType):
        return field.is_answered(wire) and field.type.is_sent(body, wire)
    return field.is_answered(wire) and bool(field.type.read(body[_body_key(field)]) == field.type.read(field.raw(wire)))


def snapshot_of(kind: Kind, wire: Wire, users: Mapping[str, str]) -> dict[str, Any]:
    """An object for the journal: its name, the parent's id if it contains one, and its canonical values."""
    parent = {"parent_id": wire.get(kind.parent_wire) or ""} if kind.parent_wire else {}
    return {"name": wire.get("name"), **parent, "values": read_values(kind, wire, users)}
