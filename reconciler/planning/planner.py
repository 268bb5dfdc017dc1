"""From desired and live state to a Plan: the whole way, as one pure function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from reconciler.errors import RehearsalError
from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address, Resource
from reconciler.planning.changes import declared_changes
from reconciler.planning.checks import checked
from reconciler.planning.collisions import without_collisions
from reconciler.planning.guards import guarded
from reconciler.planning.lookalikes import look_alikes, with_questions
from reconciler.planning.matching import Matching, match
from reconciler.planning.order import in_order, with_handovers
from reconciler.planning.plan import Action, Change, Forecast, Plan, Target
from reconciler.planning.rehearsal import play
from reconciler.planning.removals import candidates, goes_along, removal_changes
from reconciler.state import Desired, Live, Prune, Usage

NO_USAGE: Mapping[str, Usage] = {}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What surrounds a plan without being part of its meaning.

    `allowed`: kind → exact number of removals allowed by hand. `allowed_removals`: addresses allowed by hand. `today`: the day
    on which the checks of the policy are asked; where one asks for it and nobody said, it blocks.
    """

    allowed: Mapping[str, int] = dataclass_field(default_factory=dict)
    allowed_removals: frozenset[Address] = frozenset()
    today: date | None = None
    requests_per_second: float = 50.0
    tool_version: str = ""
    created_at: str = ""


def make_plan(
    desired: Desired,
    live: Live,
    usage: Mapping[str, Usage] = NO_USAGE,
    *,
    target: Target,
    circumstances: Circumstances | None = None,
) -> Plan:
    """Plan the way from `live` to `desired`.

    `usage` holds what is known of time entries, by resource id; what is missing counts as used. Raises PlanningError where the
    two states do not fit together, and RehearsalError where the plan would not lead where it should (a defect of ours).
    """
    about = circumstances or Circumstances()
    policy = desired.policy.to_json()
    matching = match(desired, live)
    changes = guarded(_changes(desired, live, matching, usage), policy, live_counts(live), about.allowed)
    pairs = look_alikes(changes, live, about.allowed_removals)
    changes = with_questions(changes, pairs)
    changes, said = checked(changes, policy, live, about.today)
    _rehearse(desired, live, usage, changes)
    return Plan(
        target=target,
        changes=tuple(changes),
        policy=policy,
        sources=desired.sources,
        unmanaged=_unmanaged(desired, live, matching),
        warnings=(*_warnings(live, changes), *said),
        forecast=_forecast(live, changes, about.requests_per_second),
        allowances={kind.plural: about.allowed[kind.name] for kind in KINDS if kind.name in about.allowed},
        allowed_removals=tuple(sorted(about.allowed_removals)),
        look_alikes=pairs,
        tool_version=about.tool_version,
        created_at=about.created_at,
    )


def live_counts(live: Live) -> dict[str, int]:
    """How many live resources there are, by the kind's name."""
    counts = Counter(address.kind for address in live.resources)
    return {kind.name: counts[kind.name] for kind in KINDS}


def _changes(desired: Desired, live: Live, matching: Matching, usage: Mapping[str, Usage]) -> list[Change]:
    removals = removal_changes(desired, live, matching, usage, candidates(desired, matching))
    changes = [*declared_changes(desired, live, matching), *removals]
    return in_order(with_handovers(without_collisions(changes, live))) if changes else []


def _rehearse(desired: Desired, live: Live, usage: Mapping[str, Usage], changes: list[Change]) -> None:
    """Play the plan and plan again: nothing may be left.

    What a number on the command line can allow is played as if it were allowed. Where something is blocked for good the plan
    will not be applied, and only the steps of the rest are tried: half a plan may well mean something else.
    """
    held = _held(changes)
    if len(held) == len(changes):
        return
    after = play(changes, live, held)
    left = [] if held else _changes(desired, after, match(desired, after), usage)
    if left:
        listed = ", ".join(str(change.address) for change in left[:5])
        raise RehearsalError(
            f"played on a copy of the workspace, the plan leaves something to do: {listed}",
            hint="this is a defect of reconciler; nothing was sent. Please report it with the saved states",
        )


def _held(changes: list[Change]) -> set[Address]:
    """What is blocked for good, and what needs it."""
    held = {change.address for change in changes if change.blocked and change.blocked.is_absolute}
    while more := {change.address for change in changes if held & set(change.needs)} - held:
        held |= more
    return held


def _unmanaged(desired: Desired, live: Live, matching: Matching) -> dict[str, int]:
    declared_of = {there.id: address for address, there in matching.pairs.items()}
    listed = {removed.address for removed in desired.removed}
    counts: Counter[str] = Counter()
    for resource in matching.unmatched:
        parent = declared_of.get(resource.parent_id)
        inside = goes_along(resource)
        left_alone = desired.policy.prune[resource.kind] is Prune.KEEP or not desired.is_authoritative(
            resource.kind, parent
        )
        if (
            left_alone
            and resource.address not in listed
            and not (inside and parent is None and _goes(desired, resource, live))
        ):
            counts[BY_NAME[resource.kind].plural] += 1
    return {kind.plural: counts[kind.plural] for kind in KINDS}


def _goes(desired: Desired, resource: Resource, live: Live) -> bool:
    """Whether the parent of an embedded resource is managed itself, so that this one is spoken for."""
    parent = live.resources.get(resource.parent) if resource.parent else None
    return (
        parent is not None
        and desired.is_authoritative(parent.kind)
        and desired.policy.prune[parent.kind] is not Prune.KEEP
    )


def _warnings(live: Live, changes: list[Change]) -> list[str]:
    warnings = [
        f"the workspace has {resource.address} more than once; the one with the id {resource.id} is left alone"
        for resource in live.duplicates
    ]
    burnt = [c for c in changes if c.action is Action.DELETE and not BY_NAME[c.kind].embedded and not c.temporary_name]
    if burnt:
        names = ", ".join(str(change.address) for change in burnt[:5]) + (", …" if len(burnt) > 5 else "")
        warnings.append(
            f"Clockify may keep the names of deleted things reserved; you may not be able to use these again: {names}"
        )
    return warnings


def _forecast(live: Live, changes: list[Change], per_second: float) -> Forecast:
    writing = sum(len(change.steps) for change in changes)
    reading = live.requests if writing else 0
    return Forecast(reading, writing, 0, round((reading + writing) / per_second, 2))
