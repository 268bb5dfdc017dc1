"""What the guards look at besides the changes: one frozen value, built once by planning and once by apply."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.plan import Change, Forecast
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.state import Live, Policy


@dataclass(frozen=True, slots=True)
class GuardContext:
    """The surroundings of a plan; mappings of numbers are by the kind's name.

    `policy`: the policy of the plan. `is_saved`: whether the changes come from a saved plan that `apply` evaluates again.
    `is_undo`: whether the record of a run led to the plan, so that no edit of a manifest lifts a block.
    `contested`: id of a live resource that a `was:` names → the reason. `identified`: addresses that an undo knows by their ids.
    `declared`: ids of live resources that the manifests declare. `arrivals`: by the id of a live parent, the addresses that the
    plan creates in it or moves into it. `live_counts`: number of live resources, `in_use`: number of those that are not archived,
    for plans with removals.
    `allowed`: exact number of removals that were allowed by hand. `excluded`: number of removals that were taken out of the
    plan, which that number still counts. `connections`: the connection of the plan and the one in use. `protected_before`: the
    protect patterns of the policy applied last. `outside`: the changes that the targets of the plan leave out, when it is made.
    `is_targeted`: whether the plan is limited to targets. `today`: None where the day is unknown. `max_requests`: None for no new limit.
    """

    live: Live
    policy: Policy
    forecast: Forecast
    is_saved: bool = False
    is_undo: bool = False
    contested: Mapping[str, str] = field(default_factory=dict)
    identified: Collection[Address] = ()
    declared: Collection[str] = frozenset()
    arrivals: Mapping[str, Sequence[Address]] = field(default_factory=dict)
    live_counts: Mapping[str, int] = field(default_factory=dict)
    in_use: Mapping[str, int] = field(default_factory=dict)
    allowed: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    connections: tuple[str, str] = ("", "")
    protected_before: Sequence[str] = ()
    outside: Sequence[Change] = ()
    is_targeted: bool = False
    rename_candidates: tuple[RenameCandidate, ...] = ()
    today: date | None = None
    max_requests: int | None = None


INSTEAD_OF_UNDO = "exclude it with --except-blocked, or make this change in Clockify"
"""What to do about a change of an undo that only another manifest would allow."""


def was_in_use(change: Change) -> bool:
    """Whether the resource of a removal was not archived when the plan was made."""
    return not BY_NAME[change.kind].is_archived(change.precondition.values)
