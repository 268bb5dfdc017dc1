"""`apply`: load or make a plan, show it, have it approved, apply it, report."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from reconciler.applying import ApplyOptions, RunReport, Runs, exclusive_lock
from reconciler.applying.approve import require_current
from reconciler.cli import plan_names, planfiles
from reconciler.cli.allowances import allowance_arguments, target_arguments
from reconciler.cli.approval_options import NONE_REQUIRED, RequiredApprovals
from reconciler.cli.approving import Approving, begin_approval
from reconciler.cli.manifests import load_manifests
from reconciler.cli.prepared import PreparedPlan
from reconciler.cli.recorded_apply import Recorder, record_policy_of
from reconciler.cli.run_store import fetch_runs, report_unstored, user
from reconciler.cli.session import Session, open_session
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import variable_arguments
from reconciler.cli.store_use import StoreUse
from reconciler.cli.summary import noted
from reconciler.cli.terminal.output import json_line, print_message, print_result, screen_of, styled
from reconciler.cli.terminal.progress import show_progress
from reconciler.errors import JournalError, ReconcilerError
from reconciler.planning import Plan
from reconciler.planning.warnings import require_no_warnings
from reconciler.render.events import summary_to_json
from reconciler.render.report import NO_PROTECTIONS, Protections, report_lines
from reconciler.render.view import View
from reconciler.state import Allowances, Desired
from reconciler.text import command_line


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What to apply, with the values of its variables, its approval and allowances, and how to apply it."""

    paths: Sequence[str]
    token: str | None
    allowed: Allowances
    form: str
    is_plan: bool = False
    verify: bool = False
    wait: bool = False
    fail_fast: bool = False
    quiet: bool = False
    max_age: int = 60
    is_strict: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    is_full: bool = False
    plan_file: str | None = None
    signed: RequiredApprovals = NONE_REQUIRED


@dataclass(frozen=True, slots=True)
class _Applied:
    """The report of an apply, its plan, what it changed of the protections, and the command that finishes an incomplete one."""

    report: RunReport
    plan: Plan
    protections: Protections = NO_PROTECTIONS
    next_command: str = ""


def run_apply(request: ApplyRequest, settings: Settings) -> int:
    """Apply, and print the report; the exit code."""
    loaded = _load_subject(request)
    if isinstance(loaded, Plan):
        _require_no_targets(request)
        require_current(loaded)
        planfiles.require_target(loaded.target, settings)
    with exclusive_lock(settings.state_dir, user(), now=time.time) as previous_owner:
        store = fetch_runs(settings, StoreUse.APPLY).store
        # What is known of the approved plan may have been stored by another machine.
        approving = begin_approval(request.token, request.signed, request.plan_file, settings)
        subject = loaded if isinstance(loaded, Plan) else _interrupted_plan(loaded, request, approving) or loaded
        if isinstance(subject, Plan):
            approving.require_age(subject)
        with open_session(
            settings,
            wait_for_quota=request.wait,
            max_age=request.max_age,
            verifies=request.verify,
            quiet=request.quiet,
            store=store,
        ) as session:
            applied = _apply_subject(request, session, subject, approving, previous_owner=previous_owner)
    noted().report = applied.report
    _print_report(applied, request, settings)
    if session.unstored:
        report_unstored(session.unstored, store, settings)
    return applied.report.exit_code or int(bool(session.unstored))


def _apply_subject(
    request: ApplyRequest, session: Session, subject: Plan | Desired, approving: Approving, *, previous_owner: str
) -> _Applied:
    """Prepare, show, confirm and apply. `previous_owner`: who left the lock of this state folder behind, or ""."""
    settings = session.settings
    if isinstance(subject, Plan):
        prepared = session.resume(subject, request.allowed)
    else:
        prepared = session.prepare(subject, request.allowed)
        prepared = replace(prepared, plan=approving.with_allowances(prepared.plan))
        approving.record(prepared.plan)
    plan = noted().plan = prepared.plan
    if not (request.quiet and request.token):
        print_message(planfiles.format_for_stream(plan, sys.stderr, settings, "", View(request.is_full)))
    if request.is_strict:
        require_no_warnings(plan)
    named = planfiles.plan_arguments("-") if request.is_plan else map(plan_names.as_argument, request.paths)
    arguments = [
        *named,
        *variable_arguments(request.variables),
        *target_arguments(request.allowed),
        *allowance_arguments(request.allowed),
    ]
    if isinstance(subject, Desired):
        _report_unfinished(plan, settings, arguments)
    protections = session.protections(plan, prepared.workspace)
    if plan.is_empty:
        if protections.recorded:
            who = Recorder(session.reader.user, session.config.connection)
            runs = Runs(settings.state_dir)
            session.unstored = record_policy_of(plan, prepared.workspace, runs, session.store, who)
        return _Applied(RunReport(plan.digest, (), requests=session.requests), plan, protections)
    command = planfiles.approving_command(plan, settings, arguments)
    rest = planfiles.command_for(plan, settings, "apply", *arguments, "--except-blocked")
    approved = approving.confirm(plan, command, rest)
    if previous_owner and _is_resumed(prepared, settings):
        print_message(f"the previous run did not exit cleanly; resuming it ({previous_owner})")
    with show_progress(settings, form=request.form, quiet=request.quiet, waits=session.waits) as on_event:
        options = ApplyOptions(fail_fast=request.fail_fast, max_age=request.max_age)
        report = session.apply(approved, prepared, on_event, options=options)
    protections = protections if report.is_complete else NO_PROTECTIONS
    return _Applied(report, plan, protections, command)


