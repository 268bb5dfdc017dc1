"""Undo: from the journal of a run and live state to a desired state that ordinary planning leads to.

What the run changed gets its old values back, field by field; what it created is removed; what it deleted is created again, under
a new id. What was changed after the run is left as it is, with a note.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from reconciler.applying.journal.run import Run
from reconciler.applying.undo.builder import InverseBuilder
from reconciler.applying.undo.effects import Effect, effects_of
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME, KINDS
from reconciler.live import Reading, read_for_undo
from reconciler.planning.plan import Action, Plan
from reconciler.state import Desired, Live, Policy, Prune, Workspace

REASON = "as it was before the run"


@dataclass(frozen=True, slots=True)
class Undo:
    """`desired` is the state before the run; `notes` are what cannot be restored, or is left as it is, and why."""

    desired: Desired
    notes: tuple[str, ...]


def inverse_of(
    run: Run, reader: Reader, workspace: Workspace, policy: Policy, *, ids_before: Collection[str] = ()
) -> tuple[Undo, Reading]:
    """The undo of a run, and the reading that its plan needs. Raises JournalError, and the errors of `live.read`.

    `ids_before` are ids that existed before the run, by what else is known than its own record.
    """
    effects = effects_of(run, ids_before)
    parents = {e.id: e.parent_id for e in effects if BY_NAME[e.kind].is_embedded}
    existed = frozenset((*ids_before, *run.existed))

    def undo_on(live: Live) -> Undo:
        return build_inverse(effects, live, policy, run.id, existed)

    reading = read_for_undo(reader, run.plan, workspace, lambda live: undo_on(live).desired, parents)
    undo = undo_on(reading.live)
    if run.plan.target.is_new:
        name = run.plan.target.workspace_name
        undo = replace(
            undo, notes=(f"the workspace {name!r} stays: Clockify's API cannot delete a workspace", *undo.notes)
        )
    if not run.is_sealed:
        undo = replace(
            undo, notes=(f"run {run.id} was recorded by 0.1.0, without checksums: verify each change", *undo.notes)
        )
    return undo, reading


def annotate(plan: Plan, undo: Undo) -> Plan:
    """The plan of an undo: with the reason of each change, and the notes before the other warnings."""
    changes = (change if change.removal else replace(change, reason=REASON) for change in plan.changes)
    return replace(plan, changes=tuple(changes), warnings=(*undo.notes, *plan.warnings))


def build_inverse(
    effects: tuple[Effect, ...], live: Live, policy: Policy, run: str, existed: Collection[str] = ()
) -> Undo:
    """The undo of `effects` on the workspace as it is; `run` is the id of their run, `existed` are ids from before it. Pure.

    Of `policy`, budget, protection and checks apply. Tracked time is always kept, and nothing is pruned.
    """
    created = {effect.id for effect in effects if effect.action is Action.CREATE}
    builder = InverseBuilder(live, run, created, existed)
    for effect in effects:
        builder.add(effect)
    keeping = Policy(
        prune={kind.name: Prune.KEEP for kind in KINDS},
        removal_budget=policy.removal_budget,
        protect=policy.protect,
        checks=policy.checks,
        plan_expires=policy.plan_expires,
    )
    desired = Desired(
        resources=builder.resources(),
        removed=tuple(builder.removed),
        policy=keeping,
        workspace=live.workspace.id,
        identified=builder.identified,
        is_undo=True,
    )
    return Undo(desired, tuple(dict.fromkeys(builder.notes)))
