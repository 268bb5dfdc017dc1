"""How much tracked time hangs on a resource: asked per person, since the API has no list of everybody's time entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from reconciler.errors import ApiError
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME
from reconciler.kinds.field_types import seconds_of
from reconciler.model import Resource, Wire
from reconciler.state import Usage

REFUSALS = frozenset({400, 403, 404})
"""A role or plan that may not look, or a person who left: the answer is not known, which counts as used."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T)")


def usage_of(reader: Reader, workspace_id: str, resource: Resource, people: Iterable[str]) -> Usage:
    """The time entries of all `people` (user ids) on a resource. Running ones count as entries without time.

    Everybody is asked, also behind the first entry found: whoever approves an archive wants to know how much hangs on it, and
    for what is unused, which is the usual case, everybody has to be asked anyway.
    """
    param = BY_NAME[resource.kind].usage_param
    used = Usage()
    for person in people:
        filters: dict[str, Any] = {param: resource.id}
        try:
            found = reader.time_entries(workspace_id, person, **filters)
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            return replace(used, known=False)
        used = _with(used, found.items)
    return used


def _with(used: Usage, entries: tuple[Wire, ...]) -> Usage:
    """What is known with one more person's entries."""
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
        if found := _DAY.match(str(_interval(entry).get("start") or "")):
            yield found.group()
