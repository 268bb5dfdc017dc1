"""`plan --accept-renames`: from one plan with look-alikes to the plan as if the manifests said that all of them are renames."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.cli.session import Prospect, Session
from reconciler.planning import LookAlike, accept_renames
from reconciler.state import Allowances, Desired


def as_if_renamed(
    session: Session, desired: Desired, prospect: Prospect, allowed: Allowances
) -> tuple[Prospect, Sequence[LookAlike]]:
    """The plan as if, and the pairs whose lines it supposes.

    What stays raises other questions than what goes (whose time entries, which task lists), so the workspace is read again,
    once where nothing new turns up.
    """
    pairs: list[LookAlike] = []
    while prospect.plan.look_alikes:
        reading, target = prospect.reading, prospect.plan.target
        about = session.circumstances(allowed, prospect.workspace)
        desired, more = accept_renames(desired, reading.live, reading.usage, target=target, circumstances=about)
        if not more:
            break
        pairs += more
        prospect = session.prepare(desired, allowed)
    return prospect, pairs
