"""The impact of an archive or a delete: from the lists, and from the time entries that were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.kinds import BY_NAME
from reconciler.model import Resource
from reconciler.planning.losses import losses_of_delete
from reconciler.planning.plan import Action, Change, Impact
from reconciler.state import Live, Usage

NOT_COUNTED = Impact(None, None, users=None, running=None)
"""Only hours are known; the rest is not worth a request, since the resource is archived either way."""


class ImpactEstimator:
    """Estimates impacts in one live state; `moved` are ids of resources that leave their parent in the same plan."""

    def __init__(self, live: Live, usage: Mapping[str, Usage], moved: Iterable[str] = ()) -> None:
        self._live, self._usage, self._moved = live, usage, frozenset(moved)

    def _children(self, resource: Resource) -> list[Resource]:
        return [child for child in self._live.children_of(resource.id) if child.id not in self._moved]

    def archived(self, resource: Resource) -> Impact:
        """The impact of an archive: everything is kept, also the name."""
        return replace(self._estimate(resource), name_free=False)

    def deleted(self, resource: Resource) -> Impact:
        """The impact of a delete, with the resources that are deleted with it."""
        embedded = [child for child in self._children(resource) if BY_NAME[child.kind].is_embedded]
        impact = replace(self._estimate(resource), embedded=tuple(sorted(child.address for child in embedded)))
        return replace(impact, lost=losses_of_delete(resource, embedded, impact))

    def _estimate(self, resource: Resource) -> Impact:
        if not BY_NAME[resource.kind].usage_param:
            return _sum_of_children([self._own(child) for child in self._children(resource)])
        return self._own(resource)

    def _own(self, resource: Resource) -> Impact:
        known = self._usage.get(resource.id)
        if known is None or not known.known:
            return replace(NOT_COUNTED, tracked_seconds=resource.tracked_seconds)
        seconds = max(known.tracked_seconds, resource.tracked_seconds or 0)
        return Impact(seconds, known.time_entries, (), known.users, known.last_used or None, known.running)


def _sum_of_children(parts: list[Impact]) -> Impact:
    """The impact of a resource without time of its own, such as a client: the sum of its children. People cannot be added up."""
    entries = _sum(part.time_entries for part in parts)
    return Impact(
        _sum(part.tracked_seconds for part in parts),
        entries,
        users=0 if entries == 0 else None,
        last_used=max((part.last_used or "" for part in parts), default="") or None if entries is not None else None,
        running=_sum(part.running for part in parts),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(number for number in known if number)


def with_impacts(changes: Iterable[Change], live: Live, usage: Mapping[str, Usage]) -> Iterator[Change]:
    """The same changes; declared archives get their impact, as removals have it."""
    estimator = ImpactEstimator(live, usage)
    for change in changes:
        if change.action is not Action.ARCHIVE or change.removal:
            yield change
            continue
        yield replace(change, impact=estimator.archived(live.by_id[change.id]))


def with_names_freed(changes: Iterable[Change]) -> list[Change]:
    """The same changes; a delete that takes a temporary name first leaves its name free."""
    return [
        replace(change, impact=replace(change.impact, name_free=True if change.temporary_name else None))
        if change.removal and change.action is Action.DELETE
        else change
        for change in changes
    ]