def _report_unfinished(plan: Plan, settings: Settings, arguments: Sequence[str]) -> None:
    """Say that a new plan has what an incomplete run of the same manifests left: only that run's digest resumes it."""
    newest = next((run for run in Runs(settings.state_dir) if run.concerns(plan.target.workspace_id)), None)
    if plan.is_empty or newest is None or newest.problem or not newest.is_sealed or newest.is_complete:
        return
    with suppress(JournalError):  # the plan of another version
        before = newest.plan
        if _targets_of(before) != _targets_of(plan):
            return
        if before.digest != plan.digest and {s.sha256 for s in before.sources} == {s.sha256 for s in plan.sources}:
            command = planfiles.approving_command(before, settings, arguments)
            print_message(f"run {newest.id} is not complete; this is a new plan of what is left, and a run of its own")
            print_message(f"hint: to finish that run instead: {command}")


def _targets_of(plan: Plan) -> tuple[str, ...]:
    return plan.targeting.patterns if plan.targeting else ()


def _require_no_targets(request: ApplyRequest) -> None:
    """Raise click.UsageError for targets beside a plan file, which has its own."""
    if request.allowed.targets:
        raise click.UsageError(
            "--target is for manifests; a plan file has the targets that it was made with", _context()
        )


def _is_resumed(prepared: PreparedPlan, settings: Settings) -> bool:
    """Whether an earlier run of this plan ended without a record of its end, after it had written."""
    run = Runs(settings.state_dir).of(prepared.plan, complete=False)
    return run is not None and run.history.end is None and run.history.wrote


def _print_report(applied: _Applied, request: ApplyRequest, settings: Settings) -> None:
    report = applied.report
    if request.form == "json":
        print_result(json_line(summary_to_json(report, applied.plan.targeting)))
        return
    screen = screen_of(sys.stdout, settings)
    lines = report_lines(
        report,
        screen,
        next_command=applied.next_command,
        show_command=settings.local_command("runs", "show", report.run),
        protections=applied.protections,
        is_undo=applied.plan.is_undo,
        targeting=applied.plan.targeting,
    )
    print_result(styled(lines, screen))


def _load_subject(request: ApplyRequest) -> Plan | Desired:
    """The plan file, recognised by its name and content, or the manifests. Raises click.UsageError for a plan file among others."""
    paths, is_plan = request.paths, request.is_plan
    if is_plan and paths != ("-",):
        raise click.UsageError("--plan reads the plan file from standard input: reconciler apply --plan -", _context())
    plans = [path for path in paths if plan_names.names_plan(path)]
    if (plans or is_plan) and request.plan_file is not None:
        raise click.UsageError(
            "--plan-file is for manifests, whose new plan it verifies; a plan file is applied alone", _context()
        )
    if plans and len(paths) > 1:
        raise click.UsageError(f"{plans[0]} is a plan file, and a plan file is applied alone", _context())
    if (plans or is_plan) and request.variables:
        raise click.UsageError("--var is for manifests; a plan file has its values already", _context())
    if plans and not Path(plans[0]).exists():
        raise ReconcilerError(
            f"the plan file {plans[0]} does not exist",
            hint=f"create it: {command_line('reconciler', 'plan', '-o', plans[0])}",
        )
    if (plans and Path(plans[0]).is_file()) or is_plan:
        return planfiles.load_plan(paths[0])
    return load_manifests(paths, request.variables)


def _context() -> click.Context | None:
    return click.get_current_context(silent=True)


def _interrupted_plan(desired: Desired, request: ApplyRequest, approving: Approving) -> Plan | None:
    """The plan of an incomplete run that this digest approved, if it was made from the same manifests, for the same workspace and targets.

    A part of it is applied already, so a new plan would have another digest.
    """
    settings, runs = approving.settings, Runs(approving.settings.state_dir)
    for digits in approving.digits:
        for run in runs.of_digest(digits):
            try:
                plan = run.plan
            except JournalError as error:
                print_message(error.message)
                continue
            is_same = {s.sha256 for s in plan.sources} == {s.sha256 for s in desired.sources}
            is_same = is_same and _targets_of(plan) == request.allowed.targets
            if not is_same or run.is_complete or not planfiles.is_for_target(plan.target, settings):
                break
            require_current(plan)
            return plan
    return None
