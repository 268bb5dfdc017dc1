"""`show`: print a saved plan, or a recorded run with the plan that it applied."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from reconciler.applying import Runs
from reconciler.applying.journal.run import Run
from reconciler.applying.journal.summary import run_to_json
from reconciler.applying.journal.time_run import TimeRun
from reconciler.cli import plan_names, planfiles
from reconciler.cli.plan_output import print_plan
from reconciler.cli.plan_records import load_plan_or_record
from reconciler.cli.run_store import fetch_runs
from reconciler.cli.settings import Settings
from reconciler.cli.store_use import StoreUse
from reconciler.cli.terminal.output import print_json, print_message, print_result, screen_of, styled
from reconciler.errors import JournalError, PlanFileError
from reconciler.planning.plan import DIGEST_VERSION
from reconciler.planning.plan_record import PlannedRecord
from reconciler.planning.plan_record_json import record_to_json
from reconciler.render.outcomes import RunOutcomes
from reconciler.render.plan_record import planned_lines
from reconciler.render.runs import run_lines
from reconciler.render.view import View
from reconciler.text import command_line


def show(name: str, form: str, view: View, settings: Settings) -> None:
    """Print a saved plan, or a recorded run. Raises PlanFileError for a name of neither."""
    if is_plan_file(name):
        _show_plan(name, form, view, settings)
    else:
        show_recorded(_run(name, settings), form, view, settings)


def is_plan_file(name: str) -> bool:
    """Whether a name is that of a plan file, or of stdin, and not of a run."""
    return name == "-" or plan_names.is_plan_path(name)


def _show_plan(path: str, form: str, view: View, settings: Settings) -> None:
    plan = load_plan_or_record(path)
    if isinstance(plan, PlannedRecord):
        _show_record(plan, form, settings)
        return
    if plan.digest_version < DIGEST_VERSION:
        print_message("note: this plan file is of version 0.1.0: it can be shown, not applied; plan again to apply")
    command = planfiles.approving_command(plan, settings, planfiles.plan_arguments(path))
    print_plan(plan, form, settings, command, view)


def _show_record(record: PlannedRecord, form: str, settings: Settings) -> None:
    """Print a redacted plan. Raises PlanFileError for a form that needs its values."""
    if form == "json":
        print_json(record_to_json(record))
    elif form == "text":
        screen = screen_of(sys.stdout, settings)
        print_result(styled(planned_lines(record, screen), screen))
    else:
        raise PlanFileError(f"a redacted plan has no values to show as {form}", hint="show it as text or json")


def show_digest(name: str, settings: Settings) -> None:
    """Print only the digest of a saved plan, or of a run's plan."""
    plan = load_plan_or_record(name) if is_plan_file(name) else _run(name, settings).plan
    print_result(plan.digest)


def show_recorded(run: Run, form: str, view: View, settings: Settings) -> None:
    """Print a run: its plan with the result of every change; in JSON its record. A time run has its record alone."""
    content = run_to_json(run)
    if form == "json":
        print_json(content)
    elif not isinstance(run, TimeRun):
        plan = run.plan
        show_command = settings.local_command("runs", "show", run.id)
        undo_command = planfiles.command_for(plan, settings, "undo", run.id)
        shown = replace(view, outcomes=RunOutcomes(content, show_command, undo_command))
        print_plan(plan, form, settings, "", shown)
    elif form == "text":
        screen = screen_of(sys.stdout, settings)
        print_result(styled(run_lines(content, screen), screen))
    else:
        raise JournalError(
            f"run {run.id} is a time run: it has no plan to show as {form}",
            hint=command_line("reconciler", "runs", "show", run.id),
        )


def _run(name: str, settings: Settings) -> Run:
    """The run of a name. Raises PlanFileError for what is named neither as a run nor as a plan file, JournalError for no run."""
    if name != "latest" and (not name[:1].isdigit() or os.path.lexists(name)):
        raise PlanFileError(
            f"{name} is not a plan file: the name of a plan file ends in .json",
            hint="create one: reconciler plan -o plan.json; the ids of runs: reconciler runs",
        )
    fetch_runs(settings, StoreUse.SHOW)
    return Runs(settings.state_dir).named(name)
