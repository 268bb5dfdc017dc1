"""What happens to live resources that the manifests do not list, or list under `removed:`: left, archived or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.kinds import BY_NAME
from reconciler.model import UNSET, Address, Kind, Resource
from reconciler.planning.impact import ImpactEstimator
from reconciler.planning.match import Matching
from reconciler.planning.plan import Action, Change, FieldChange, Impact, Step
from reconciler.planning.precondition import precondition_of
from reconciler.state import Desired, Live, Policy, Prune, Removed, TrackedTime, Usage

UNKNOWN = Usage(known=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live resource that is to go, as far as the manifests are concerned, and why."""

    resource: Resource
    goal: Prune
    reason: str
    source: str = ""


def candidates(desired: Desired, matching: Matching) -> list[Candidate]:
    """Every live resource that nobody declares and that is not to be left alone. Tasks of a project that goes are not among them."""
    listed = {removed.id or removed.address: removed for removed in desired.removed}
    declared_of = {current.id: address for address, current in matching.pairs.items()}
    gone: set[str] = set()
    found = []
    position = {name: at for at, name in enumerate(BY_NAME)}
    for resource in sorted(matching.unmatched, key=lambda r: position[r.kind]):
        if BY_NAME[resource.kind].is_embedded and resource.parent_id in gone:
            continue
        candidate = _candidate(resource, desired, listed, declared_of.get(resource.parent_id))
        if candidate is not None:
            found.append(candidate)
            gone.add(resource.id)
    return found


def goal_of(policy: Policy, kind: Kind) -> Prune:
    """What the policy asks for; a kind without archive is kept where the policy says archive, never deleted."""
    goal = policy.prune[kind.name]
    return Prune.KEEP if goal is Prune.ARCHIVE and not kind.is_archivable else goal


def _candidate(
    resource: Resource, desired: Desired, listed: Mapping[Address | str, Removed], parent: Address | None
) -> Candidate | None:
    entry = listed.get(resource.id) or listed.get(resource.address)
    if entry is not None:
        return Candidate(resource, Prune.DELETE, entry.reason, str(entry.source))
    goal = goal_of(desired.policy, BY_NAME[resource.kind])
    if goal is Prune.KEEP or not desired.is_authoritative(resource.kind, parent):
        return None
    return Candidate(resource, goal, "not in the manifests")


def removal_changes(
    desired: Desired, live: Live, matching: Matching, usage: Mapping[str, Usage], chosen: Iterable[Candidate]
) -> list[Change]:
    """A change for each candidate that has not reached its goal; children are decided before their parents."""
    return _PruneDecider(desired, live, matching, usage).decide_all(chosen)


def kept_warnings(desired: Desired, live: Live, matching: Matching, usage: Mapping[str, Usage]) -> Iterator[str]:
    """What is kept because its kind has no archive: deleting it would lose history."""
    if all(kind.is_archivable for kind in BY_NAME.values()):
        return
    for kind in BY_NAME.values():
        if goal_of(desired.policy, kind) is not desired.policy.prune[kind.name]:
            yield f"unlisted {kind.plural} are kept: a {kind.name} cannot be archived"
    decider = _PruneDecider(desired, live, matching, usage)
    decider.decide_all(candidates(desired, matching))
    for address, why in decider.kept.items():
        yield f"{address} is kept: {why}, and a {address.kind} cannot be archived"


@dataclass
class _PruneDecider:
    desired: Desired
    live: Live
    matching: Matching
    usage: Mapping[str, Usage]

    def __post_init__(self) -> None:
        self.moved = {
            current.id: self.matching.parents[address]
            for address, current in self.matching.pairs.items()
            if self.matching.parents[address] != current.parent_id
        }
        self.estimator = ImpactEstimator(self.live, self.usage, self.moved)
        self.deleted: set[str] = set()
        self.kept: dict[Address, str] = {}
        """Resources that would have to be archived, which their kind does not allow, with the reason."""

    def decide_all(self, chosen: Iterable[Candidate]) -> list[Change]:
        order = {name: position for position, name in enumerate(reversed(BY_NAME))}
        changes = (self.decide(candidate) for candidate in sorted(chosen, key=lambda c: order[c.resource.kind]))
        return [change for change in changes if change is not None]

    def decide(self, candidate: Candidate) -> Change | None:
        resource, kind = candidate.resource, BY_NAME[candidate.resource.kind]
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
            return _archive(resource, kind, self.estimator.archived(resource), reason, candidate.source)
        self.deleted.add(resource.id)
        return _delete(resource, kind, self.estimator.deleted(resource), reason, candidate.source)

    def _policy_note(self, candidate: Candidate) -> str:
        kind = BY_NAME[candidate.resource.kind]
        return "" if candidate.source else f" (policy.prune.{kind.plural}: {candidate.goal})"

    def _remaining_children(self, resource: Resource) -> list[Resource]:
        """Children with a life of their own (a client's projects) that this plan neither deletes nor moves away."""
        return [
            child
            for child in self.live.children_of(resource.id)
            if not BY_NAME[child.kind].is_embedded and child.id not in self.deleted and child.id not in self.moved
        ]

    def _reason_to_keep(self, resource: Resource, staying: list[Resource]) -> str:
        """Why this must be archived instead of deleted, or nothing."""
        if staying:
            return "its archived projects keep their history"
        return self._trace_of_time(resource) if self.desired.policy.tracked_time is TrackedTime.KEEP else ""

    def _trace_of_time(self, resource: Resource) -> str:
        """What shows, or does not rule out, that time was tracked on it."""
        if resource.tracked_seconds:
            return f"it has {resource.tracked_seconds / 3600:.1f} h of tracked time"
        used = self.usage.get(resource.id, UNKNOWN) if BY_NAME[resource.kind].usage_param else Usage()
        if not used.known:
            return "whether time entries use it cannot be known"
        if used.time_entries == 1:
            return "a running timer uses it" if used.running else "1 time entry uses it"
        return f"{used.time_entries} time entries use it" if used.is_used else ""


def archive_step(kind: Kind) -> Step:
    """The step that puts a resource of this kind away: archive, or for a task done."""
    return Step.DONE if "done" in kind.removal else Step.ARCHIVE


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
    is_archived = kind.is_archived(resource.values)
    steps = tuple(Step(step) for step in kind.removal if not (is_archived and step != "delete"))
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
        removal=True,
    )
