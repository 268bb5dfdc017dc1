"""What the guards look at besides the changes: one frozen value, built once by planning and once by apply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reconciler.kinds import BY_NAME, KINDS
from reconciler.planning.plan import Change, Forecast
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.state import Live, Policy


@dataclass(frozen=True, slots=True)
class GuardContext:
    """The surroundings of a plan; mappings of numbers are by the kind's name.

    `policy`: the policy of the plan. `is_saved`: whether the changes come from a saved plan that `apply` evaluates again.
    `contested`: id of a live resource that a `was:` names → the reason. `declared`: ids of live resources that the manifests
    declare. `live_counts`: number of live resources, `in_use`: number of those that are not archived, for plans with removals.
    `allowed`: exact number of removals that were allowed by hand. `excluded`: number of removals that were taken out of the
    plan, which that number still counts. `connections`: the connection of the plan and the one in use. `protected_before`: the
    protect patterns of the policy applied last. `today`: None where the day is unknown. `max_requests`: None for no new limit.
    """

    live: Live
    policy: Policy
    forecast: Forecast
    is_saved: bool = False
    contested: Mapping[str, str] = field(default_factory=dict)
    declared: Collection[str] = frozenset()
    live_counts: Mapping[str, int] = field(default_factory=dict)
    in_use: Mapping[str, int] = field(default_factory=dict)
    allowed: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    connections: tuple[str, str] = ("", "")
    protected_before: Sequence[str] = ()
    rename_candidates: tuple[RenameCandidate, ...] = ()
    today: date | None = None
    max_requests: int | None = None


def live_counts(live: Live) -> Counter[str]:
    """Number of live resources, by the kind's name."""
    return Counter(address.kind for address in live.resources)


def in_use_counts(live: Live) -> Counter[str]:
    """Number of live resources that are not archived, by the kind's name."""
    # One look-up a resource instead of a call: a workspace may have 100,000 tasks.
    archived = {kind.name: (kind.lifecycle.name, kind.archived_value) for kind in KINDS}
    return Counter(r.kind for r in live.resources.values() if r.values.get(archived[r.kind][0]) != archived[r.kind][1])


def was_in_use(change: Change) -> bool:
    """Whether the resource of a removal was not archived when the plan was made."""
    return not BY_NAME[change.kind].is_archived(planned_values(change))


def planned_values(change: Change) -> Mapping[str, Any]:
    """The live values that the change was computed from."""
    values: Mapping[str, Any] = change.precondition.get("values", {})
    return values


def planned_parent_id(change: Change) -> str:
    """The live parent's id that the change was computed from; empty where it had none."""
    return str(change.precondition.get("parent_id") or "")
