"""`undo`: plan the reverse of a recorded run, and write the plan."""

from __future__ import annotations

from reconciler.applying import Runs
from reconciler.cli import planfiles
from reconciler.cli.actions.deliver import PlanRequest, deliver_plan, require_writable_outputs
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import allowance_arguments
from reconciler.cli.terminal.output import print_message


def run_undo(name: str, request: PlanRequest, settings: Settings) -> bool:
    """Plan the reverse of a run; save, report and print it. Whether there are no changes."""
    require_writable_outputs(request)
    run = Runs(settings.state_dir).named(name)
    run.require_trusted()
    planfiles.require_target(run.plan.target, settings)
    with open_session(settings) as session:
        plan = session.prepare_undo(run, request.allowed).plan
    deliver_plan(plan, request, settings, is_applicable=bool(request.output))
    if not request.output and not plan.is_empty:
        command = settings.command("undo", run.id, "-o", "undo.json", *allowance_arguments(request.allowed))
        print_message(f"to apply it, save it first: {command}")
    return plan.is_empty and not plan.excluded
