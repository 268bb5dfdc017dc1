"""The bodies of write requests, from a change and the object as it was last read. Pure.

An update's body holds everything that an update could lose: declared fields, the other fields of the kind as they are, and
the keys that the manifest has no word for (docs/clockify.md sections 6-9 and 12 #3-5). What is null stays out, for null is not in the
contract; what is empty goes along as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.model import Field, FieldRole, Kind, Wire
from reconciler.planning.plan import Change

People = Mapping[str, str]
"""E-mail address → user id."""


def create_body(
    kind: Kind, change: Change, parent_id: str, settings: Mapping[str, Any], people: People
) -> dict[str, Any]:
    """What `POST` sends: name, parent, declared fields, and the workspace's own default where that has a setting.

    Fields that a create is known to drop are sent all the same, for the service may have learnt to take them; a lifecycle that
    it drops is not, since what was put away may not take children any more.
    """
    body: dict[str, Any] = {"name": change.address.name}
    if kind.parent_wire and parent_id:
        body[kind.parent_wire] = parent_id
    for field in kind.fields:
        declared = change.field_named(field.name)
        if declared is not None and not (field.role is FieldRole.LIFECYCLE and field.dropped_on_create):
            # An endpoint of its own, such as a project's estimate, goes by that name in the create request.
            body[field.endpoint or field.wire] = wire_value(field, declared.after, people)
        elif declared is None and field.setting and isinstance(settings.get(field.setting), bool):
            body[field.wire] = settings[field.setting]
    return body


def update_body(kind: Kind, wire: Wire, overlay: Mapping[str, Any], people: People) -> dict[str, Any]:
    """What `PUT` sends: the object as it is, with canonical field values of `overlay` over it.

    `overlay` may also hold `name` and the kind's parent wire key (an id), both as the wire has them.
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
        current = field.type.read(wire.get(field.answer_key))
        if field.endpoint or (field.wire in kind.restored and field.name not in overlay):
            continue
        if field.name in overlay:
            _put(body, field.wire, wire_value(field, overlay[field.name], people), current)
        else:
            _keep(body, field, wire.get(field.answer_key))
    for key in kind.carried:
        if wire.get(key) is not None:
            body[key] = wire[key]
    return body


def _put(body: dict[str, Any], key: str, value: Any, current: Any) -> None:
    empty = value in (None, "", [], "PT0S")
    if not (empty and current in (None, "", (), [])):
        body[key] = value if value is not None else ""


def _keep(body: dict[str, Any], field: Field, raw: Any) -> None:
    """Send back what is there, the empty text or list as itself: a service that replaces would make null of it."""
    current = field.type.read(raw)
    if raw is not None:
        body[field.wire] = raw if current in (None, ()) else field.type.write(current)


def wire_value(field: Field, value: Any, people: People) -> Any:
    """A canonical value as the wire has it; e-mail addresses become ids, what is unknown stays as it is."""
    if field.role is FieldRole.PEOPLE:
        return field.type.write(tuple(people.get(person, person) for person in value or ()))
    return field.type.write(value)


def estimate_body(field: Field, wire: Wire, after: Any) -> dict[str, Any]:
    """What `PATCH .../estimate` sends; a budget estimate that is there goes along as it is."""
    current = wire.get(field.answer_key) or {}
    mine = {
        "active": after is not None,
        "estimate": after or "PT0S",
        "type": "MANUAL" if after else "AUTO",
        "includeNonBillable": current.get("includeNonBillable", True),
    }
    if current.get("resetOption"):
        mine["resetOption"] = current["resetOption"]
    budget = wire.get("budgetEstimate")
    return {field.answer_key: mine, **({"budgetEstimate": budget} if isinstance(budget, dict) else {})}


def lost_keys(kind: Kind, before: Wire, answer: Wire, overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Undeclared keys that an update took away although it should not have: key → value to send to have it back."""
    declared = {f.wire for f in kind.fields if f.name in overlay}
    lost = {}
    for key in kind.restored:
        was, now = before.get(key), answer.get(key)
        if key not in declared and isinstance(was, Mapping) and was.get("amount") and was != now:
            lost[key] = {"amount": was["amount"]}
    return lost
