"""`undo`: plan the reverse of a recorded run, and write the plan; or reverse a time run, after approval."""

from __future__ import annotations

from dataclasses import replace

import click

from reconciler.applying import Runs
from reconciler.applying.journal.time_run import TimeRun
from reconciler.cli import planfiles
from reconciler.cli.actions.deliver import PlanRequest, deliver_plan, require_writable_outputs
from reconciler.cli.allowances import allowance_arguments
from reconciler.cli.run_store import fetch_runs
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.store_use import StoreUse
from reconciler.cli.terminal.output import print_message
from reconciler.planning import Plan
from reconciler.planning.exclude import is_exclusion_useful


def run_undo(name: str, request: PlanRequest, token: str | None, settings: Settings) -> Plan | None:
    """Plan the reverse of a run; save, report and print it.

    A time run has no plan: it is reversed at once, after approval.
    """
    require_writable_outputs(request)
    known = fetch_runs(settings, StoreUse.UNDO)
    run = Runs(settings.state_dir).named(name)
    if isinstance(run, TimeRun):
        _undo_time_run(run, request, token, settings)
        return None
    if token is not None:
        raise click.UsageError(
            "--approve is for time runs; the undo of a plan is a plan, which apply approves",
            click.get_current_context(),
        )
    run.require_trusted()
    planfiles.require_target(run.plan.target, settings)
    with open_session(settings, wait_for_quota=request.wait, resumes=True) as session:
        plan = session.prepare_undo(run, request.allowed).plan
    known.require_for_removals(plan)
    deliver_plan(plan, request, settings, is_applicable=bool(request.output))
    if next_step := _next_step(plan, run.id, request, settings):
        print_message(next_step)
    return plan


def _undo_time_run(run: TimeRun, request: PlanRequest, token: str | None, settings: Settings) -> None:
    from reconciler.cli.actions.time_undo import undo_time_run  # noqa: PLC0415 - few undos are of a time run

    is_planned = request.output is not None or request.reports or request.form not in ("text", "json")
    if is_planned or allowance_arguments(request.allowed):
        raise click.UsageError(
            f"run {run.id} is a time run: its undo is one write and no plan, without the options of a plan",
            click.get_current_context(),
        )
    undo_time_run(run, token, "json" if request.form == "json" else "table", settings, wait=request.wait)


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
        return "apply refuses this plan: its last lines say what allows each blocked change"
    return text + settings.command("undo", run, "-o", output, *allowance_arguments(allowed))
