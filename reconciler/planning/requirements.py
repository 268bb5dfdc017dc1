"""What a plan would have to know beyond the lists, so that exactly that is asked and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.kinds import BY_NAME
from reconciler.model import Resource
from reconciler.planning.draft import Candidate, Draft
from reconciler.planning.match import Matching
from reconciler.planning.prune import removal_changes
from reconciler.state import Desired, Prune, Usage


@dataclass(frozen=True, slots=True)
class Requirements:
    """`task_lists`: ids of projects whose tasks must be listed by themselves. `usage`: resources whose time entries must be known.

    `objects`: resources whose answer lacks a declared field, so that each must be read by itself.
    """

    task_lists: frozenset[str] = frozenset()
    usage: tuple[Resource, ...] = ()
    objects: tuple[Resource, ...] = ()


def requirements(draft: Draft) -> Requirements:
    """What has to be read besides the lists."""
    desired, matching, candidates = draft.desired, draft.matching, draft.candidates
    lists = _parents_of_new(desired, matching) | _touched_by_removals(candidates)
    usage = (*_undecided(candidates), *_archived(desired, matching))
    objects = tuple(
        current
        for address, current in matching.pairs.items()
        if not desired.resources[address].values.keys() <= current.values.keys()
    )
    return Requirements(frozenset(lists - draft.live.tasks_proven), usage, objects)


def has_removals(draft: Draft, usage: Mapping[str, Usage]) -> bool:
    """Whether the plan removes anything, so that the role of the key's user has to be known."""
    return bool(draft.candidates and removal_changes(draft, usage))


def _parents_of_new(desired: Desired, matching: Matching) -> set[str]:
    """A create could meet a name that a finished task holds, unseen by the parent's own answer."""
    return {
        matching.parents[address] or ""
        for address in desired.resources
        if BY_NAME[address.kind].is_embedded and address not in matching.pairs and matching.parents[address]
    }


def _touched_by_removals(candidates: Sequence[Candidate]) -> set[str]:
    embedding = {kind.parent for kind in BY_NAME.values() if kind.is_embedded}
    own = {c.resource.id for c in candidates if c.resource.kind in embedding and c.goal is Prune.DELETE}
    return own | {c.resource.parent_id for c in candidates if BY_NAME[c.resource.kind].is_embedded}


def _undecided(candidates: Sequence[Candidate]) -> list[Resource]:
    """Deletes of what bears no tracked time as far as the lists tell, and archives of what they tell nothing of, as of tags."""
    return [
        c.resource
        for c in candidates
        if BY_NAME[c.resource.kind].usage_param
        and not c.resource.tracked_seconds
        and (c.goal is Prune.DELETE or _tells_nothing(c.resource))
    ]


def _archived(desired: Desired, matching: Matching) -> Iterator[Resource]:
    """What a manifest archives by name, where the lists tell nothing of the time behind it."""
    silent = {kind.name: kind for kind in BY_NAME.values() if kind.usage_param and not kind.tracks_time}
    for address, current in matching.pairs.items():
        kind = silent.get(address.kind)
        if kind and kind.is_archived(desired.resources[address].values) and _tells_nothing(current):
            yield current


def _tells_nothing(resource: Resource) -> bool:
    """Whether it is in use, and of a kind whose lists carry no tracked time."""
    kind = BY_NAME[resource.kind]
    return not kind.tracks_time and not kind.is_archived(resource.values)
