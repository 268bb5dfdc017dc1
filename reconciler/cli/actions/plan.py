"""`plan`: read the workspace, plan, and write the plan."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from reconciler.cli.actions.deliver import PlanRequest, deliver_plan, require_writable_outputs
from reconciler.cli.manifests import load_manifests
from reconciler.cli.session import PreparedPlan, Session, open_session
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message, screen_of, styled
from reconciler.planning import RenameCandidate, accept_renames
from reconciler.render.renames import accepted_rename_lines
from reconciler.state import Allowances, Desired


def run_plan(request: PlanRequest, settings: Settings) -> bool:
    """Plan, save, report and print; whether there are no changes."""
    require_writable_outputs(request)
    desired = load_manifests(request.paths)
    accepted: Sequence[RenameCandidate] = ()
    with open_session(settings) as session:
        prepared = session.prepare(desired, request.allowed)
        if request.with_accepted_renames:
            prepared, accepted = prepare_with_accepted_renames(session, desired, prepared, request.allowed)
    # With accepted renames the plan is not that of the manifests as they are, so no command would apply it.
    deliver_plan(prepared.plan, request, settings, is_applicable=not accepted)
    if accepted:
        screen = screen_of(sys.stderr, settings)
        print_message(styled(accepted_rename_lines(accepted, desired, screen), screen))
    return prepared.plan.is_empty and not prepared.plan.excluded


def prepare_with_accepted_renames(
    session: Session, desired: Desired, prepared: PreparedPlan, allowed: Allowances
) -> tuple[PreparedPlan, Sequence[RenameCandidate]]:
    """The plan with all rename candidates accepted, and those candidates.

    A rename needs other reads than a removal (whose time entries, which task lists), so the workspace is read again: once,
    unless further candidates turn up.
    """
    accepted: list[RenameCandidate] = []
    while prepared.plan.rename_candidates:
        reading, target = prepared.reading, prepared.plan.target
        options = session.options(allowed, prepared.workspace)
        desired = session.as_recorded(desired, prepared.workspace)
        desired, more = accept_renames(desired, reading.live, reading.usage, target=target, options=options)
        if not more:
            break
        accepted += more
        prepared = session.prepare(desired, allowed)
    return prepared, accepted
