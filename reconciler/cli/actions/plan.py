"""`plan`: read the workspace, plan, and write the plan."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from reconciler import planning
from reconciler.cli.actions.deliver import PlanRequest, deliver_plan, require_writable_outputs
from reconciler.cli.manifests import load_manifests
from reconciler.cli.plan_records import record_planned
from reconciler.cli.prepared import PreparedPlan
from reconciler.cli.removal_places import RemovalPlaces
from reconciler.cli.run_store import fetch_runs
from reconciler.cli.session import Session, open_session
from reconciler.cli.settings import Settings
from reconciler.cli.store_use import StoreUse
from reconciler.cli.terminal.output import print_message, screen_of, styled
from reconciler.errors import StrictError
from reconciler.planning import Plan, RenameCandidate
from reconciler.planning.warnings import require_no_warnings
from reconciler.state import Allowances, Desired


def run_plan(request: PlanRequest, settings: Settings) -> Plan:
    """Plan, save, report and print.

    Raises StrictError for a plan with warnings if the request is strict: it is reported and printed, and not saved.
    """
    require_writable_outputs(request)
    desired = load_manifests(request.paths, request.variables)
    request = replace(request, view=replace(request.view, place=RemovalPlaces(desired)))
    accepted: Sequence[RenameCandidate] = ()
    known = fetch_runs(settings, StoreUse.PLAN)
    # Pages that were kept are older than the reading, and --since-last records from when on nothing was missed.
    options = {"wait_for_quota": request.wait, "since_last": request.since_last, "resumes": not request.since_last}
    with open_session(settings, **options) as session:
        prepared = session.prepare(desired, request.allowed)
        if request.with_accepted_renames:
            prepared, accepted = prepare_with_accepted_renames(session, desired, prepared, request.allowed)
    known.require_for_removals(prepared.plan)
    if not accepted:
        record_planned(prepared.plan, settings)
    if request.is_strict:
        _refuse_warnings(prepared.plan, request, settings)
    # With accepted renames the plan is not that of the manifests as they are, so no command would apply it.
    deliver_plan(prepared.plan, request, settings, is_applicable=not accepted)
    if accepted:
        from reconciler.render.renames import accepted_rename_lines  # noqa: PLC0415 - start-up: few plans accept any

        screen = screen_of(sys.stderr, settings)
        print_message(styled(accepted_rename_lines(accepted, desired, screen), screen))
    known.publish()
    return prepared.plan


def _refuse_warnings(plan: Plan, request: PlanRequest, settings: Settings) -> None:
    """Report and print a plan with warnings, without the command that applies it, and raise StrictError."""
    try:
        require_no_warnings(plan)
    except StrictError:
        deliver_plan(plan, replace(request, output=None), settings, is_applicable=False)
        raise


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
        desired, more = planning.accept_renames(desired, reading.live, reading.usage, target=target, options=options)
        if not more:
            break
        accepted += more
        prepared = session.prepare(desired, allowed)
    return prepared, accepted
