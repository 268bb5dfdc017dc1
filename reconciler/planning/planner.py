"""From desired and live state to a Plan, as one pure function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date

from reconciler.kinds import BY_NAME, KINDS, REMOVAL_COUNTS
from reconciler.model import Address
from reconciler.planning.changes import draft_changes, ordered_changes
from reconciler.planning.convergence import require_convergence
from reconciler.planning.derive import goal_of
from reconciler.planning.diff import require_known_values
from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.first_plan import first_plan_warnings
from reconciler.planning.forecast import MAX_AGE, forecast_changes
from reconciler.planning.guards import checks, guard
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.guards.protect import withdrawn_patterns
from reconciler.planning.plan import Change, Plan, Proof, Target
from reconciler.planning.prune import kept_warnings
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.planning.renames.corrections import with_corrections
from reconciler.planning.renames.detect import detect
from reconciler.planning.rings import undecided_warning
from reconciler.planning.spelling import spelled_as_live
from reconciler.planning.targets.outside import targeting_of
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.select import select
from reconciler.planning.targets.unmet import require_targets
from reconciler.planning.unmatched import unmatched_warnings
from reconciler.planning.warnings import (
    caller_warnings,
    change_warnings,
    contested_warnings,
    live_warnings,
    loss_warnings,
    people_warnings,
)
from reconciler.state import Desired, Live, Prune, Usage

NO_USAGE: Mapping[str, Usage] = {}


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Options of a plan. Of these, `targets` and, by the patterns that the plan withdraws, `protected_before` can change the digest.

    `targets`: address patterns that limit the plan to what they cover and what that needs; none is everything. `allowed`: kind → exact number of removals allowed by hand. `allowed_removals`: addresses allowed by hand. `today`: the day
    for checks that depend on it; without it such a check blocks. `protected_before`: patterns that the last applied policy
    protected. `max_requests`: limit of requests for applying the plan. `connection`: the Maton connection that was read through.
    `made_after`: numbers of the recorded session and line that are the last.
    `max_age`: seconds after which a reading is repeated before an update. `opening`: requests that were sent before the reading.
    `verifies`: whether the apply reads the workspace again at its end. `is_first`: whether nothing was applied to the workspace before, as
    far as the caller knows.
    """

    targets: tuple[str, ...] = ()
    allowed: Mapping[str, int] = dataclass_field(default_factory=dict)
    allowed_removals: frozenset[Address] = frozenset()
    today: date | None = None
    protected_before: tuple[str, ...] = ()
    max_requests: int | None = None
    connection: str = ""
    requests_per_second: float = 50.0
    max_age: float = MAX_AGE
    opening: int = 0
    verifies: bool = False
    tool_version: str = ""
    created_at: str = ""
    made_after: tuple[int, int] = (0, 0)
    is_first: bool = False


def make_plan(
    desired: Desired,
    live: Live,
    usage: Mapping[str, Usage] = NO_USAGE,
    *,
    target: Target,
    options: PlanOptions | None = None,
    draft: Draft | None = None,
) -> Plan:
    """Plan the changes from `live` to `desired`.

    `usage`: what is known of time entries, by resource id; a missing one counts as used. `draft`: that of exactly these two
    states, if there is one, such as `Reading.draft`; of others it is not used. Raises PlanningError where the two states do not
    fit together, TargetError for a target that covers nothing, and SimulationError where the plan does not lead to the desired state
    (a defect of reconciler).
    """
    draft, options = _draft_of(desired, live, draft), options or PlanOptions()
    desired, patterns = draft.desired, TargetPatterns(options.targets)
    require_targets(patterns, draft)
    changes, outside = _changes(draft, every := draft_changes(draft, usage), patterns)
    context = _guard_context(draft, changes, outside, options)
    changes = guard(changes, context)
    require_convergence(draft, usage, every, changes, patterns)
    return Plan(
        target=target,
        changes=tuple(changes),
        policy=desired.policy,
        sources=desired.sources,
        unmanaged=_unmanaged(draft),
        warnings=tuple(_warnings(draft, usage, changes, context, options)),
        forecast=context.forecast,
        allowances={
            plural: options.allowed[name] for plural, name in REMOVAL_COUNTS.items() if name in options.allowed
        },
        allowed_removals=tuple(sorted(options.allowed_removals)),
        rename_candidates=context.rename_candidates,
        # A protection is withdrawn for the whole workspace, so a plan of a part of it withdraws none.
        withdrawn=() if patterns else withdrawn_patterns(options.protected_before, desired.policy.protect),
        max_requests=options.max_requests,
        proof=Proof(live.proofs, live.access_role, options.connection),
        tool_version=options.tool_version,
        created_at=options.created_at,
        made_after=options.made_after,
        targeting=targeting_of(patterns, outside, draft, usage) if patterns else None,
    )


