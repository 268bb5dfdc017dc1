"""What a plan deletes and archives, the most tracked time first, with totals."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import KINDS, ancestors
from reconciler.planning.plan import Action, Change, Plan
from reconciler.render import words

ACTIONS = (Action.DELETE, Action.ARCHIVE)
"""The actions that remove, the harder one first."""
_TREE = {name for kind in KINDS if kind.parent for name in (kind.name, kind.parent)}
"""Kinds in whose tree each time entry has one place."""


def removals(plan: Plan) -> tuple[Change, ...]:
    """The deletes, then the archives: unknown tracked time first, then the most, then the most time entries."""
    return tuple(sorted((change for change in plan.changes if change.action in ACTIONS), key=_rank))


def _rank(change: Change) -> tuple[object, ...]:
    known = change.impact
    is_known = known.tracked_seconds is not None
    return (
        ACTIONS.index(change.action),
        is_known,
        -(known.tracked_seconds or 0),
        -(known.time_entries or 0),
        change.address,
    )


def counted(changes: Sequence[Change]) -> str:
    """`2 clients, 1 tag to delete; 1 project to archive`."""
    parts = []
    for action in ACTIONS:
        kinds = [(kind, sum(c.kind == kind.name and c.action is action for c in changes)) for kind in KINDS]
        if names := ", ".join(words.count(number, kind.name, kind.plural) for kind, number in kinds if number):
            parts.append(f"{names} to {action}")
    return "; ".join(parts)


def total_impact(changes: Sequence[Change]) -> str:
    """`12.5 h of tracked time, 34 time entries; tracked time of 1 unknown`; empty where nothing is affected.

    Nothing is counted twice: the time of a client is that of its projects. One time entry may have several tags, and a project
    too, so that theirs is named by itself, as the most that it can be.
    """
    counting = _outermost(changes)
    by_project = _amount([change for change in counting if change.kind in _TREE])
    tags = [change for change in counting if change.kind not in _TREE]
    by_tag = _amount(tags)
    if by_tag and (by_project or len(tags) > 1):
        by_tag = f"up to {by_tag}"
    unknown = sum(change.impact.tracked_seconds is None for change in changes)
    taken = sum(len(change.impact.embedded) for change in changes)
    parts = (
        by_project,
        f"{words.count(taken, 'resource')} deleted with them" if taken else "",
        f"tags on {by_tag}" if by_project and by_tag else by_tag,
        f"tracked time of {unknown:,} unknown" if unknown else "",
    )
    return "; ".join(filter(None, parts))


def _outermost(changes: Sequence[Change]) -> list[Change]:
    """Without what is inside another one whose tracked time is known."""
    known = {change.address for change in changes if change.impact.tracked_seconds is not None}
    return [change for change in changes if known.isdisjoint(ancestors(change.address))]


def _amount(changes: Sequence[Change]) -> str:
    seconds = sum(change.impact.tracked_seconds or 0 for change in changes)
    entries = sum(change.impact.time_entries or 0 for change in changes)
    parts = [f"{words.hours(seconds)} of tracked time"] if seconds else []
    return ", ".join([*parts, words.count(entries, "time entry", "time entries")] if entries else parts)


def longest(changes: Sequence[Change]) -> int:
    """The most tracked time of one change, in seconds; the scale of the bars."""
    return max((change.impact.tracked_seconds or 0 for change in changes), default=0)
