"""Writes the fields that have an endpoint of their own: estimate and budget, rates, members, the template flag."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.payloads import patch_body
from reconciler.applying.writes.roles import ROLES
from reconciler.errors import ApiError
from reconciler.kinds.managers import PROJECT_MANAGER
from reconciler.kinds.people import rename_people
from reconciler.model import Field, FieldRole, Kind
from reconciler.value_types import FollowUpType, MembersType, Wire

PAYMENT_REQUIRED, NOT_IN_PLAN = 402, 4033
"""The status and the code of Clockify for a feature that the workspace's plan does not include (docs/clockify.md section 1.2)."""

Send = Callable[[Field, str, str, Wire], None]
"""Sends one request: the field that it is for, method, endpoint and body."""


class PlanLimits:
    """The endpoints that the workspace's plan does not include: the first refusal of each is reported, and no more are asked for."""

    def __init__(self) -> None:
        self._excluded: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def exclude(self, kind: Kind, endpoint: str) -> bool:
        """Whether an earlier refusal of this run was that of the plan."""
        return _feature(kind, endpoint) in self._excluded

    def message(self, kind: Kind, endpoint: str, error: ApiError) -> str:
        """The refusal in words. One of the plan holds for the whole run; one of a role may be of that resource alone.

        Empty for another refusal of the plan for the same endpoint.
        """
        if error.status != PAYMENT_REQUIRED and error.code != NOT_IN_PLAN:
            return error.message
        with self._lock:
            is_first = _feature(kind, endpoint) not in self._excluded
            self._excluded.add(_feature(kind, endpoint))
        # Changes at the same time may each have asked before the first answer.
        return "" if not is_first else f"not in this workspace's plan: {error.message}"


def _feature(kind: Kind, endpoint: str) -> tuple[str, str]:
    """What a plan includes or not: the rate of one member is that of all."""
    first, *_, last = f"{endpoint}/{endpoint}".split("/")
    return kind.name, f"{first}/{last}"


def write_endpoints(
    item: WorkItem, fields: Collection[Field], missing: Collection[str], people: Mapping[str, str], send: Send
) -> None:
    """Send one request for each endpoint of a missing field, with every changed field of that endpoint, then what their types add.

    `fields`: those to write, of which the change has some. `people`: e-mail address → user id. Fields in `item.refusals` are not
    sent again.
    """
    by_endpoint: dict[str, list[Field]] = {}
    for field in fields:
        if field.endpoint and item.change.field_named(field.name) is not None:
            by_endpoint.setdefault(field.endpoint, []).append(field)
    for endpoint, together in by_endpoint.items():
        wanted = [field for field in together if field.name in missing and field.name not in item.refusals]
        if not wanted:
            continue
        body: dict[str, Any] = {}
        for field in together:
            # Each on top of the others: fields of one endpoint are parts of the same objects.
            body |= patch_body(field, {**item.wire, **body}, _wanted_value(item, field, people))
        # Before the set: who is no longer a member must not stay a manager.
        _send_roles(item, wanted, people, send, is_manager=False)
        send(wanted[0], wanted[0].method, endpoint, body)
        if wanted[0].name in item.refusals:
            item.refusals |= {field.name: item.refusals[wanted[0].name] for field in wanted}
        for field, place, rest in list(_follow_ups(item, wanted, people)):
            send(field, "PUT", place, rest)
        _send_roles(item, wanted, people, send, is_manager=True)


def _send_roles(
    item: WorkItem, fields: Collection[Field], people: Mapping[str, str], send: Send, *, is_manager: bool
) -> None:
    """Send a request for each member who becomes a manager, or for each manager who no longer is one."""
    for field in fields:
        if isinstance(field.type, MembersType) and field.name not in item.refusals:
            value = _wanted_value(item, field, people)
            users = field.type.new_managers if is_manager else field.type.former_managers
            for user in users(item.wire, value):
                body = {"entityId": item.id, "role": PROJECT_MANAGER}
                send(field, "POST" if is_manager else "DELETE", f"users/{user}{ROLES}", body)


def _wanted_value(item: WorkItem, field: Field, people: Mapping[str, str]) -> Any:
    change = item.change.field_named(field.name)
    value = change.after if change is not None else None
    return rename_people(value, people) if field.role is FieldRole.PEOPLE else value


def _follow_ups(
    item: WorkItem, fields: Collection[Field], people: Mapping[str, str]
) -> Iterator[tuple[Field, str, dict[str, Any]]]:
    for field in fields:
        if isinstance(field.type, FollowUpType) and field.name not in item.refusals:
            for endpoint, body in field.type.follow_ups(item.wire, _wanted_value(item, field, people)):
                yield field, endpoint, body
