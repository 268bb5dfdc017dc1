"""What a plan starts from, worked out once per pair of states: which resources match, and which live ones may be removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource, Source
from reconciler.planning.derive import goal_of
from reconciler.planning.match import Matching, match
from reconciler.planning.removed import RemovedEntries
from reconciler.planning.renames.candidate import Declaration
from reconciler.planning.resolved import with_caller, with_resolved_values
from reconciler.planning.spelling import with_live_spelling
from reconciler.state import Desired, Live, Prune, Removed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live resource that the manifests remove, with the goal of the policy and the reason."""

    resource: Resource
    goal: Prune
    reason: str
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Two states, matched. `candidates`: live resources to prune. Of the tasks of a candidate project, which end with it, only
    those under `removed:` are among them, since the project may have to stay.

    `declared` is the desired state as it was given, `desired` the same in the spelling of the workspace, with resolved values.
    `with_caller`: the declared resources that the caller stays a member of although none of their members is the caller.

    Matching takes most of the time of a plan without changes, so that reading and planning share one draft.
    """

    declared: Desired
    desired: Desired
    live: Live
    matching: Matching
    candidates: tuple[Candidate, ...]
    with_caller: frozenset[Address] = frozenset()

    def declaration(self, address: Address) -> Declaration:
        """How the manifests declare a resource."""
        resource = self.desired.resources[address]
        return Declaration(resource.notation, resource.was)


def addresses_by_place(desired: Desired) -> Mapping[Source, Sequence[Address]]:
    """The declared resources by their place in a manifest: several projects that use one task set share its entries."""
    result: dict[Source, list[Address]] = {}
    for address, resource in desired.resources.items():
        if resource.source is not None and resource.source.line:
            result.setdefault(resource.entry or resource.source, []).append(address)
    return result


def make_draft(desired: Desired, live: Live) -> Draft:
    """Match two states and find the prune candidates; raises PlanningError as `match` and `find_candidates` do."""
    declared, desired = desired, with_live_spelling(desired, live)
    matching = match(desired, live)
    resolved = with_resolved_values(desired, matching.pairs, live.workspace, live.caller_name)
    candidates = tuple(find_candidates(resolved, matching))
    return Draft(declared, resolved, live, matching, candidates, with_caller(desired, resolved))


def find_candidates(desired: Desired, matching: Matching) -> list[Candidate]:
    """The unmatched live resources that the policy or `removed:` removes, parents before children.

    Raises PlanningError as `RemovedEntries.by_id` does.
    """
    listed = RemovedEntries(desired, matching).by_id()
    removed_ids: set[str] = set()
    result = []
    position = {name: at for at, name in enumerate(BY_NAME)}
    for resource in sorted(matching.unmatched, key=lambda r: position[r.kind]):
        candidate = _candidate(resource, desired, listed, matching.declared.get(resource.parent_id))
        ends_with_parent = BY_NAME[resource.kind].is_embedded and resource.parent_id in removed_ids
        if candidate is not None and not (ends_with_parent and not candidate.source):
            result.append(candidate)
            removed_ids.add(resource.id)
    return result


def candidates_inside(draft: Draft) -> list[Candidate]:
    """The candidates that end with another one if that is deleted: tasks of a project that is a candidate itself."""
    ids = {candidate.resource.id for candidate in draft.candidates}
    return [c for c in draft.candidates if BY_NAME[c.resource.kind].is_embedded and c.resource.parent_id in ids]


def _candidate(
    resource: Resource, desired: Desired, listed: Mapping[str, Removed], parent: Address | None
) -> Candidate | None:
    entry = listed.get(resource.id)
    if entry is not None:
        return Candidate(resource, Prune.DELETE, entry.reason, str(entry.source))
    goal = goal_of(desired.policy, BY_NAME[resource.kind])
    if goal is Prune.KEEP or not desired.is_authoritative(resource.kind, parent):
        return None
    return Candidate(resource, goal, "not in the manifests")
