"""What `apply` does: load or make a plan, show it, have it approved, carry it out, report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.applying import Ended, Event, RunReport
from reconciler.applying.approval import short
from reconciler.cli import files, plans
from reconciler.cli.approval import approved
from reconciler.cli.checking import load_manifests
from reconciler.cli.output import columns, is_ascii, note, painted, say, say_json, to_json
from reconciler.cli.parameters import allowance_words
from reconciler.cli.session import Prospect, Session, open_session
from reconciler.cli.settings import Settings
from reconciler.manifest import load
from reconciler.planning import Plan, plan_to_json
from reconciler.render.outcome import event_line, report_lines, report_to_json
from reconciler.state import Desired

DIGITS = 12
"""Of a digest: as many as approve it at least."""


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What to apply, and what was said about it beforehand."""

    paths: Sequence[str]
    token: str | None
    allowed: Mapping[str, int]
    form: str
    verify: bool = False
    max_requests: int | None = None
    except_blocked: bool = False


def applied(request: ApplyRequest, settings: Settings) -> int:
    """Apply, and print the report; the exit code."""
    given = _given(request.paths)
    subject: Plan | Desired = given
    if isinstance(given, Plan):
        plans.check_aim(given.target, settings)
    else:
        subject = _interrupted(given, request.token, settings) or given
    with open_session(settings) as session:
        prospect = _prospect(request, session, subject)
        note(plans.for_stream(prospect.plan, sys.stderr, settings, ""))
        if prospect.plan.is_empty:
            report, again = RunReport(prospect.plan.digest, (), requests=session.requests), ""
        elif isinstance(given, Plan):
            again = _command(request, prospect.plan, settings, request.paths)
            report = _carried_out(request, session, prospect, again)
        else:
            report, again = _kept_while_running(request, session, prospect)
    if request.form == "json":
        say_json(report_to_json(report))
    else:
        lines = report_lines(report, width=columns(sys.stdout), next_command=again, ascii=is_ascii(sys.stdout))
        say(painted(lines, sys.stdout, settings))
    return report.exit_code


def _prospect(request: ApplyRequest, session: Session, subject: Plan | Desired) -> Prospect:
    """What is to be applied: a plan read again against live state, or a new one."""
    limit, leave_out = request.max_requests, request.except_blocked
    if isinstance(subject, Plan):
        return session.resume(subject, request.allowed, max_requests=limit, except_blocked=leave_out)
    return session.prepare(subject, request.allowed, max_requests=limit, except_blocked=leave_out)


def _given(paths: Sequence[str]) -> Plan | Desired:
    """The one plan file, told by its content, or the manifests."""
    if paths == ("-",):
        data = files.read("-", limit=plans.MOST_BYTES)
        return plans.parse(data) or load(paths, stdin=lambda: data)
    if len(paths) == 1 and Path(paths[0]).is_file():
        plan = plans.parse(files.read(paths[0], limit=plans.MOST_BYTES))
        if plan is not None:
            return plan
    return load_manifests(paths)


def _interrupted(desired: Desired, token: str | None, settings: Settings) -> Plan | None:
    """The plan of an interrupted run that this digest approved, if it was made from the very same manifests, for here."""
    digits = (token or "").strip().lower().removeprefix("sha256:")
    path = _kept_at(digits, settings)
    if len(digits) < DIGITS or not digits.isalnum() or not path.is_file():
        return None
    plan = plans.parse(files.read(str(path), limit=plans.MOST_BYTES))
    if plan is None or {s.sha256 for s in plan.sources} != {s.sha256 for s in desired.sources}:
        return None
    fits = plan.digest.removeprefix("sha256:").startswith(digits) and plans.is_aimed_at(plan.target, settings)
    return plan if fits else None


def _kept_at(digits: str, settings: Settings) -> Path:
    return Path(settings.state_dir, "runs", f"{digits[:DIGITS]}.plan.json")


def _kept_while_running(request: ApplyRequest, session: Session, prospect: Prospect) -> tuple[RunReport, str]:
    """Carry out a plan that no file holds yet: one does until the run has reached its end, so that its approval holds for
    the rest. With it, the command that finishes the run.
    """
    settings, plan = session.settings, prospect.plan
    path = _kept_at(short(plan), settings)
    approval = approved(plan, request.token, settings, _command(request, plan, settings, request.paths))
    files.write(str(path), to_json(plan_to_json(plan)))
    report = session.carry_out(approval, prospect, _progress(settings), verify=request.verify)
    if report.exit_code == 0:
        path.unlink(missing_ok=True)
    return report, _command(request, plan, settings, request.paths)


def _carried_out(request: ApplyRequest, session: Session, prospect: Prospect, command: str) -> RunReport:
    approval = approved(prospect.plan, request.token, session.settings, command)
    return session.carry_out(approval, prospect, _progress(session.settings), verify=request.verify)


def _command(request: ApplyRequest, plan: Plan, settings: Settings, paths: Sequence[str]) -> str:
    given = allowance_words(request.allowed, max_requests=request.max_requests, except_blocked=request.except_blocked)
    words = [*map(plans.as_word, paths), *given]
    return plans.approving_command(plan, settings, words)


def _progress(settings: Settings) -> Callable[[Event], None]:
    """A line for every change that has ended, on standard error."""

    def tell(event: Event) -> None:
        if isinstance(event, Ended):
            line = event_line(event, width=columns(sys.stderr), ascii=is_ascii(sys.stderr))
            note(painted([line], sys.stderr, settings))

    return tell
