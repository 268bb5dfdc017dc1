"""What a plan costs in requests and seconds, and which new tasks fit into the request that creates their project."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import BY_NAME, KINDS, parent_of
from reconciler.model import Address
from reconciler.planning.derive import undeclared_requests
from reconciler.planning.plan import Action, Change, Forecast, Step
from reconciler.state import Live

MAX_AGE = 60.0
"""Seconds after which a reading is repeated before an update, unless `apply --max-age` says otherwise."""
AT_LEAST = 2
"""A single child costs one request either way, and the probe one more."""
AT_MOST = 100
"""Most children in one create: no limit of the service is documented, and a body should stay small. The rest is posted."""


def forecast_changes(live: Live, changes: Sequence[Change], per_second: float, max_age: float = MAX_AGE) -> Forecast:
    """The cost of applying `changes` at a rate of `per_second` requests, reading what `live` took included.

    `max_age`: seconds after which a reading is repeated before an update.
    """
    reading = live.requests if changes else 0
    return _forecast(reading, changes, per_second, people=len(live.timekeepers), max_age=max_age)


def forecast_rest(whole: Forecast, changes: Sequence[Change]) -> Forecast:
    """The cost of `changes`, a part of a plan, at the request rate of the forecast of the whole."""
    per_second = whole.requests / whole.seconds if whole.seconds else 0.0
    reading = whole.reading if changes else 0
    return _forecast(reading, changes, per_second, people=whole.people, max_age=whole.max_age)


def _forecast(reading: int, changes: Sequence[Change], per_second: float, *, people: int, max_age: float) -> Forecast:
    writing = _writing(changes)
    limit = max_age * per_second if per_second else float("inf")
    verifying = _verifying(reading, changes, people=people, limit=limit)
    seconds = round((reading + writing + verifying) / per_second, 2) if per_second else 0.0
    return Forecast(reading, writing, verifying, seconds, requests_saved(changes), people, max_age)


def _verifying(reading: int, changes: Sequence[Change], *, people: int, limit: float) -> int:
    """The requests that read a resource again right before it is written: before a delete always, before the first update of a
    change only after `limit` requests since the read began. Such a delete also lists the users again, once per `limit`.
    """
    sent, verifying, people_at = reading, 0, 0
    for change in changes:
        is_read = change.action is Action.CREATE  # what a create answers is newer than any reading
        for step in change.steps:
            extra = 0
            if step is Step.DELETE:
                extra = requests_before_delete(change, people)
                if _counts_time(change) and sent - people_at > limit:
                    extra, people_at = extra + 1, sent
            elif not is_read and sent > limit:
                extra = 1
            is_read = True
            verifying += extra
            sent += extra + 1
    return verifying


def requests_before_delete(change: Change, people: int) -> int:
    """The requests before a delete: the object, the lists of its children, and the time entries of each user."""
    lists = sum(2 if kind.parent_wire else 1 for kind in KINDS if kind.parent == change.kind)
    return 1 + lists + (people if _counts_time(change) else 0)


def _counts_time(change: Change) -> bool:
    return isinstance(change.precondition.time_entries, int)


def _writing(changes: Sequence[Change]) -> int:
    """One request for each step, but the most that undeclared fields take."""
    return sum(
        undeclared_requests(change) if step is Step.UNDECLARED else 1 for change in changes for step in change.steps
    )


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
