"""`plan --accept-renames`: from one plan with look-alikes to the plan as if the manifests said that all of them are renames."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.cli.session import PreparedPlan, Session
from reconciler.planning import RenameCandidate, accept_renames
from reconciler.state import Allowances, Desired


def with_accepted_renames(
    session: Session, desired: Desired, prepared: PreparedPlan, allowed: Allowances
) -> tuple[PreparedPlan, Sequence[RenameCandidate]]:
    """The plan as if, and the pairs whose lines it supposes.

    What stays raises other questions than what goes (whose time entries, which task lists), so the workspace is read again,
    once where nothing new turns up.
    """
    pairs: list[RenameCandidate] = []
    while prepared.plan.rename_candidates:
        reading, target = prepared.reading, prepared.plan.target
        about = session.options(allowed, prepared.workspace)
        desired, more = accept_renames(desired, reading.live, reading.usage, target=target, options=about)
        if not more:
            break
        pairs += more
        prepared = session.prepare(desired, allowed)
    return prepared, pairs
