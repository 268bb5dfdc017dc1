"""Names: their validation and their uniqueness in a scope (docs/clockify.md sections 6-9 and 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.call import Call
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import refuse_angles, string
from reconciler.sandbox.tables import PARENT_KEY, Record

_LIMITS = {
    "client": (1, 100),
    "project": (2, 250),
    "task": (1, 1000),
    "tag": (1, 100),
    "workspace": (1, 50),
    "group": (1, 100),
}


def required(call: Call, body: Mapping[str, Any], kind: str) -> str:
    """The validated `name` of a request; rejected if it is absent."""
    name = string(body, "name") or ""
    if call.switches.names_trimmed:
        name = name.strip()
    if not name:
        raise domain(f"{kind}.required")
    least, most = _LIMITS[kind]
    if not least <= len(name) <= most:
        raise domain(f"{kind}.length")
    refuse_angles(name)
    return name


def optional(call: Call, body: Mapping[str, Any], kind: str) -> str | None:
    """As `required`, for requests that may omit the name: None if it is absent."""
    return None if body.get("name") is None else required(call, body, kind)


def ensure_free(call: Call, kind: str, record: Record) -> None:
    """Reject a name that is reserved or used by another record of the scope, archived and DONE ones included."""
    parent, name = record.get(PARENT_KEY.get(kind, ""), ""), record["name"]
    used = [o["name"] for o in call.store.named(kind, call.workspace, parent, name) if o["id"] != record["id"]]
    used += call.store.reserved(kind, call.workspace, parent, name)
    same = _is_same_without_case if call.switches.names_ignore_case else str.__eq__
    used = [other for other in used if same(other, name)]
    if not used:
        return
    client = call.store.load("client", parent) if kind == "project" and parent else None
    raise domain(f"{kind}.duplicate", name=name, client=client["name"] if client else "")


def _is_same_without_case(one: str, other: str) -> bool:
    """Whether two names have the same letters, each as a capital or a small one; `ß` is not `ss`."""
    return len(one) == len(other) and all(a == b or a.lower() == b.lower() for a, b in zip(one, other, strict=True))


def release(call: Call, kind: str, record: Record) -> None:
    """Release the name of a deleted record, or reserve it with the switch `reserved_names`."""
    if f"{kind}s" in call.switches.reserved_names:
        parent = record.get(PARENT_KEY.get(kind, ""), "")
        call.store.reserve(kind, call.workspace, parent, record["name"])


def fetch(call: Call, kind: str, object_id: str) -> Record:
    """The record with this id in the call's workspace; unknown, foreign and deleted ids give the same error."""
    record = call.store.load(kind, object_id)
    if record is None or record["workspaceId"] != call.workspace:
        raise domain(f"{kind}.missing")
    return record
