"""Turns prune candidates into changes: each is archived, deleted, kept or blocked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import BY_NAME
from reconciler.model import UNSET, Kind, Resource
from reconciler.planning.diff import archive_step
from reconciler.planning.draft import Candidate, Draft
from reconciler.planning.impact import ImpactEstimator
from reconciler.planning.plan import Action, Blocked, Change, FieldChange, Impact, Step
from reconciler.planning.precondition import precondition_of
from reconciler.state import Prune, TrackedTime, Usage

UNKNOWN = Usage(known=False)


def is_embedded(resource: Resource) -> bool:
    """Whether it is deleted together with its parent, as a task is."""
    return bool(BY_NAME[resource.kind].embedded)


def removal_changes(draft: Draft, usage: Mapping[str, Usage]) -> list[Change]:
    """A change for each candidate that is not archived yet or is deleted; children are decided before their parents."""
    decider = _PruneDecider(draft, usage)
    order = {name: position for position, name in enumerate(reversed(BY_NAME))}
    return [
        change
        for candidate in sorted(draft.candidates, key=lambda c: order[c.resource.kind])
        if (change := decider.decide(candidate)) is not None
    ]


class _PruneDecider:
    def __init__(self, draft: Draft, usage: Mapping[str, Usage]) -> None:
        self.draft, self.usage = draft, usage
        self.live, self.policy, self.contested = draft.live, draft.desired.policy, draft.matching.contested
        parents = draft.matching.parents
        self.moved = {
            current.id: parents[address]
            for address, current in draft.matching.pairs.items()
            if parents[address] != current.parent_id
        }
        self.estimator = ImpactEstimator(draft.live, usage, self.moved)
        self.deleted: set[str] = set()
        self.archived: set[str] = set()

    def decide(self, candidate: Candidate) -> Change | None:
        resource, kind = candidate.resource, BY_NAME[candidate.resource.kind]
        archived_value = kind.is_archived(resource.values)
        staying = self._remaining_children(resource) if not kind.embedded else []
        goal, reason = candidate.goal, f"{candidate.reason}{self._policy_note(candidate)}"
        if goal is Prune.DELETE and (kept := self._reason_to_keep(resource, staying)):
            goal, reason = Prune.ARCHIVE, f"{candidate.reason}; {kept}"
        if goal is Prune.ARCHIVE and archived_value:
            return None
        (self.archived if goal is Prune.ARCHIVE else self.deleted).add(resource.id)
        obstacle = self._obstacle(resource, staying)
        if goal is Prune.ARCHIVE:
            return _archive(resource, kind, self.estimator.archived(resource), reason, candidate.source, obstacle)
        return _delete(resource, kind, self.estimator.deleted(resource), reason, candidate.source, obstacle)

    def _policy_note(self, candidate: Candidate) -> str:
        kind = BY_NAME[candidate.resource.kind]
        return "" if candidate.source else f" (policy.prune.{kind.plural}: {candidate.goal})"

    def _remaining_children(self, resource: Resource) -> list[Resource]:
        """Children that are not embedded (a client's projects) and that this plan neither deletes nor moves away."""
        return [
            child
            for child in self.live.children_of(resource.id)
            if not is_embedded(child) and child.id not in self.deleted and child.id not in self.moved
        ]

    def _reason_to_keep(self, resource: Resource, staying: list[Resource]) -> str:
        """Why it must be archived instead of deleted; empty if it may be deleted."""
        if staying:
            return "its archived projects keep their history, so it is archived, not deleted"
        why = self._trace_of_time(resource) if self.policy.tracked_time is TrackedTime.KEEP else ""
        return f"{why}, so it is archived, not deleted" if why else ""

    def _trace_of_time(self, resource: Resource) -> str:
        """What shows that time was tracked on it, or leaves that possible."""
        if resource.tracked_seconds:
            return f"it has {resource.tracked_seconds / 3600:.1f} h of tracked time"
        used = self.usage.get(resource.id, UNKNOWN) if BY_NAME[resource.kind].usage_param else Usage()
        if not used.known:
            return "its time entries are unknown"
        if used.time_entries == 1:
            return "a running timer uses it" if used.running else "1 time entry uses it"
        return f"{used.time_entries} time entries use it" if used.is_used else ""

    def _obstacle(self, resource: Resource, staying: list[Resource]) -> Blocked | None:
        if resource.id in self.contested:
            return Blocked(
                "was",
                self.contested[resource.id],
                "remove the `was:` line, or rename one of the two in Clockify",
            )
        active = [c for c in staying if c.id not in self.archived and not self._is_archived(c)]
        if active:
            names = ", ".join(str(child.address) for child in active[:3]) + (", …" if len(active) > 3 else "")
            return Blocked(
                "children",
                f"{len(active)} of its projects are not removed: {names}",
                "remove or move them too, or keep it",
            )
        return None

    def _is_archived(self, resource: Resource) -> bool:
        """Archived at present, and not declared."""
        return resource.id not in self.draft.matching.declared and BY_NAME[resource.kind].is_archived(resource.values)


def _archive(
    resource: Resource, kind: Kind, impact: Impact, reason: str, source: str, blocked: Blocked | None
) -> Change:
    lifecycle = kind.lifecycle
    before = resource.values.get(lifecycle.name)
    return Change(
        address=resource.address,
        action=Action.ARCHIVE,
        steps=(archive_step(kind),),
        id=resource.id,
        fields=(FieldChange(lifecycle.name, before, kind.archived_value),),
        precondition=precondition_of(resource),
        reason=reason,
        source=source,
        impact=impact,
        blocked=blocked,
        removal=True,
    )


def _delete(
    resource: Resource, kind: Kind, impact: Impact, reason: str, source: str, blocked: Blocked | None
) -> Change:
    archived_value = kind.is_archived(resource.values)
    steps = tuple(Step(step) for step in kind.removal if not (archived_value and step != "delete"))
    return Change(
        address=resource.address,
        action=Action.DELETE,
        steps=steps,
        id=resource.id,
        precondition=replace(
            precondition_of(resource),
            tracked_seconds=resource.tracked_seconds if kind.tracks_time else UNSET,
            time_entries=impact.time_entries if kind.usage_param else UNSET,
        ),
        reason=reason,
        source=source,
        impact=impact,
        blocked=blocked,
        removal=True,
    )
