"""Turns prune candidates into changes: each is archived, deleted or kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from reconciler.kinds import BY_NAME
from reconciler.model import UNSET, Address, Kind, Resource
from reconciler.planning.derive import archive_step, delete_steps, goal_of
from reconciler.planning.draft import Candidate, Draft
from reconciler.planning.impact import ImpactEstimator
from reconciler.planning.plan import Action, Change, FieldChange, Impact
from reconciler.planning.precondition import precondition_of
from reconciler.state import Prune, TrackedTime, Usage

UNKNOWN = Usage(known=False)


def removal_changes(draft: Draft, usage: Mapping[str, Usage]) -> list[Change]:
    """A change for each candidate that has not reached its goal.

    Children are decided before their parents, but embedded ones after them: those end with a parent that is deleted.
    """
    return _PruneDecider(draft, usage).decide_all()


def kept_warnings(
    draft: Draft, usage: Mapping[str, Usage], concerns: Callable[[Address], bool] = lambda _: True
) -> Iterator[str]:
    """What is kept because its kind has no archive: deleting it would lose history. `concerns`: whether the plan is about a resource."""
    if all(kind.is_archivable for kind in BY_NAME.values()):
        return
    policy = draft.desired.policy
    for kind in BY_NAME.values():
        if goal_of(policy, kind) is not policy.prune[kind.name]:
            yield f"unlisted {kind.plural} are kept: a {kind.name} cannot be archived"
    decider = _PruneDecider(draft, usage)
    decider.decide_all()
    for address, why in ((address, why) for address, why in decider.kept.items() if concerns(address)):
        yield f"{address} is kept: {why}, and a {address.kind} cannot be archived"


class _PruneDecider:
    def __init__(self, draft: Draft, usage: Mapping[str, Usage]) -> None:
        self.draft, self.usage = draft, usage
        self.live, self.policy = draft.live, draft.desired.policy
        parents = draft.matching.parents
        self.moved = {
            current.id: parents[address]
            for address, current in draft.matching.pairs.items()
            if parents[address] != current.parent_id
        }
        self.arrivals = draft.matching.arrivals if draft.candidates else {}
        self.estimator = ImpactEstimator(draft.live, usage, self.moved)
        self.deleted: set[str] = set()
        self.archived: set[str] = set()
        self.kept: dict[Address, str] = {}
        """Resources that would have to be archived, which their kind does not allow, with the reason."""

    def decide_all(self) -> list[Change]:
        order = {name: (BY_NAME[name].is_embedded, position) for position, name in enumerate(reversed(BY_NAME))}
        changes = (
            self.decide(candidate) for candidate in sorted(self.draft.candidates, key=lambda c: order[c.resource.kind])
        )
        return [change for change in changes if change is not None]

    def decide(self, candidate: Candidate) -> Change | None:
        resource, kind = candidate.resource, BY_NAME[candidate.resource.kind]
        if kind.is_embedded and resource.parent_id in self.deleted:
            return None
        staying = self._remaining_children(resource) if not kind.is_embedded else []
        goal, reason = candidate.goal, f"{candidate.reason}{self._policy_note(candidate)}"
        if goal is Prune.DELETE and (why := self._reason_to_keep(resource, staying)):
            if not kind.is_archivable:
                self.kept[resource.address] = why
                return None
            goal, reason = Prune.ARCHIVE, f"{candidate.reason}; {why}, so it is archived, not deleted"
        if goal is Prune.ARCHIVE and kind.is_archived(resource.values):
            return None
        if goal is Prune.ARCHIVE:
            self.archived.add(resource.id)
            return _archive(resource, kind, self.estimator.archived(resource), reason, candidate.source)
        self.deleted.add(resource.id)
        return _delete(resource, kind, self.estimator.deleted(resource), reason, candidate.source)

    def _policy_note(self, candidate: Candidate) -> str:
        kind = BY_NAME[candidate.resource.kind]
        return "" if candidate.source else f" (policy.prune.{kind.plural}: {candidate.goal})"

    def _remaining_children(self, resource: Resource) -> list[Resource]:
        """Children that are not embedded (a client's projects) and that this plan neither deletes nor moves away."""
        return [
            child
            for child in self.live.children_of(resource.id)
            if not BY_NAME[child.kind].is_embedded and child.id not in self.deleted and child.id not in self.moved
        ]

    def _reason_to_keep(self, resource: Resource, staying: list[Resource]) -> str:
        """Why it must be archived instead of deleted; empty if it may be deleted."""
        if resource.id in self.arrivals:
            return "declared projects would be in it"
        if staying:
            is_history = all(
                BY_NAME[child.kind].is_archived(child.values) or child.id in self.archived for child in staying
            )
            return "its archived projects keep their history" if is_history else "projects would remain in it"
        return self._trace_of_time(resource) if self.policy.tracked_time is TrackedTime.KEEP else ""

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


def _archive(resource: Resource, kind: Kind, impact: Impact, reason: str, source: str) -> Change:
    before = resource.values.get(kind.lifecycle_name)
    return Change(
        address=resource.address,
        action=Action.ARCHIVE,
        steps=(archive_step(kind),),
        id=resource.id,
        fields=(FieldChange(kind.lifecycle_name, before, kind.archived_value),),
        precondition=precondition_of(resource),
        reason=reason,
        source=source,
        impact=impact,
        removal=True,
    )


def _delete(resource: Resource, kind: Kind, impact: Impact, reason: str, source: str) -> Change:
    return Change(
        address=resource.address,
        action=Action.DELETE,
        steps=delete_steps(kind, is_archived=kind.is_archived(resource.values)),
        id=resource.id,
        precondition=replace(
            precondition_of(resource),
            tracked_seconds=resource.tracked_seconds if kind.tracks_time else UNSET,
            time_entries=impact.time_entries if kind.usage_param else UNSET,
        ),
        reason=reason,
        source=source,
        impact=impact,
        removal=True,
    )
