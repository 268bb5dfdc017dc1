"""The warning of a first plan that removes something: manifests that were written by hand may lack what a living workspace has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from reconciler.kinds import KINDS
from reconciler.planning.plan import Change

_START = "this is the first plan for the workspace from this folder, and it would remove "


def first_plan_warnings(changes: Iterable[Change]) -> Iterator[str]:
    """The warning for the removals of a plan whose caller knows of no apply to the workspace; none without removals."""
    counts = Counter(change.kind for change in changes if change.is_removal)
    parts = [f"{n:,} {kind.name if n == 1 else kind.plural}" for kind in KINDS if (n := counts[kind.name])]
    if parts:
        listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
        yield f"{_START}{listed}; to start from what is live, let `export` write the manifests"


def is_first_plan_warning(warning: str) -> bool:
    """Whether a warning is that of a first plan."""
    return warning.startswith(_START)


def with_first_plan_warning(warnings: Sequence[str], changes: Iterable[Change]) -> tuple[str, ...]:
    """The warnings of a plan of which `changes` are left: that of a first plan, if it has one, speaks of those."""
    if not any(map(is_first_plan_warning, warnings)):
        return tuple(warnings)
    return (*first_plan_warnings(changes), *(w for w in warnings if not is_first_plan_warning(w)))
