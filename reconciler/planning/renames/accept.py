"""The desired state in which every rename candidate is a rename, for `plan --accept-renames`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.planning.plan import Target
from reconciler.planning.planner import PlanOptions, make_plan
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.planning.spelling import with_live_spelling
from reconciler.state import Desired, Live, Usage


def with_renames(desired: Desired, pairs: Iterable[RenameCandidate]) -> Desired:
    """The same desired state, with the `was:` line of each pair added."""
    resources = dict(desired.resources)
    for pair in pairs:
        if pair.was:
            resource = resources[pair.create]
            resources[pair.create] = replace(resource, was=(*resource.was, pair.was))
    return replace(desired, resources=resources)


def accept_renames(
    desired: Desired, live: Live, usage: Mapping[str, Usage], *, target: Target, options: PlanOptions
) -> tuple[Desired, tuple[RenameCandidate, ...]]:
    """Accept every rename candidate until there is none left: the resulting desired state, and the pairs that need a line.

    A create that several removals may be, or a removal that may be several creates, is left as it is.
    A renamed parent may reveal candidates below it. Each round turns at least one create into an update, so the loop ends.
    Raises as `make_plan` does.
    """
    accepted: list[RenameCandidate] = []
    desired = with_live_spelling(desired, live)
    while True:
        pairs = make_plan(desired, live, usage, target=target, options=options).rename_candidates
        asked = [pair for pair in _unambiguous(pairs) if pair.was not in desired.resources[pair.create].was]
        if not asked:
            return desired, tuple(accepted)
        accepted += asked
        desired = with_renames(desired, asked)


def _unambiguous(pairs: Sequence[RenameCandidate]) -> Iterator[RenameCandidate]:
    """The pairs that need a line and share neither side with another one."""
    needed = [pair for pair in pairs if pair.was]
    creates, removes = Counter(pair.create for pair in needed), Counter(pair.remove for pair in needed)
    return (pair for pair in needed if creates[pair.create] == 1 and removes[pair.remove] == 1)
