"""What a plan requires besides the lists, so that nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.kinds import BY_NAME, KINDS, parent_of
from reconciler.kinds.members import removed_members
from reconciler.kinds.people import GROUP
from reconciler.model import Address, FieldRole, Resource
from reconciler.names import fold
from reconciler.planning.derive import fields_reset, fields_reset_by, goal_of, lacks_patched_keys
from reconciler.planning.diff import declared_updates
from reconciler.planning.draft import Candidate, Draft, candidates_inside
from reconciler.planning.match import Matching
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.prune import removal_changes
from reconciler.state import Desired, Prune, Usage
from reconciler.value_types import MembersType

PEOPLE = {kind.name: tuple(f.name for f in kind.every_field if f.role is FieldRole.PEOPLE) for kind in KINDS}
"""The names of the fields that hold people, by the name of the kind."""
MEMBERS = {kind.name: tuple(f.name for f in kind.fields if isinstance(f.type, MembersType)) for kind in KINDS}
"""The names of those that hold groups as well, and that the caller is never removed from."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """`task_lists`: ids of projects whose tasks must be listed separately. `usage`: resources whose time entries must be known.

    `objects`: resources whose answer lacks a declared field, or one that an update of this plan would reset, so that each
    must be read separately.
    """

    task_lists: frozenset[str] = frozenset()
    usage: tuple[Resource, ...] = ()
    objects: tuple[Resource, ...] = ()


def requirements(draft: Draft) -> Requirements:
    """What has to be read besides the lists."""
    desired, matching, candidates = draft.desired, draft.matching, draft.candidates
    lists = _parents_of_new(desired, matching) | _touched_by_removals(candidates)
    lists |= _parents_of_renamed(draft) | _parents_of_removed(draft) | _parents_of_finished(draft)
    inside = {candidate.resource.id for candidate in candidates_inside(draft)}
    usage = (*(r for r in _undecided(candidates) if r.id not in inside), *_archived(desired, matching))
    objects = {resource.id: resource for resource in _incomplete(draft)}
    return Requirements(frozenset(lists - draft.live.tasks_proven), usage, tuple(objects.values()))


def usage_inside(draft: Draft, usage: Mapping[str, Usage]) -> list[Resource]:
    """Tasks under `removed:` whose time entries must be known as well, since their project, removed too, is not deleted.

    `usage`: that of `Requirements.usage`, which decides on the projects. Most of such projects take their tasks with them.
    """
    inside = candidates_inside(draft)
    if not inside:
        return []
    deleted = {change.id for change in removal_changes(draft, usage) if change.deletes}
    return _undecided([candidate for candidate in inside if candidate.resource.parent_id not in deleted])


def has_removals(draft: Draft, usage: Mapping[str, Usage]) -> bool:
    """Whether the plan removes anything, resources or members, so that the role of the key's user has to be known."""
    if draft.candidates and removal_changes(draft, usage):
        return True
    # Without the caller no members were read.
    updates = declared_updates(draft.desired, draft.matching) if draft.live.caller else ()
    return any(members_removed(change) for _, change in updates)


def members_removed(change: Change) -> tuple[str, ...]:
    """The people and groups that a change of a live resource removes."""
    return tuple(person for item in member_changes(change) for person in removed_members(item.before, item.after))


def member_changes(change: Change) -> list[FieldChange]:
    """The changes of members of one change of a live resource."""
    named = (change.field_named(name) for name in MEMBERS.get(change.kind, ())) if change.id else ()
    return [item for item in named if item is not None]


def mentions_people(change: Change) -> bool:
    """Whether a change was computed with e-mail addresses. Ids contain no `@`; a plan with ids is compared by ids.

    The guards look at the list of users wherever a change removes members, also where all of them have no address.
    """
    values = change.precondition.values
    for name in PEOPLE[change.kind]:
        field = change.field_named(name)
        people = (*(values.get(name) or ()), *(((field.before or ()) + (field.after or ())) if field else ()))
        if any("@" in person or person.startswith(f"{GROUP} ") for person in people):
            return True
    return bool(members_removed(change))


def mentions_members(change: Change) -> bool:
    """Whether a change was computed with the names of groups, and with who the caller is."""
    return mentions_people(change) and any(change.field_named(name) for name in MEMBERS.get(change.kind, ()))


