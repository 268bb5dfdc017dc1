"""The proof of a plan: simulated on a copy of the live state, it leads to the desired state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.errors import SimulationError
from reconciler.planning.changes import draft_changes
from reconciler.planning.dependents import dependents
from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.plan import Change
from reconciler.planning.simulate import new_id, simulate
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.select import targeted
from reconciler.state import Usage


def require_convergence(
    draft: Draft, usage: Mapping[str, Usage], changes: Sequence[Change], patterns: TargetPatterns
) -> None:
    """Simulate the plan and plan again: raise SimulationError if a change is left, with targets one that they cover.

    A block that an option can lift is simulated as if it were lifted. A final block means that the plan is not applied as a
    whole: then only the steps of the rest are simulated, since part of a plan does not reach the desired state.
    """
    held = _held(changes)
    if len(held) == len(changes):
        return
    after, desired = simulate(changes, draft.live, held), draft.desired
    if held:
        return
    created = {address: known or new_id(address) for address, known in desired.identified.items()}
    left = draft_changes(make_draft(replace(desired, identified=created), after), usage)
    if patterns:
        left = [left[position] for position in sorted(targeted(left, patterns))]
    if left:
        listed = ", ".join(str(change.address) for change in left[:5])
        raise SimulationError(
            f"simulated on a copy of the workspace, the plan does not reach the desired state: {listed}",
            hint="this is a defect of reconciler; nothing was written. Please report it with the saved states",
        )


def _held(changes: Sequence[Change]) -> set[int]:
    """Positions of the changes with a final block, and of those that depend on them."""
    blocked = (at for at, change in enumerate(changes) if change.blocked and change.blocked.is_final)
    return set(dependents(changes, blocked))
