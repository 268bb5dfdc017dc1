"""The changes of a draft, before guards: unordered, and in the order in which they start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.planning.ancestry import with_ancestors
from reconciler.planning.diff import declared_changes
from reconciler.planning.draft import Draft
from reconciler.planning.impact import with_impacts, with_names_freed
from reconciler.planning.order import in_order
from reconciler.planning.plan import Change
from reconciler.planning.prune import removal_changes
from reconciler.planning.temporary_names import with_temporary_names
from reconciler.state import Live, Usage


def draft_changes(draft: Draft, usage: Mapping[str, Usage]) -> list[Change]:
    """All changes that lead to the desired state, in no order. Values are not validated: `require_known_values` does that."""
    removals = removal_changes(draft, usage)
    declared = declared_changes(draft.desired, draft.matching)
    return [*with_impacts(declared, draft.live, usage), *removals]


def ordered_changes(changes: Iterable[Change], live: Live) -> list[Change]:
    """The same changes in their order, with the ancestors, the temporary names and the needs that follow from each other."""
    chosen = list(changes)
    if not chosen:
        return []
    return with_names_freed(in_order(with_temporary_names(with_ancestors(chosen, live))))
