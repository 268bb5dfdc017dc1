"""The tracked time of a resource, read per user: the API has no list of the time entries of all users."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from reconciler.errors import ApiError
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME
from reconciler.kinds.durations import seconds_of
from reconciler.model import Resource
from reconciler.state import Usage
from reconciler.value_types import Wire

UNREADABLE_STATUSES = frozenset({400, 403, 404})
"""Statuses for a role or subscription plan without access, or for a removed user: the usage is unknown, which counts as used."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T)")


def usage_of(reader: Reader, workspace_id: str, resource: Resource, people: Iterable[str]) -> Usage:
    """The time entries of all `people` (user ids) on a resource. Running entries count without time.

    The entries of every user are read, even after the first hit: an approval shows the total, and for an unused resource,
    the usual case, every user has to be read anyway.
    """
    return usages_of(reader, workspace_id, [resource], people)[resource.id]


def usages_of(
    reader: Reader, workspace_id: str, resources: Sequence[Resource], people: Iterable[str]
) -> dict[str, Usage]:
    """The usage of each resource, by its id. Of one whose entries cannot be read for one person, no further person's are asked for.

    All resources are asked about one person before the next: so an unreadable one is known before it is asked about again.
    """
    used = {resource.id: Usage() for resource in resources}
    params = {resource.id: BY_NAME[resource.kind].usage_param for resource in resources}

    def entries_of(person: str, resource_id: str) -> tuple[Wire, ...] | None:
        if not used[resource_id].known:
            return ()
        filters: dict[str, Any] = {params[resource_id]: resource_id}
        try:
            return reader.time_entries(workspace_id, person, **filters).items
        except ApiError as error:
            if error.status not in UNREADABLE_STATUSES:
                raise
            return None

    wanted = [(person, resource_id) for person in people for resource_id in used]
    answers = reader.in_order([partial(entries_of, *each) for each in wanted])
    for (_, resource_id), entries in zip(wanted, answers, strict=True):
        if entries is None:
            used[resource_id] = replace(used[resource_id], known=False)
        elif used[resource_id].known:
            used[resource_id] = _with_entries(used[resource_id], entries)
    return used


def _with_entries(used: Usage, entries: tuple[Wire, ...]) -> Usage:
    """The usage with the entries of one more user."""
    if not entries:
        return used
    return Usage(
        used.tracked_seconds + sum(map(_seconds, entries)),
        used.time_entries + len(entries),
        users=used.users + 1,
        last_used=max((used.last_used, *_days(entries))),
        running=used.running + sum(map(_is_running, entries)),
    )


def _interval(entry: Wire) -> Wire:
    interval = entry.get("timeInterval")
    return interval if isinstance(interval, dict) else {}


def _seconds(entry: Wire) -> int:
    try:
        return seconds_of(_interval(entry).get("duration"))
    except (TypeError, ValueError):
        return 0


def _is_running(entry: Wire) -> bool:
    interval = _interval(entry)
    return bool(interval.get("start")) and interval.get("end") is None and interval.get("duration") is None


def _days(entries: Iterable[Wire]) -> Iterator[str]:
    for entry in entries:
        if day := _DAY.match(str(_interval(entry).get("start") or "")):
            yield day.group()
