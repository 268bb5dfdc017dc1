"""What a plan costs in requests and seconds, and which new tasks fit into the request that creates their project.

The requests are all those of the `apply` that carries the plan out, from its start to its end: an upper bound for a service that
answers each request once, at the rate, and takes what it is sent.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconciler.kinds import BY_NAME, KINDS, parent_of
from reconciler.model import Address, Kind
from reconciler.planning.derive import endpoint_requests
from reconciler.planning.plan import Action, Change, Forecast, Step
from reconciler.planning.requirements import mentions_people
from reconciler.state import Live

MAX_AGE = 60.0
"""Seconds after which a reading is repeated before an update, unless `apply --max-age` says otherwise."""
AT_LEAST = 2
"""A single child costs one request either way, and the probe one more."""
AT_MOST = 100
"""Most children in one create: no limit of the service is documented, and a body should stay small. The rest is posted."""
_PAGE = 1000
"""Items of a page that a forecast counts on. The gateway asks for more, and a service may cut its pages."""
_DEFAULT_PAGE = 50
"""Items of a page of a service that shortens pages, which a list of fewer items does not show."""
_LATENCY = 0.5
"""Seconds between a request and its answer that the forecast of repeated readings allows for: steps are under way meanwhile."""


def forecast_changes(
    live: Live,
    changes: Sequence[Change],
    per_second: float,
    max_age: float = MAX_AGE,
    *,
    opening: int = 0,
    verifies: bool = False,
    done: Iterable[Change] = (),
) -> Forecast:
    """The cost of applying `changes` at a rate of `per_second` requests, what `live` took and the `opening` before it included.

    `max_age`: seconds after which a reading is repeated before an update. `opening`: requests before the reading, which find the
    connection and the workspace. `verifies`: whether the workspace is read again at the end. `done`: those of `changes` whose result the
    workspace has already, which nothing is sent for.
    """
    rereading = _rereading(live, changes) if verifies else 0
    whole = Forecast(
        opening + live.requests,
        people=len(live.timekeepers),
        max_age=max_age,
        rereading=rereading,
        page_size=_page_size(live),
        done=frozenset(map(_key, done)),
    )
    return _forecast(whole, changes, per_second)


def forecast_rest(whole: Forecast, changes: Sequence[Change]) -> Forecast:
    """The cost of `changes`, a part of a plan, at the request rate of the forecast of the whole; the reading is the same."""
    return _forecast(whole, changes, whole.requests / whole.seconds if whole.seconds else 0.0)


def forecast_all(whole: Forecast, changes: Sequence[Change]) -> Forecast:
    """The cost of `changes` as if none of them were done, as a plan file has it."""
    return forecast_rest(replace(whole, done=frozenset()), changes) if whole.done else whole


def _key(change: Change) -> tuple[Address, str]:
    return change.address, change.id


def _forecast(whole: Forecast, every: Sequence[Change], per_second: float) -> Forecast:
    changes = [change for change in every if _key(change) not in whole.done] if whole.done else every
    reading, writing, verifying = whole.reading, _writing(changes), 0
    inside = inline_groups(changes)
    trying = _tried_copy(inside)
    if every:
        # The user, for the record of the run, before the first write, also if none is left; children that were sent inline are read back.
        # Where they are not kept, a copy is tried.
        verifying = 1 + (1 if inside else 0) + trying + whole.rereading
        verifying += _repeated(reading + 1, changes, whole, _limit(whole.max_age, per_second))
    seconds = round((reading + writing + verifying) / per_second, 2) if per_second else 0.0
    saved = requests_saved(inside) + trying
    done = whole.done.intersection(map(_key, every))
    return replace(whole, writing=writing, verifying=verifying, seconds=seconds, saved=saved, done=done)


def _limit(max_age: float, per_second: float) -> float:
    """Number of requests after which a reading may be too old, less those that may be under way ahead of their turn."""
    if not per_second:
        return math.inf
    return max(0.0, max_age * per_second - math.ceil(per_second * _LATENCY))


def _repeated(sent: int, changes: Sequence[Change], whole: Forecast, limit: float) -> int:
    """The requests that read a resource again right before it is written: before a delete always, before an update only after
    `limit` requests since the last reading. Such a delete also lists the users again, once per `limit`. `sent`: requests so far.
    """
    repeated, people_at = 0, 0
    is_long = _without_repeats(sent, changes, whole) > limit
    for change in changes:
        for number, step in enumerate(change.steps):
            extra = 0
            if step is Step.DELETE:
                extra = requests_before_delete(change, whole.people, whole.page_size)
                if _counts_time(change) and sent - people_at > limit:
                    extra, people_at = extra + 1 + whole.people // whole.page_size, sent
            elif step is not Step.CREATE and (is_long and _waits(change, step) if number else sent > limit):
                extra = 1
            repeated += extra
            sent += extra + 1
    return repeated


def _without_repeats(sent: int, changes: Sequence[Change], whole: Forecast) -> int:
    """The requests of a run in which no reading is repeated but those before deletes."""
    people, size = whole.people, whole.page_size
    deletes = sum(requests_before_delete(change, people, size) for change in changes if change.deletes)
    return sent + deletes + _writing(changes)


def _waits(change: Change, step: Step) -> bool:
    """Whether a step after the first may start long after the one before it: it needs a name, or the changes inside, done first."""
    is_last_word = (
        step in (Step.ARCHIVE, Step.DONE) or change.field_named(BY_NAME[change.kind].lifecycle_name) is not None
    )
    return bool(change.temporary_name) or is_last_word


def requests_before_delete(change: Change, people: int, page_size: int) -> int:
    """The requests before a delete: the object, the lists of its children, and the time entries of each user."""
    lists = sum(2 if kind.parent_wire else 1 for kind in KINDS if kind.parent == change.kind)
    lists += len(change.impact.embedded) // page_size
    entries = change.precondition.time_entries
    return 1 + lists + (people + entries // page_size if isinstance(entries, int) else 0)


def _counts_time(change: Change) -> bool:
    return isinstance(change.precondition.time_entries, int)


def _rereading(live: Live, changes: Sequence[Change]) -> int:
    """At most what reading the workspace again takes after `changes`: the lists, and what `live.reread` needs besides.

    What is deleted by then has no time entries to count, and the role is not asked for. Never less for more changes.
    """
    people = max((proof.pages for proof in live.proofs if proof.what == "users"), default=1)
    lists = sum(_pages_again(live, changes, kind) for kind in KINDS if not kind.is_embedded)
    inside = sum(_lists_of_children_again(live, changes, kind) for kind in KINDS if kind.is_embedded)
    single = sum(change.id in live.completed and not change.deletes for change in changes)
    return lists + inside + single + (people if any(map(mentions_people, changes)) else 0)


def _pages_again(live: Live, changes: Sequence[Change], kind: Kind) -> int:
    """The pages of a list, longer by what is created. A list without an archived item is read a second time for those."""
    pages = sum(proof.pages for proof in live.proofs if proof.what == kind.plural)
    own = [resource for resource in live.everything if resource.kind == kind.name]
    touched = {change.id for change in changes}
    archived = [resource.id in touched for resource in own if kind.is_archived(resource.values)]
    changed = [change for change in changes if change.kind == kind.name]
    created = sum(change.action is Action.CREATE for change in changed)
    archivings = sum(_ends_archived(live, change, kind) for change in changed)
    size = _page_size(live)
    growth = max(_growth(before, created, size) for before in (len(own), len(own) - len(archived)))
    return pages + growth + _growth(len(archived), archivings, size) + bool(archived and all(archived))


def _growth(items: int, added: int, size: int) -> int:
    """At most how many more pages a list has with `added` items: its end is a page that is not full, or the header of the last."""
    by_page = (items + added) // size - items // size
    by_header = math.ceil((items + added) / size) - math.ceil(max(items, 1) / size)
    return max(by_page, by_header)


def _page_size(live: Live) -> int:
    """The items on a page, by what was read: where a list took several pages, no more than the longest had on average."""
    seen = max((math.ceil(proof.items / proof.pages) for proof in live.proofs if proof.pages), default=0)
    twice = {kind.plural for kind in KINDS if kind.is_archivable and not kind.is_embedded}
    if any(proof.pages > (2 if proof.what in twice else 1) for proof in live.proofs):
        return max(1, seen)
    return max(_PAGE, seen) if seen > _DEFAULT_PAGE else _DEFAULT_PAGE


def _lists_of_children_again(live: Live, changes: Sequence[Change], kind: Kind) -> int:
    """The lists of single parents: of every parent where children are not embedded. Where they are, but may come without
    the archived ones, of each parent of a child that is removed or ends archived.
    """
    prefix = f"{kind.plural} of {kind.parent} "
    listed = {proof.what.removeprefix(prefix): proof.pages for proof in live.proofs if proof.what.startswith(prefix)}
    own = [change for change in changes if change.kind == kind.name]
    created = Counter(parent_of(change.address) for change in own if change.action is Action.CREATE)
    size = _page_size(live)
    if not any(proof.what == kind.plural for proof in live.proofs):
        new = sum(change.kind == kind.parent and change.action is Action.CREATE for change in changes)
        return sum(listed.values()) + new + sum(math.ceil(number / size) for number in created.values())
    touched = {change.id for change in changes}
    shown = live.tasks_proven - listed.keys()
    archived = [r for r in live.everything if r.kind == kind.name and kind.is_archived(r.values)]
    if any(r.parent_id in shown and not {r.id, r.parent_id} & touched for r in archived):
        return 0
    again = {
        parent_of(change.address): change.precondition.parent_id
        for change in own
        if change.is_removal or _ends_archived(live, change, kind)
    }
    return sum(1 + (len(live.children_of(id_)) + created[parent]) // size for parent, id_ in again.items())


def _ends_archived(live: Live, change: Change, kind: Kind) -> bool:
    field = change.field_named(kind.lifecycle_name)
    current = live.by_id.get(change.id)
    values = {field.name: field.after} if field else current.values if current else {}
    return change.action is Action.ARCHIVE or kind.is_archived(values)


def _writing(changes: Sequence[Change]) -> int:
    """One request for each step, but the most that undeclared fields take."""
    return sum(
        endpoint_requests(change, step) if step in (Step.PATCH, Step.UNDECLARED) else 1
        for change in changes
        for step in change.steps
    )


def inline_groups(changes: Sequence[Change], most: int | None = AT_MOST) -> dict[Address, tuple[Change, ...]]:
    """By parent, in the order of the plan, the new children that may be sent in its create, `most` of each or all of them.

    Whether the service keeps them is probed.
    """
    inside: dict[Address, list[Change]] = {}
    for change in changes:
        if change.action is Action.CREATE and BY_NAME[change.kind].inline:
            parent = parent_of(change.address)
            if parent is not None:
                inside.setdefault(parent, []).append(change)
    if not inside:
        return {}
    new = [change.address for change in changes if change.action is Action.CREATE]
    return {parent: tuple(inside[parent][:most]) for parent in new if len(inside.get(parent, ())) >= AT_LEAST}


def requests_saved(parents: Mapping[Address, Sequence[Change]]) -> int:
    """Number of requests saved if the service keeps such children, as in `inline_groups`: one each, less those that read them back."""
    read_back = min(len(parents), 2)  # the probe's own list, and one list for all the others
    return max(0, sum(map(len, parents.values())) - read_back)


def _tried_copy(parents: Mapping[Address, Sequence[Change]]) -> int:
    """The most requests that trying a copy takes, if new parents have the same children: one that is refused and two for its name, or
    two that read it and two that update it.
    """
    alike = Counter(frozenset(change.address.name for change in children) for children in parents.values())
    return 4 if len(alike) < len(parents) else 0