def _incomplete(draft: Draft) -> Iterator[Resource]:
    """Resources without a declared field, and those without one that this plan may reset."""
    desired, matching = draft.desired, draft.matching
    for address, current in matching.pairs.items():
        if not desired.resources[address].values.keys() <= current.values.keys():
            yield current
    for current, change in declared_updates(desired, matching):
        if fields_reset_by(change, current.values.keys()) or lacks_patched_keys(change, current.wire):
            yield current
    yield from (c.resource for c in draft.candidates if _is_reset_by_archive(c.resource))


def _is_reset_by_archive(resource: Resource) -> bool:
    """Whether archiving would reset a value that the answer lacks; a delete archives first."""
    kind = BY_NAME[resource.kind]
    if kind.is_archived(resource.values):
        return False
    return kind.is_archivable and bool(fields_reset(kind, resource.values.keys(), kind.archived_values))


def _parents_of_new(desired: Desired, matching: Matching) -> set[str]:
    """The parents of new tasks: a finished task, which the answer for the project leaves out, may have the name."""
    return {
        matching.parents[address] or ""
        for address in desired.resources
        if BY_NAME[address.kind].is_embedded and address not in matching.pairs and matching.parents[address]
    }


def _parents_of_renamed(draft: Draft) -> set[str]:
    """The parents of tasks that take a name which no task that is seen has: a finished one may have it."""
    taken: dict[str, set[str]] = {}
    for address, current in draft.matching.pairs.items():
        if address.path[-1] != current.address.path[-1] and BY_NAME[address.kind].is_embedded:
            taken.setdefault(current.parent_id, set()).add(address.name)
    return {
        parent_id for parent_id, names in taken.items() if names - {c.name for c in draft.live.children_of(parent_id)}
    }


def _parents_of_finished(draft: Draft) -> set[str]:
    """The parents of tasks that this plan finishes, where undeclared ones are deleted.

    From then on plans do not see a declared task without that list, which also shows finished undeclared tasks.
    """
    policy = draft.desired.policy
    return {
        current.parent_id
        for current, change in declared_updates(draft.desired, draft.matching)
        if change.action is Action.ARCHIVE
        and BY_NAME[change.kind].is_embedded
        and goal_of(policy, BY_NAME[change.kind]) is Prune.DELETE
    }


def _parents_of_removed(draft: Draft) -> set[str]:
    """The parents of tasks under `removed:` that are not seen: they may be finished. Their path is a live or a declared one."""
    wanted = {
        _path(parent)
        for removed in draft.desired.removed
        if not removed.id and BY_NAME[removed.address.kind].is_embedded and (parent := parent_of(removed.address))
    }
    kinds = {kind for kind, *_ in wanted}
    named = (*draft.live.resources.items(), *draft.matching.pairs.items()) if wanted else ()
    return {current.id for address, current in named if address.kind in kinds and _path(address) in wanted}


def _path(address: Address) -> tuple[str, ...]:
    """The kind and the folded names of an address."""
    return (address.kind, *map(fold, address.path))


def _touched_by_removals(candidates: Sequence[Candidate]) -> set[str]:
    """Projects to delete, and those of tasks to delete: a finished task would be deleted as well.

    To archive means to finish them: that needs no look at those that are finished already.
    """
    embedding = {kind.parent for kind in BY_NAME.values() if kind.is_embedded}
    deleted = [c.resource for c in candidates if c.goal is Prune.DELETE]
    own = {resource.id for resource in deleted if resource.kind in embedding}
    return own | {resource.parent_id for resource in deleted if BY_NAME[resource.kind].is_embedded}


def _undecided(candidates: Sequence[Candidate]) -> list[Resource]:
    """Deletes of resources without tracked time in the lists, and archives of kinds whose lists carry none, such as tags."""
    return [
        c.resource
        for c in candidates
        if BY_NAME[c.resource.kind].usage_param
        and not c.resource.tracked_seconds
        and (c.goal is Prune.DELETE or _is_silent(c.resource))
    ]


def _archived(desired: Desired, matching: Matching) -> Iterator[Resource]:
    """Resources that are declared archived, of kinds whose lists carry no tracked time."""
    silent = {kind.name: kind for kind in BY_NAME.values() if kind.usage_param and not kind.tracks_time}
    for address, current in matching.pairs.items():
        kind = silent.get(address.kind)
        if kind and kind.is_archived(desired.resources[address].values) and _is_silent(current):
            yield current


def _is_silent(resource: Resource) -> bool:
    """Whether it is active, and of a kind whose lists carry no tracked time."""
    kind = BY_NAME[resource.kind]
    return not kind.tracks_time and not kind.is_archived(resource.values)
