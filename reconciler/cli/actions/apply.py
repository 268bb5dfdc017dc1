"""What `apply` does: load or make a plan, show it, have it approved, carry it out, report."""

from __future__ import annotations

import getpass
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.applying import ApplyOptions, RunReport, Runs, exclusive_lock, record_policy
from reconciler.cli import files, planfiles
from reconciler.cli.actions.validate import load_manifests
from reconciler.cli.session import Session, open_session
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import allowance_words
from reconciler.cli.terminal.output import columns, is_ascii, json_line, note, say, styled
from reconciler.cli.terminal.progress import show_progress
from reconciler.cli.terminal.prompt import confirm_plan
from reconciler.errors import JournalError
from reconciler.manifest import load
from reconciler.planning import Plan
from reconciler.render.events import summary_to_json
from reconciler.render.report import report_lines
from reconciler.state import Allowances, Desired

DIGITS = 12
"""Of a digest: as many as approve it at least."""


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What to apply, what was said about it beforehand, and how to go about it."""

    paths: Sequence[str]
    token: str | None
    allowed: Allowances
    form: str
    verify: bool = False
    wait: bool = False
    fail_fast: bool = False
    quiet: bool = False


def run_apply(request: ApplyRequest, settings: Settings) -> int:
    """Apply, and print the report; the exit code."""
    given = _load_subject(request.paths)
    if isinstance(given, Plan):
        planfiles.require_target(given.target, settings)
    with exclusive_lock(settings.state_dir, _owner(), now=time.time) as previous_owner:
        if previous_owner:
            note(f"an earlier run ended without a word and is taken up where it was: {previous_owner}")
        subject = given if isinstance(given, Plan) else _interrupted_plan(given, request.token, settings) or given
        with open_session(settings, wait_for_quota=request.wait) as session:
            report, again = _apply_prepared(request, session, subject)
    if request.form == "json":
        say(json_line(summary_to_json(report)))
    else:
        lines = report_lines(report, width=columns(sys.stdout), next_command=again, ascii=is_ascii(sys.stdout))
        say(styled(lines, sys.stdout, settings))
    return report.exit_code


def _apply_prepared(request: ApplyRequest, session: Session, subject: Plan | Desired) -> tuple[RunReport, str]:
    """The run, and the command that finishes what it leaves."""
    settings = session.settings
    if isinstance(subject, Plan):
        prepared = session.resume(subject, request.allowed)
    else:
        prepared = session.prepare(subject, request.allowed)
    if not (request.quiet and request.token):
        note(planfiles.for_stream(prepared.plan, sys.stderr, settings, ""))
    if prepared.plan.is_empty:
        record_policy(prepared.plan, Runs(settings.state_dir), time.time)
        return RunReport(prepared.plan.digest, (), requests=session.requests), ""
    words = [*map(planfiles.as_word, request.paths), *allowance_words(request.allowed)]
    again = planfiles.approving_command(prepared.plan, settings, words)
    approval = confirm_plan(prepared.plan, request.token, settings, again)
    with show_progress(settings, form=request.form, quiet=request.quiet) as on_event:
        options = ApplyOptions(fail_fast=request.fail_fast)
        return session.carry_out(approval, prepared, on_event, options=options, verify=request.verify), again


def _load_subject(paths: Sequence[str]) -> Plan | Desired:
    """The one plan file, told by its content, or the manifests."""
    if paths == ("-",):
        data = files.read("-", limit=planfiles.MOST_BYTES)
        return planfiles.parse(data) or load(paths, stdin=lambda: data)
    if len(paths) == 1 and Path(paths[0]).is_file():
        plan = planfiles.parse(files.read(paths[0], limit=planfiles.MOST_BYTES))
        if plan is not None:
            return plan
    return load_manifests(paths)


def _interrupted_plan(desired: Desired, token: str | None, settings: Settings) -> Plan | None:
    """The plan of a run that is not complete and that this digest approved, if it was made from the very same manifests, for
    here. RenameSide of it is done, so planning again would come to another plan and another digest.
    """
    digits = (token or "").strip().lower().removeprefix("sha256:")
    if len(digits) < DIGITS or not digits.isalnum():
        return None
    for run in Runs(settings.state_dir).of_digest(digits):
        try:
            plan = run.plan
        except JournalError as error:
            note(error.message)
            continue
        is_same = {s.sha256 for s in plan.sources} == {s.sha256 for s in desired.sources}
        return plan if is_same and not run.is_complete and planfiles.is_for_target(plan.target, settings) else None
    return None


def _owner() -> str:
    """Who is at this machine, for whoever finds the folder locked."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"
