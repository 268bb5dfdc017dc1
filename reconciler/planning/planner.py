"""From desired and live state to a Plan, as one pure function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date

from reconciler.errors import SimulationError
from reconciler.kinds import BY_NAME, KINDS, REMOVAL_COUNTS
from reconciler.model import Address
from reconciler.planning.ancestry import with_ancestors
from reconciler.planning.derive import goal_of
from reconciler.planning.diff import declared_changes
from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.exclude import dependents
from reconciler.planning.forecast import MAX_AGE, forecast_changes
from reconciler.planning.guards import checks, guard
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.guards.protect import withdrawn_patterns
from reconciler.planning.impact import with_impacts, with_names_freed
from reconciler.planning.order import in_order, with_temporary_names
from reconciler.planning.plan import Change, Plan, Proof, Target
from reconciler.planning.prune import kept_warnings, removal_changes
from reconciler.planning.renames.corrections import with_corrections
from reconciler.planning.renames.detect import detect
from reconciler.planning.rings import undecided_warning
from reconciler.planning.simulate import new_id, simulate
from reconciler.planning.spelling import spelled_as_live
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
    """Options of a plan. Of these, only `protected_before` can change the digest, by the patterns that the plan withdraws.

    `allowed`: kind → exact number of removals allowed by hand. `allowed_removals`: addresses allowed by hand. `today`: the day
    for checks that depend on it; without it such a check blocks. `protected_before`: patterns that the last applied policy
    protected. `max_requests`: limit of requests for applying the plan. `connection`: the Maton connection that was read through.
    `made_after`: numbers of the recorded session and line that are the last.
    `max_age`: seconds after which a reading is repeated before an update. `opening`: requests that were sent before the reading.
    `verifies`: whether the apply reads the workspace again at its end.
    """

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
    fit together, and SimulationError where the plan does not lead to the desired state (a defect of reconciler).
    """
    draft, options = _draft_of(desired, live, draft), options or PlanOptions()
    desired = draft.desired
    changes = _changes(draft, usage)
    context = _guard_context(draft, changes, options)
    changes = guard(changes, context)
    _verify_by_simulation(desired, live, usage, changes)
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
        withdrawn=withdrawn_patterns(options.protected_before, desired.policy.protect),
        max_requests=options.max_requests,
        proof=Proof(live.proofs, live.access_role, options.connection),
        tool_version=options.tool_version,
        created_at=options.created_at,
        made_after=options.made_after,
    )


def _draft_of(desired: Desired, live: Live, draft: Draft | None) -> Draft:
    """The draft, if it is that of exactly these two states; else a new one."""
    is_theirs = draft is not None and draft.declared is desired and draft.live is live
    return draft if draft is not None and is_theirs else make_draft(desired, live)


def _warnings(
    draft: Draft, usage: Mapping[str, Usage], changes: list[Change], context: GuardContext, options: PlanOptions
) -> Iterator[str]:
    live = draft.live
    yield from live_warnings(live)
    yield from map(undecided_warning, draft.matching.undecided)
    yield from kept_warnings(draft, usage)
    yield from contested_warnings(draft.matching.contested, changes, live)
    yield from unmatched_warnings(draft, changes, options.allowed_removals)
    yield from loss_warnings(changes, live)
    yield from people_warnings(draft.desired, changes, live)
    yield from caller_warnings(changes, live, draft.with_caller)
    yield from change_warnings(changes, live.access_role)
    yield from checks.warnings(changes, context)


def _guard_context(draft: Draft, changes: list[Change], options: PlanOptions) -> GuardContext:
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
        rename_candidates=with_corrections(detect(changes, live, allowed, draft.declaration), changes, draft, allowed),
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


def _changes(draft: Draft, usage: Mapping[str, Usage]) -> list[Change]:
    live = draft.live
    removals = removal_changes(draft, usage)
    changes = [*with_impacts(declared_changes(draft.desired, live, draft.matching), live, usage), *removals]
    if not changes:
        return []
    return with_names_freed(in_order(with_temporary_names(with_ancestors(changes, live))))


def _verify_by_simulation(desired: Desired, live: Live, usage: Mapping[str, Usage], changes: list[Change]) -> None:
    """Simulate the plan and plan again: no change may be left.

    A block that an option can lift is simulated as if it were lifted. A final block means that the plan is not applied as a
    whole: then only the steps of the rest are simulated, since part of a plan does not reach the desired state.
    """
    held = _held(changes)
    if len(held) == len(changes):
        return
    after = simulate(changes, live, held)
    created = {address: known or new_id(address) for address, known in desired.identified.items()}
    left = [] if held else _changes(make_draft(replace(desired, identified=created), after), usage)
    if left:
        listed = ", ".join(str(change.address) for change in left[:5])
        raise SimulationError(
            f"simulated on a copy of the workspace, the plan does not reach the desired state: {listed}",
            hint="this is a defect of reconciler; nothing was written. Please report it with the saved states",
        )


def _held(changes: list[Change]) -> set[int]:
    """Positions of the changes with a final block, and of those that depend on them."""
    blocked = (at for at, change in enumerate(changes) if change.blocked and change.blocked.is_final)
    return set(dependents(changes, blocked))


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
