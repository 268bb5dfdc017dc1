"""Removals that look like the old side of a rename: a create of the same plan may be the same resource."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from reconciler.kinds import ancestors, parent_of
from reconciler.model import Address
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change
from reconciler.planning.renames.candidate import RenameCandidate

NAME = "look_alike"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block the removal of each rename candidate."""
    by_removed = {candidate.remove: candidate for candidate in context.rename_candidates}
    by_created = {candidate.create: candidate for candidate in context.rename_candidates}
    return {
        position: _block(by_removed[change.address], by_created, is_undo=context.is_undo)
        for position, change in enumerate(changes)
        if change.is_removal and change.address in by_removed
    }


def _block(candidate: RenameCandidate, by_created: Mapping[Address, RenameCandidate], *, is_undo: bool) -> Blocked:
    create, allow = candidate.create, f"--allow-removal {shlex.quote(str(candidate.remove))}"
    if is_undo:
        return Blocked(NAME, f"looks like {create}, which the plan creates: possibly one resource renamed", allow)
    if candidate.is_correction:
        reason = f"may be {create}, which the plan creates: its `was:` matches nothing, possibly one resource renamed"
        return Blocked(NAME, reason, f"replace the `was:` of {create} by `{candidate.line}`, or {allow}")
    if candidate.was:
        reason = f"looks like {create}, which the plan creates: possibly one resource renamed"
        return Blocked(NAME, reason, f"{candidate.edit}, or {allow}")
    parent = parent_of(create)
    reason = f"looks like {create}, which the plan creates under {parent}, itself possibly renamed"
    above = next((by_created[a] for a in ancestors(create) if a in by_created and by_created[a].was), None)
    return Blocked(NAME, reason, f"{above.edit if above else f'add `was:` to {parent}'}, or {allow}")
