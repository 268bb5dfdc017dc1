"""`undo`: plan the reverse of a recorded run, and write the plan."""

from __future__ import annotations

from dataclasses import replace

from reconciler.applying import Runs
from reconciler.cli import planfiles
from reconciler.cli.actions.deliver import PlanRequest, deliver_plan, require_writable_outputs
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import allowance_arguments
from reconciler.cli.terminal.output import print_message
from reconciler.planning import Plan
from reconciler.planning.exclude import is_exclusion_useful


def run_undo(name: str, request: PlanRequest, settings: Settings) -> bool:
    """Plan the reverse of a run; save, report and print it. Whether there are no changes."""
    require_writable_outputs(request)
    run = Runs(settings.state_dir).named(name)
    run.require_trusted()
    planfiles.require_target(run.plan.target, settings)
    with open_session(settings) as session:
        plan = session.prepare_undo(run, request.allowed).plan
    deliver_plan(plan, request, settings, is_applicable=bool(request.output))
    if next_step := _next_step(plan, run.id, request, settings):
        print_message(next_step)
    return plan.is_empty and not plan.excluded


def _next_step(plan: Plan, run: str, request: PlanRequest, settings: Settings) -> str:
    """What leads to a saved plan that can be applied; "" where this one is saved, or there is none."""
    if plan.is_empty or (request.output and not plan.summary["blocked"]):
        return ""
    allowed, output = request.allowed, request.output if request.output not in (None, "-") else "undo.json"
    if not plan.summary["blocked"]:
        text = "to apply it, save it first: "
    elif is_exclusion_useful(plan):
        allowed, text = (
            replace(allowed, except_blocked=True),
            "to apply the rest without the blocked changes, save that: ",
        )
    else:
        return "apply refuses this plan: each blocked change says what allows it"
    return text + settings.command("undo", run, "-o", output, *allowance_arguments(allowed))
