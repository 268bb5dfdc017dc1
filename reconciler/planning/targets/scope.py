"""What has to be read for a plan with targets: what the changes that it may hold rest on, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.kinds import BY_NAME, ancestors
from reconciler.model import Address, Resource
from reconciler.names import fold
from reconciler.planning.changes import draft_changes
from reconciler.planning.draft import Draft
from reconciler.planning.plan import Action, Change
from reconciler.planning.renames.corrections import with_corrections
from reconciler.planning.renames.detect import detect
from reconciler.planning.requirements import Requirements, requirements, usage_inside
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.select import select
from reconciler.state import Usage

NOTHING_SEEN: Mapping[str, str] = {}


@dataclass(slots=True)
class Scope:
    """The changes that a plan with targets may hold, whatever the time entries that are not read yet turn out to be.

    `ids`: live resources that it changes, and those whose decision its changes depend on. `ending`: those of them that it archives
    or deletes, after every change of what is inside. `parents`: ids of the parents of its
    embedded resources. `addresses`: the declared ones. `creates`, `removes`: kinds of its creates and removals.
    """

    ids: set[str] = field(default_factory=set)
    ending: set[str] = field(default_factory=set)
    parents: set[str] = field(default_factory=set)
    addresses: set[Address] = field(default_factory=set)
    creates: set[str] = field(default_factory=set)
    removes: set[str] = field(default_factory=set)

    def add(self, change: Change, draft: Draft) -> None:
        """Add one change."""
        self.ids |= {change.id} if change.id else set()
        if not change.removal:
            self.addresses.add(change.address)
        if change.action is Action.CREATE:
            self.creates.add(change.kind)
        if change.is_removal:
            self.removes.add(change.kind)
        if change.is_removal or change.archives:
            self.ending.add(change.id)
        if BY_NAME[change.kind].is_embedded:
            parent = change.precondition.parent_id if change.id else draft.matching.parents.get(change.address)
            self.parents |= {parent} if parent else set()
            # A task is a change of its own only where its project, if that is removed, is not deleted.
            self.ids |= {parent} if parent and change.removal else set()


def scope_of(draft: Draft, usage: Mapping[str, Usage], patterns: TargetPatterns) -> Scope:
    """The scope by what is known of time entries. A removal whose usage is not known may delete or archive: both count."""
    unused = {candidate.resource.id: Usage() for candidate in draft.candidates}
    worlds = [{**unused, **usage}] + ([dict(usage)] if unused.keys() - usage.keys() else [])
    scope = Scope()
    for number, known in enumerate(worlds):
        changes = draft_changes(draft, known)
        chosen = select(changes, patterns)
        for position in chosen:
            scope.add(changes[position], draft)
        if not number:
            scope.ids |= set(_partners(changes, chosen, draft))
    return scope


def _partners(changes: list[Change], chosen: Iterable[int], draft: Draft) -> Iterator[str]:
    """Archived resources outside that a targeted create may be: only their time entries tell whether they are removed."""
    created = {changes[position].address for position in chosen if changes[position].action is Action.CREATE}
    archived = {
        c.resource.address: c.resource.id
        for c in draft.candidates
        if BY_NAME[c.resource.kind].is_archived(c.resource.values)
    }
    pairs = with_corrections(detect(changes, draft.live), changes, draft, ()) if created and archived else ()
    for pair in pairs:
        if pair.create in created and pair.remove in archived:
            yield archived[pair.remove]


@dataclass(frozen=True, slots=True)
class TargetRequirements:
    """As Requirements, without what is known already. `scope`: what the plan may hold. `patterns`: its targets."""

    required: Requirements
    scope: Scope
    patterns: TargetPatterns
    draft: Draft

    @property
    def removes(self) -> bool:
        """Whether the plan may remove anything, so that the role of the key's user has to be known."""
        return bool(self.scope.removes)

    def concerns(self, resource: Resource) -> bool:
        """Whether the plan compares this declared resource."""
        return resource.address in self.scope.addresses or _is_covered(resource.address, self.draft, self.patterns)


def target_requirements(
    draft: Draft,
    usage: Mapping[str, Usage],
    patterns: TargetPatterns,
    unfinished: Mapping[str, str] = NOTHING_SEEN,
) -> TargetRequirements:
    """What has to be read besides the lists, of what a plan of everything would read. `unfinished`: as `live.read` takes it."""
    scope, every, live = scope_of(draft, usage, patterns), requirements(draft), draft.live
    candidates = {candidate.resource.id for candidate in draft.candidates}
    unseen = {parent for task, parent in unfinished.items() if task not in live.by_id and parent in live.by_id}
    lists = {
        parent
        for parent in (every.task_lists | live.unread | unseen) - live.tasks_proven
        if _is_touched(live.by_id[parent], draft, scope, patterns)
        # Rename detection compares what is inside.
        or (parent in candidates and live.by_id[parent].kind in scope.creates)
    }
    exchanging = _exchanging(draft) if live.unread else set()
    # The share of the budget is one of all tasks.
    lists |= live.unread if any(BY_NAME[kind].is_embedded for kind in scope.removes) else live.unread & exchanging
    wanted = [resource for resource in every.usage if resource.id in scope.ids and resource.id not in usage]
    # What is known of the projects decides whether their tasks are asked about.
    inside = usage_inside(draft, usage) if not wanted else ()
    wanted += [resource for resource in inside if resource.id in scope.ids and resource.id not in usage]
    declared = draft.matching.declared
    objects = tuple(
        r
        for r in every.objects
        if r.id in scope.ids or (r.id in declared and _is_covered(declared[r.id], draft, patterns))
    )
    return TargetRequirements(Requirements(frozenset(lists), tuple(wanted), objects), scope, patterns, draft)


def _is_covered(address: Address, draft: Draft, patterns: TargetPatterns) -> bool:
    """Whether a pattern covers a declared resource, under its new name or its present one."""
    current = draft.matching.pairs.get(address)
    return patterns.covers(address) or (
        current is not None and current.address != address and patterns.covers(current.address)
    )


def _is_touched(parent: Resource, draft: Draft, scope: Scope, patterns: TargetPatterns) -> bool:
    """Whether the plan may hold a change of this parent or in it."""
    if parent.id in scope.ids or parent.id in scope.parents or parent.parent_id in scope.ending:
        return True
    declared = draft.matching.declared.get(parent.id)
    return any(patterns.may_cover_inside(address) for address in (parent.address, declared) if address is not None)


def _exchanging(draft: Draft) -> set[str]:
    """Ids of the parents that may have exchanged names, or are in something that may have: what is in them tells."""
    names = {(address.kind, fold(address.name)) for address in draft.live.resources}
    suspects = {
        address
        for address, resource in draft.desired.resources.items()
        if any((address.kind, fold(path[-1])) in names for path in resource.was if path != (resource.name,))
    }
    return {
        current.id
        for address, current in draft.matching.pairs.items()
        if suspects and not suspects.isdisjoint((address, *ancestors(address)))
    }
