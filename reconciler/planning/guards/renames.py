"""Removals that look like the old side of a rename: a create of the same plan may be the same resource."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from reconciler.kinds import parent_of
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change
from reconciler.planning.renames.candidate import RenameCandidate

NAME = "look_alike"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block the removal of each rename candidate."""
    by_removed = {candidate.remove: candidate for candidate in context.rename_candidates}
    return {
        position: _block(by_removed[change.address])
        for position, change in enumerate(changes)
        if change.is_removal and change.address in by_removed
    }


def _block(candidate: RenameCandidate) -> Blocked:
    create, allow = candidate.create, f"--allow-removal {shlex.quote(str(candidate.remove))}"
    if candidate.is_correction:
        reason = f"may be {create}, which the plan creates: its `was:` matches nothing, possibly one resource renamed"
        return Blocked(NAME, reason, f"replace the `was:` of {create} by `{candidate.line}`, or {allow}")
    if candidate.was:
        reason = f"looks like {create}, which the plan creates: possibly one resource renamed"
        return Blocked(NAME, reason, f"add `{candidate.line}` to {create}, or {allow}")
    parent = parent_of(create)
    reason = f"looks like {create}, which the plan creates under {parent}, itself possibly renamed"
    return Blocked(NAME, reason, f"add `was:` to {parent}, or {allow}")
