"""What a plan would have to know beyond the lists, so that exactly that is asked and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.kinds import BY_NAME
from reconciler.model import Resource
from reconciler.planning.match import Matching, match
from reconciler.planning.prune import Candidate, candidates, removal_changes
from reconciler.state import Desired, Live, Prune, Usage


@dataclass(frozen=True, slots=True)
class Requirements:
    """`task_lists`: ids of projects whose tasks must be listed by themselves. `usage`: resources whose time entries must be known."""

    task_lists: frozenset[str] = frozenset()
    usage: tuple[Resource, ...] = ()


def requirements(desired: Desired, live: Live) -> Requirements:
    """The open questions of a plan; raises PlanningError as `match` does."""
    matching = match(desired, live)
    going = candidates(desired, matching)
    lists = _parents_of_new(desired, matching) | _touched_by_removals(going)
    return Requirements(frozenset(lists - live.tasks_proven), (*_undecided(going), *_archived(desired, matching)))


def has_removals(desired: Desired, live: Live, usage: Mapping[str, Usage]) -> bool:
    """Whether anything would go or be put away unlisted, so that it matters whether who reads sees everything."""
    matching = match(desired, live)
    going = candidates(desired, matching)
    return bool(going and removal_changes(desired, live, matching, usage, going))


def _parents_of_new(desired: Desired, matching: Matching) -> set[str]:
    """A create could meet a name that a finished task holds, unseen by the parent's own answer."""
    return {
        matching.parents[address] or ""
        for address in desired.resources
        if BY_NAME[address.kind].is_embedded and address not in matching.pairs and matching.parents[address]
    }


def _touched_by_removals(going: list[Candidate]) -> set[str]:
    embedding = {kind.parent for kind in BY_NAME.values() if kind.is_embedded}
    own = {c.resource.id for c in going if c.resource.kind in embedding and c.goal is Prune.DELETE}
    return own | {c.resource.parent_id for c in going if BY_NAME[c.resource.kind].is_embedded}


def _undecided(going: list[Candidate]) -> list[Resource]:
    """Deletes of what bears no tracked time as far as the lists tell, and archives of what they tell nothing of, as of tags."""
    return [
        c.resource
        for c in going
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
