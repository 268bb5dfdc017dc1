"""The shape of a sandbox document: the keys of every object, their JSON types, and the values of those that are left out."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.tables import Record

FORMAT = "reconciler-sandbox/1"
REQUIRED: Any = object()
ABSENT: Any = object()
"""The value of a key that stays away if it is left out."""

COLLECTIONS: Mapping[str, str] = {
    "user_groups": "group",
    "clients": "client",
    "projects": "project",
    "tasks": "task",
    "tags": "tag",
    "roles": "role",
    "time_entries": "entry",
    "reserved_names": "reserved",
}
"""The collections of a workspace and the kind of their objects, in the order in which they are stored."""

_ESTIMATE = {"estimate": "PT0S", "type": "AUTO"}
_TIME = {**_ESTIMATE, "resetOption": None, "active": False, "includeNonBillable": True}
_MONEY = {"amount": 0, "currency": "USD"}
_RATES = {"hourlyRate": ("rate?", None), "costRate": ("rate?", None), "rateHistory": ("[rate_history]", ABSENT)}
_NAMED = {"id": ("id", ABSENT), "name": ("text", REQUIRED), "workspaceId": ("text", ABSENT)}

SHAPES: Mapping[str, Mapping[str, tuple[str, Any]]] = {
    "document": {
        "format": ("text", REQUIRED),
        "ids": ("number", 0),
        "caller": ("text", ""),
        "users": ("[user]", REQUIRED),
        "connections": ("[connection]", ABSENT),
        "workspaces": ("[workspace]", []),
    },
    "user": {
        "id": ("id", ABSENT),
        "email": ("text", REQUIRED),
        "name": ("text?", None),
        "memberships": ("[membership]", ABSENT),
        "profilePicture": ("text", ABSENT),
        "activeWorkspace": ("text", ABSENT),
        "defaultWorkspace": ("text", ABSENT),
        "settings": ("object?", ABSENT),
        "status": ("text", ABSENT),
        "customFields": ("list", ABSENT),
    },
    "connection": {
        "connection_id": ("id", ABSENT),
        "status": ("text", "ACTIVE"),
        "creation_time": ("text", ABSENT),
        "last_updated_time": ("text", ABSENT),
        "app": ("text", "clockify"),
        "method": ("text", ABSENT),
        "metadata": ("object", ABSENT),
    },
    "workspace": {
        **_NAMED,
        "hourlyRate": ("rate", ABSENT),
        "costRate": ("rate", ABSENT),
        "memberships": ("[membership]", ABSENT),
        "workspaceSettings": ("object", ABSENT),
        "imageUrl": ("text", ABSENT),
        "featureSubscriptionType": ("text", ABSENT),
        "features": ("texts", ABSENT),
        "currencies": ("[currency]", ABSENT),
        "subdomain": ("object", ABSENT),
        "cakeOrganizationId": ("text", ABSENT),
        **{name: (f"[{kind}]", []) for name, kind in COLLECTIONS.items()},
    },
    "membership": {
        "userId": ("text", REQUIRED),
        **_RATES,
        "targetId": ("text", ABSENT),
        "membershipType": ("text", ABSENT),
        "membershipStatus": ("text", "ACTIVE"),
    },
    "rate": {"amount": ("number", REQUIRED), "currency": ("text", "USD")},
    "rate_history": {"key": ("text", REQUIRED), "since": ("text", REQUIRED), "rate": ("rate?", REQUIRED)},
    "currency": {"id": ("id", REQUIRED), "code": ("text", REQUIRED), "isDefault": ("flag", REQUIRED)},
    "group": {**_NAMED, "userIds": ("texts", [])},
    "client": {
        **_NAMED,
        "email": ("text?", None),
        "archived": ("flag", False),
        "address": ("text?", None),
        "note": ("text?", None),
        "ccEmails": ("texts?", None),
        "currencyId": ("text", ABSENT),
    },
    "project": {
        **_NAMED,
        **_RATES,
        "clientId": ("text", ""),
        "billable": ("flag", True),
        "memberships": ("[membership]", []),
        "color": ("text", "#1976D2"),
        "archived": ("flag", False),
        "note": ("text", ""),
        "estimate": ("estimate", _ESTIMATE),
        "timeEstimate": ("time_estimate", _TIME),
        "budgetEstimate": ("budget?", None),
        "estimateReset": ("object?", None),
        "template": ("flag", False),
        "public": ("flag", True),
    },
    "estimate": {"estimate": ("text", "PT0S"), "type": ("text", "AUTO")},
    "time_estimate": {
        "estimate": ("text", "PT0S"),
        "type": ("text", "AUTO"),
        "resetOption": ("text?", None),
        "active": ("flag", False),
        "includeNonBillable": ("flag", True),
    },
    "budget": {
        "estimate": ("number", REQUIRED),
        "type": ("text", "MANUAL"),
        "resetOption": ("text?", None),
        "active": ("flag", True),
        "includeExpenses": ("flag", False),
    },
    "task": {
        **_NAMED,
        **_RATES,
        "projectId": ("text", REQUIRED),
        "assigneeIds": ("texts", []),
        "assigneeId": ("text?", None),
        "estimate": ("text", "PT0S"),
        "status": ("text", "ACTIVE"),
        "billable": ("flag", True),
        "userGroupIds": ("texts", []),
        "budgetEstimate": ("number", 0),
    },
    "tag": {**_NAMED, "archived": ("flag", False)},
    "role": {
        "id": ("id", ABSENT),
        "workspaceId": ("text", ABSENT),
        "userId": ("text", REQUIRED),
        "role": ("text", REQUIRED),
        "entityId": ("text", REQUIRED),
        "sourceType": ("text", ""),
    },
    "entry": {
        "id": ("id", ABSENT),
        "workspaceId": ("text", ABSENT),
        "userId": ("text", REQUIRED),
        "timeInterval": ("interval", REQUIRED),
        "description": ("text", ""),
        "tagIds": ("texts?", None),
        "billable": ("flag", False),
        "taskId": ("text?", None),
        "projectId": ("text?", None),
        "customFieldValues": ("list", []),
        "type": ("text", "REGULAR"),
        "kioskId": ("text?", None),
        "hourlyRate": ("rate?", None),
        "costRate": ("rate?", None),
        "isLocked": ("flag", False),
    },
    "interval": {"start": ("text", REQUIRED), "end": ("text?", None), "duration": ("text?", None)},
    "reserved": {"kind": ("text", REQUIRED), "parent": ("text", ""), "name": ("text", REQUIRED)},
}
"""Every key as (form, value if it is left out). A form is a JSON type, another shape, or a list `[shape]`; `?` allows null."""

_PLAIN: Mapping[str, tuple[str, type]] = {
    "text": ("text", str),
    "id": ("text", str),
    "flag": ("true or false", bool),
    "number": ("a whole number", int),
    "object": ("an object", dict),
    "list": ("a list", list),
    "texts": ("a list of texts", list),
}


def problems_in(value: Any, form: str, place: str) -> Iterator[str]:
    """What is wrong with a value of a document, each with its place, such as `workspaces[0].tags[2].name`."""
    bare = form.removesuffix("?")
    if value is None and form != bare:
        return
    if bare.startswith("["):
        if not isinstance(value, list):
            yield f"{place} must be a list"
            return
        for index, item in enumerate(value):
            yield from problems_in(item, bare[1:-1], f"{place}[{index}]")
    elif bare in _PLAIN:
        yield from _plain_problems(value, bare, place)
    elif not isinstance(value, dict):
        yield f"{place or 'it'} must be an object"
    else:
        shape = SHAPES[bare]
        dot = f"{place}." if place else ""
        yield from (f"{dot}{key} is no key of a {bare}" for key in value if key not in shape)
        for key, (inner, default) in shape.items():
            if key in value:
                yield from problems_in(value[key], inner, f"{dot}{key}")
            elif default is REQUIRED:
                yield f"{dot}{key} is missing"


def _plain_problems(value: Any, form: str, place: str) -> Iterator[str]:
    """What is wrong with a value that is no object of a shape."""
    word, wanted = _PLAIN[form]
    fits = isinstance(value, wanted) and isinstance(value, bool) == (form == "flag")
    if fits and form == "texts":
        fits = all(isinstance(item, str) for item in value)
    if not fits:
        yield f"{place} must be {word}"
    elif form == "id" and not (0 < len(value) <= 64 and value.isascii() and value.replace("-", "").isalnum()):
        yield f"{place} must be 1 to 64 letters, digits and hyphens"
    elif form == "number" and abs(value) >= 2**63:
        yield f"{place} is out of range"


def filled(value: Any, form: str) -> Any:
    """A valid value with the keys that it leaves out."""
    bare = form.removesuffix("?")
    if value is None or bare in _PLAIN:
        return value
    if bare.startswith("["):
        return [filled(item, bare[1:-1]) for item in value]
    shape = SHAPES[bare]
    record: Record = {key: filled(item, shape[key][0]) for key, item in value.items()}
    missing = {key: default for key, (_, default) in shape.items() if key not in value and default is not ABSENT}
    return record | copy.deepcopy(missing)
