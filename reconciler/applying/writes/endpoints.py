"""Writes the fields that have an endpoint of their own: estimate and budget, rates, members, the template flag."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.payloads import patch_body
from reconciler.kinds.people import rename_people
from reconciler.model import Field, FieldRole
from reconciler.value_types import FollowUpType, Wire

Send = Callable[[Field, str, str, Wire], None]
"""Sends one request: the field that it is for, method, endpoint and body."""


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
        send(wanted[0], wanted[0].method, endpoint, body)
        if refusal := item.refusals.get(wanted[0].name):
            item.refusals |= {field.name: refusal for field in wanted}
        for field, place, rest in list(_follow_ups(item, wanted, people)):
            send(field, "PUT", place, rest)


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
