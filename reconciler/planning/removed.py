"""Entries of `removed:` → the live resources that they mean."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.errors import PlanningError
from reconciler.planning.match import Matching
from reconciler.planning.problems import ambiguous
from reconciler.state import Desired, Removed

_HINT = "list each spelling in 'removed', or rename one of them in Clockify"


def entries_by_id(desired: Desired, matching: Matching) -> Mapping[str, Removed]:
    """The entries by the id of the resource that each removes; an entry that means no undeclared resource is left out.

    Raises PlanningError for a name that several resources have in different spellings, unless each of them is listed. That also
    holds where an entry has the exact name of one of them: once that one is gone, the entry would mean the other.
    """
    listed = {removed.address for removed in desired.removed if not removed.id}
    entries = {removed.id: removed for removed in desired.removed if removed.id}
    problems = []
    for removed in desired.removed:
        if removed.id:
            continue
        matches = [r for r in matching.names.find(removed.address) if r.id not in matching.declared]
        twins = [
            r
            for r in matching.names.all_spellings(removed.address)
            if r.address not in listed and r.id not in matching.declared and r not in matches
        ]
        if twins or len(matches) > 1:
            what = f"the entry {str(removed.address)!r} of 'removed'"
            problems.append(ambiguous(removed.source, what, [*matches, *twins], _HINT))
        elif matches:
            entries.setdefault(matches[0].id, removed)
    if problems:
        raise PlanningError(problems)
    return entries