def _draft_of(desired: Desired, live: Live, draft: Draft | None) -> Draft:
    """The draft, if it is that of exactly these two states; else a new one."""
    is_theirs = draft is not None and draft.declared is desired and draft.live is live
    return draft if draft is not None and is_theirs else make_draft(desired, live)


def _warnings(
    draft: Draft, usage: Mapping[str, Usage], changes: list[Change], context: GuardContext, options: PlanOptions
) -> Iterator[str]:
    live, patterns = draft.live, TargetPatterns(options.targets)
    held, every = {change.address for change in changes}, (*changes, *context.outside)

    def concerns(address: Address) -> bool:
        return not patterns or address in held or patterns.covers(address)

    yield from (f"{problem.place}: {problem.message}" for problem in draft.declared.warnings)
    if options.is_first:
        yield from first_plan_warnings(changes)
    yield from live_warnings(live)
    yield from map(undecided_warning, draft.matching.undecided)
    yield from kept_warnings(draft, usage, concerns)
    yield from contested_warnings(draft.matching.contested, every, live)
    yield from unmatched_warnings(draft, every, options.allowed_removals, concerns)
    yield from loss_warnings(changes, live)
    yield from people_warnings(draft.desired, changes, live)
    yield from caller_warnings(changes, live, draft.with_caller)
    yield from change_warnings(changes, live.access_role)
    yield from checks.warnings(changes, context)


def _guard_context(
    draft: Draft, changes: list[Change], outside: Sequence[Change], options: PlanOptions
) -> GuardContext:
    """What the guards look at. Counting 100,000 tasks is worth its time only in a plan with removals."""
    live, matching = draft.live, draft.matching
    removes = any(change.is_removal for change in changes)
    allowed = spelled_as_live(options.allowed_removals, live)
    return GuardContext(
        live=live,
        policy=draft.desired.policy,
        is_undo=draft.desired.is_undo,
        contested=matching.contested,
        identified=draft.desired.identified.keys(),
        declared=frozenset(matching.declared) if removes else frozenset(),
        arrivals=matching.arrivals if removes else {},
        live_counts=live.live_counts if removes else {},
        in_use=live.in_use_counts if removes else {},
        allowed=options.allowed,
        protected_before=options.protected_before,
        outside=outside,
        is_targeted=bool(options.targets),
        rename_candidates=_rename_candidates(draft, changes, outside, allowed),
        today=options.today,
        forecast=forecast_changes(
            live,
            changes,
            options.requests_per_second,
            options.max_age,
            opening=options.opening,
            verifies=options.verifies,
        ),
        max_requests=options.max_requests,
    )


def _changes(draft: Draft, every: Sequence[Change], patterns: TargetPatterns) -> tuple[list[Change], Sequence[Change]]:
    """Of all changes the targeted ones with those that they need, in order; and the others. Raises PlanningError for what is declared
    of the first.
    """
    desired = draft.desired
    chosen = set(select(every, patterns))
    if patterns:
        held = {every[position].address for position in chosen}
        declared = {a: r for a, r in desired.resources.items() if a in held or patterns.covers(a)}
        desired = replace(desired, resources=declared)
    require_known_values(desired, draft.live)
    changes = ordered_changes((change for position, change in enumerate(every) if position in chosen), draft.live)
    return changes, [change for position, change in enumerate(every) if position not in chosen]


def _rename_candidates(
    draft: Draft, changes: Sequence[Change], outside: Sequence[Change], allowed: Collection[Address]
) -> tuple[RenameCandidate, ...]:
    """Those among all changes, also those outside the targets, with at least one side among `changes`."""
    every = (*changes, *outside)
    found = with_corrections(detect(every, draft.live, allowed, draft.declaration), every, draft, allowed)
    if not outside:
        return found
    sides = {(change.address, change.is_removal) for change in changes}
    return tuple(pair for pair in found if not sides.isdisjoint(((pair.create, False), (pair.remove, True))))


def _unmanaged(draft: Draft) -> dict[str, int]:
    desired = draft.desired
    removed = {candidate.resource.id for candidate in draft.candidates}
    counts: Counter[str] = Counter()
    for resource in draft.matching.unmatched:
        kind = BY_NAME[resource.kind]
        parent = draft.matching.declared.get(resource.parent_id)
        is_kept = goal_of(desired.policy, kind) is Prune.KEEP or not desired.is_authoritative(resource.kind, parent)
        ends_with_parent = kind.is_embedded and resource.parent_id in removed
        if is_kept and resource.id not in removed and not ends_with_parent:
            counts[kind.plural] += 1
    return {kind.plural: counts[kind.plural] for kind in KINDS}
