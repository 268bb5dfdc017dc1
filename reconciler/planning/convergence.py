"""The proof of a plan: simulated on a copy of the live state, it leads to the desired state."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from reconciler.errors import PlanningError, SimulationError, TargetError
from reconciler.model import Address
from reconciler.planning.changes import draft_changes
from reconciler.planning.dependents import dependents
from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.order import gives_place
from reconciler.planning.plan import Change
from reconciler.planning.simulate import new_id, simulation_of
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.select import select, targeted
from reconciler.planning.touched import is_done
from reconciler.state import Desired, Live, Usage
from reconciler.text import command_line

_LISTED = 5
"""Addresses that a message lists."""


def require_convergence(
    draft: Draft,
    usage: Mapping[str, Usage],
    every: Sequence[Change],
    changes: Sequence[Change],
    patterns: TargetPatterns,
) -> None:
    """Simulate the plan and plan again what it touched: raise SimulationError if a change is left. With targets everything is planned
    again: a change is left if they cover it; raise TargetError where such a change follows from what is outside.

    A block that an option can lift is simulated as if it were lifted. A final block means that the plan is not applied as a
    whole: then only the steps of the rest are simulated, since part of a plan does not reach the desired state.
    `every`: what the draft leads to, of which `changes` are the plan.
    """
    held = _held(changes)
    if len(held) == len(changes):
        return
    simulation, desired = simulation_of(changes, draft.live, held), draft.desired
    if held:
        return
    created = {address: known or new_id(address) for address, known in desired.identified.items()}
    desired = replace(desired, identified=created)
    if patterns:
        desired = replace(desired, renamed={**desired.renamed, **_exchanged(changes)})
    elif is_done(draft, usage, desired, every, simulation):
        return
    left = draft_changes(_draft_after(desired, simulation.result(), patterns), usage)
    if patterns:
        _require_independence(left, {change.address for change in changes}, patterns)
        left = [left[position] for position in sorted(targeted(left, patterns))]
    if left:
        listed = _listed([change.address for change in left])
        raise SimulationError(
            f"simulated on a copy of the workspace, the plan does not reach the desired state: {listed}",
            hint="this is a defect of reconciler; nothing was written. Please report it with the saved states",
        )


def _draft_after(desired: Desired, after: Live, patterns: TargetPatterns) -> Draft:
    """The draft on the state after a plan. Raises TargetError where only the rest of the changes keeps the two from a conflict."""
    try:
        return make_draft(desired, after)
    except PlanningError as error:
        if not patterns:
            raise
        problem = error.problems[0]
        place = f" ({problem.place})" if problem.path else ""
        raise TargetError(
            f"the targets cannot be applied alone, as the manifests would conflict with the workspace then: {problem.message}{place}",
            hint=f"plan without --target, or {problem.hint}",
        ) from error


def _exchanged(changes: Sequence[Change]) -> Mapping[Address, tuple[str, str]]:
    """The renames of a plan that exchanges names, as the record of its run keeps them: as long as what is inside the resources is not
    as declared, names alone do not show that they were exchanged.
    """
    if not any(change.temporary_name and not change.removal for change in changes):
        return {}
    return {c.address: (c.id, c.temporary_name) for c in changes if gives_place(c) and not c.removal and c.id}


def _require_independence(left: Sequence[Change], planned: Container[Address], patterns: TargetPatterns) -> None:
    """Raise TargetError where a `was:` would make something else of what the targets lead to, as long as the rest is not applied."""
    again = [left[position] for position in select(left, patterns)]
    others = [c.address for c in again if c.address not in planned and not patterns.covers(c.address)]
    if others:
        options = command_line(*(word for address in others[:_LISTED] for word in ("--target", str(address))))
        raise TargetError(
            f"the targets cannot be applied without {_listed(others)}: an earlier name (`was:`) there means what they lead to",
            hint=f"add {options}",
        )
    if renamed := [change.address for change in again if gives_place(change)]:
        raise TargetError(
            f"the targets cannot be applied alone: earlier names (`was:`) would lead to {_listed(renamed)} then",
            hint="plan without --target, or remove `was:` where the rename is done",
        )


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(map(str, addresses[:_LISTED])) + (", …" if len(addresses) > _LISTED else "")


def _held(changes: Sequence[Change]) -> set[int]:
    """Positions of the changes with a final block, and of those that depend on them."""
    blocked = (at for at, change in enumerate(changes) if change.blocked and change.blocked.is_final)
    return set(dependents(changes, blocked))
