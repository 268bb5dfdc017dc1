"""Removals that look like the old side of a rename: a create of the same plan may be the same resource.

With targets, one side may be outside of the plan: then a create is blocked whose removal is, since a resource that is created beside
its older self is no rename any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.kinds import ancestors, parent_of
from reconciler.model import Address
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Action, Blocked, Change
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.text import command_line

NAME = "look_alike"
_MOST_NAMED = 3
"""Creates that one block names; the questions of the plan list all of them."""


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block the removal of each rename candidate, with all that it may be; the create where the removal is outside the targets."""
    by_removed: dict[Address, list[RenameCandidate]] = {}
    by_created: dict[Address, list[RenameCandidate]] = {}
    for candidate in context.rename_candidates:
        by_removed.setdefault(candidate.remove, []).append(candidate)
        by_created.setdefault(candidate.create, []).append(candidate)
    removed = {change.address for change in changes if change.is_removal} if context.rename_candidates else set()
    blocked = {}
    for position, change in enumerate(changes):
        if change.is_removal and change.address in by_removed:
            blocked[position] = _block(by_removed[change.address], by_created, is_undo=context.is_undo)
            continue
        created = by_created.get(change.address, ()) if change.action is Action.CREATE else ()
        if outside := [candidate for candidate in created if candidate.remove not in removed]:
            blocked[position] = _block_create(outside, by_created)
    return blocked


def _block_create(
    outside: Sequence[RenameCandidate], by_created: Mapping[Address, Sequence[RenameCandidate]]
) -> Blocked:
    """The block of a create, with the removals outside of the targets that it may be."""
    named, others = outside[:_MOST_NAMED], len(outside) - _MOST_NAMED
    listed = ", ".join(str(candidate.remove) for candidate in named) + (f" and {others} more" if others > 0 else "")
    reason = f"looks like {listed}, which the manifests remove, outside the targets: possibly one resource renamed"
    edits = dict.fromkeys(_edit(candidate, by_created) for candidate in named)
    options = [word for candidate in named for word in ("--allow-removal", str(candidate.remove))]
    return Blocked(NAME, reason, ", or ".join((*edits, command_line(*options))))


def _block(
    candidates: Sequence[RenameCandidate],
    by_created: Mapping[Address, Sequence[RenameCandidate]],
    *,
    is_undo: bool,
) -> Blocked:
    first, others = candidates[0], len(candidates) - _MOST_NAMED
    reasons = [_reason(candidate, is_undo=is_undo) for candidate in candidates[:_MOST_NAMED]]
    more = f"; {others} more look{'s' if others == 1 else ''} like it" if others > 0 else ""
    allow = command_line("--allow-removal", str(first.remove))
    edits = [] if is_undo else [_edit(candidate, by_created) for candidate in candidates[:_MOST_NAMED]]
    return Blocked(NAME, "; or it ".join(reasons) + more, ", or ".join((*dict.fromkeys(edits), allow)))


def _reason(candidate: RenameCandidate, *, is_undo: bool) -> str:
    create = candidate.create
    if candidate.is_correction and not is_undo:
        return f"may be {create}, which the plan creates: its `was:` matches nothing, possibly one resource renamed"
    if candidate.was or is_undo:
        return f"looks like {create}, which the plan creates: possibly one resource renamed"
    return f"looks like {create}, which the plan creates under {parent_of(create)}, itself possibly renamed"


def _edit(candidate: RenameCandidate, by_created: Mapping[Address, Sequence[RenameCandidate]]) -> str:
    """The edit of a manifest that says that the two are one resource."""
    if candidate.is_correction:
        return f"replace the `was:` of {candidate.create} by `{candidate.line}`"
    if candidate.was:
        return candidate.edit
    above = [other for parent in ancestors(candidate.create) for other in by_created.get(parent, ()) if other.was]
    earlier = ancestors(candidate.remove)
    likeliest = next((other for other in above if other.remove in earlier), above[0] if above else None)
    return likeliest.edit if likeliest else f"add `was:` to {parent_of(candidate.create)}"
