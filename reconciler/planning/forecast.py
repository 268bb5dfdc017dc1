"""What a plan costs in requests and seconds, and which new tasks fit into the request that creates their project."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Forecast
from reconciler.state import Live

AT_LEAST = 2
"""A single child costs one request either way, and the probe one more."""
AT_MOST = 100
"""Most children in one create: no limit of the service is documented, and a body should stay small. The rest is posted."""


def forecast_changes(live: Live, changes: Sequence[Change], per_second: float) -> Forecast:
    """The cost of applying `changes` at a rate of `per_second` requests, reading what `live` took included."""
    writing = _writing(changes)
    reading = live.requests if writing else 0
    return Forecast(reading, writing, 0, round((reading + writing) / per_second, 2), requests_saved(changes))


def forecast_rest(whole: Forecast, changes: Sequence[Change]) -> Forecast:
    """The cost of `changes`, a part of a plan, at the request rate of the forecast of the whole."""
    writing = _writing(changes)
    reading = whole.reading if writing else 0
    pace = whole.seconds / whole.requests if whole.requests else 0.0
    seconds = round((reading + writing) * pace, 2)
    return Forecast(reading, writing, whole.verifying if writing else 0, seconds, requests_saved(changes))


def _writing(changes: Sequence[Change]) -> int:
    """One request for each step."""
    return sum(len(change.steps) for change in changes)


def inline_groups(changes: Sequence[Change]) -> dict[Address, tuple[Change, ...]]:
    """By parent, in the order of the plan, the new children that may be sent in its create. Whether the service keeps them is probed."""
    inside: dict[Address, list[Change]] = {}
    for change in changes:
        if change.action is Action.CREATE and BY_NAME[change.kind].inline:
            parent = parent_of(change.address)
            if parent is not None:
                inside.setdefault(parent, []).append(change)
    if not inside:
        return {}
    new = [change.address for change in changes if change.action is Action.CREATE]
    return {parent: tuple(inside[parent][:AT_MOST]) for parent in new if len(inside.get(parent, ())) >= AT_LEAST}


def requests_saved(changes: Sequence[Change]) -> int:
    """Number of requests saved if the service keeps such children: one each, less those that read them back."""
    parents = inline_groups(changes)
    read_back = min(len(parents), 2)  # the probe's own list, and one list for all the others
    return max(0, sum(map(len, parents.values())) - read_back)
