"""How much tracked time hangs on a resource: asked per person, since the API has no list of everybody's time entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.errors import ApiError
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME
from reconciler.kinds.field_types import seconds_of
from reconciler.model import Resource, Wire
from reconciler.state import Usage

REFUSALS = frozenset({400, 403, 404})
"""A role or plan that may not look, or a person who left: the answer is not known, which counts as used."""


def usage_of(reader: Reader, workspace_id: str, resource: Resource, people: Iterable[str]) -> Usage:
    """The time entries of all `people` (user ids) on a resource. Running ones count as entries without time."""
    param = BY_NAME[resource.kind].usage_param
    seconds = entries = 0
    for person in people:
        filters: dict[str, Any] = {param: resource.id}
        try:
            found = reader.time_entries(workspace_id, person, **filters)
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            return Usage(seconds, entries, known=False)
        entries += len(found.items)
        seconds += sum(map(_seconds, found.items))
    return Usage(seconds, entries)


def _seconds(entry: Wire) -> int:
    interval = entry.get("timeInterval")
    try:
        return seconds_of(interval.get("duration")) if isinstance(interval, dict) else 0
    except (TypeError, ValueError):
        return 0
