"""Who manages a project: read from the roles of users, and kept in the memberships of a project's object, which answers lack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from reconciler.kinds.json_values import object_or_none
from reconciler.value_types import Wire

MANAGER = "manager"
"""The word of a manager among members, and the key of a membership that says so; no answer has that key."""
PROJECT_MANAGER = "PROJECT_MANAGER"


def managers_of(users: Iterable[Wire]) -> dict[str, set[str]] | None:
    """Project id → ids of its managers, from a list of users with `include-roles=true`; None if none of them shows roles.

    Each role is `{role, entities: [{id}]}`.
    """
    found: dict[str, set[str]] = {}
    is_shown = False
    for user in users:
        roles = user.get("roles")
        is_shown = is_shown or isinstance(roles, list)
        for role in map(object_or_none, roles if isinstance(roles, list) else ()):
            entities = role.get("entities") if role and role.get("role") == PROJECT_MANAGER else None
            for entity in map(object_or_none, entities if isinstance(entities, list) else ()):
                if entity and isinstance(entity.get("id"), str):
                    found.setdefault(entity["id"], set()).add(user["id"])
    return found if is_shown else None


def managers_in(wire: Wire) -> frozenset[str]:
    """The ids of the members of an object that are noted as managers."""
    return frozenset(item["userId"] for item in _memberships(wire) if item.get(MANAGER) is True and "userId" in item)


def is_noted(wire: Wire) -> bool:
    """Whether it is noted who of the members of an object manages it."""
    return any(MANAGER in item for item in _memberships(wire))


def with_managers(wire: Wire, managers: Collection[str]) -> Wire:
    """The object with these people, as far as they are members, noted as its managers, and no others."""
    if not isinstance(wire.get("memberships"), list):
        return wire
    noted = [_noted(item, managers) for item in wire["memberships"]]
    return {**wire, "memberships": noted}


def _noted(item: Any, managers: Collection[str]) -> Any:
    if not isinstance(item, Mapping):
        return item
    return {**item, MANAGER: item.get("userId") in managers}


def _memberships(wire: Wire) -> list[Mapping[str, Any]]:
    items = wire.get("memberships")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
