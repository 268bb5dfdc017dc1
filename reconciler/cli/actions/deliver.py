"""Shared by `plan` and `undo`: what is asked of a new plan, and saving, reporting and printing it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

from reconciler.cli import files, plan_names, planfiles
from reconciler.cli.allowances import allowance_arguments, target_arguments
from reconciler.cli.plan_exit import ExitRules, exit_code, failures
from reconciler.cli.plan_output import print_plan
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import FORMATS, variable_arguments
from reconciler.cli.summary import noted
from reconciler.cli.terminal.output import print_message, to_json
from reconciler.errors import ReconcilerError
from reconciler.planning import Plan
from reconciler.planning.plan_record import planned_record
from reconciler.planning.plan_record_json import record_to_json
from reconciler.render import words
from reconciler.render.view import PLAIN_VIEW, View
from reconciler.state import Allowances

APPENDED = ("text", "markdown")
"""The formats of which several make one readable file."""


@dataclass(frozen=True, slots=True)
class Report:
    """A file to write the plan to, as `form`. `appends`: to its end, instead of replacing it."""

    form: str
    path: str
    appends: bool = False


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan and where to write it. `is_strict`: warnings are errors. `variables`: values of variables of the manifests.

    `is_redacted`: the plan is saved without values. `wait`: an exhausted rate limit is waited for. `since_last`: lists that the feeds
    of changes show to be needless are left out.
    """

    paths: Sequence[str]
    allowed: Allowances
    output: str | None
    form: str
    reports: Sequence[Report]
    with_accepted_renames: bool = False
    is_strict: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    view: View = PLAIN_VIEW
    is_redacted: bool = False
    wait: bool = False
    since_last: bool = False


def parse_reports(given: Sequence[str]) -> list[Report]:
    """Each `FORMAT=FILE` or `FORMAT=+FILE`. Raises click.BadParameter."""
    reports = []
    for item in given:
        form, equals, path = item.partition("=")
        if not equals or path in ("", "+") or form not in FORMATS:
            raise click.BadParameter(
                f"{item!r} is not FORMAT=FILE; the formats are: {', '.join(FORMATS)}", param_hint="--report"
            )
        if path.startswith("+") and form not in APPENDED:
            raise click.BadParameter(
                f"{item!r} would append to a file, which text and markdown can; a file of that name is ./{path}",
                param_hint="--report",
            )
        reports.append(Report(form, path.removeprefix("+"), appends=path.startswith("+")))
    return reports


def require_writable_outputs(request: PlanRequest) -> None:
    """Raise ReconcilerError for a file that must not be replaced, before anything is read or written."""
    if request.output:
        files.require_plan_target(request.output)
    for report in request.reports:
        files.require_report_target(report.path)


def require_no_source(paths: Sequence[str], plan: Plan) -> None:
    """Raise ReconcilerError for a report that would replace one of the plan's manifests."""
    sources = {os.path.realpath(source.path) for source in plan.sources if source.path}
    for path in paths:
        if os.path.realpath(path) in sources:
            raise ReconcilerError(f"cannot write {path}: it is a manifest of this plan", hint="use another path")


def deliver_plan(plan: Plan, request: PlanRequest, settings: Settings, *, is_applicable: bool) -> None:
    """Save, report and print a plan; if it is applicable, with the command that applies it."""
    is_whole = request.output and not request.is_redacted
    saved = planfiles.plan_arguments(request.output) if request.output and is_whole else None
    manifests = [*map(plan_names.as_argument, request.paths), *variable_arguments(request.variables)]
    if request.output and request.is_redacted:
        manifests += ["--plan-file", request.output]
    arguments = [*(saved or [*manifests, *target_arguments(request.allowed)]), *allowance_arguments(request.allowed)]
    command = planfiles.approving_command(plan, settings, arguments) if is_applicable else ""
    noted().plan = plan
    require_writable_outputs(request)
    require_no_source([report.path for report in request.reports], plan)
    if request.output:
        redacted = to_json(record_to_json(planned_record(plan))) if request.is_redacted else ""
        files.write_plan(request.output, redacted or planfiles.format_plan(plan, "json", command))
    for report in request.reports:
        write = files.append if report.appends else files.write
        write(report.path, planfiles.format_plan(plan, report.form, command, request.view))
    print_plan(plan, request.form, settings, command, request.view)
    if request.output:
        what = "the plan without its values" if request.is_redacted else "the plan"
        print_message(f"saved {what} to {request.output}")


def report_exit_code(plan: Plan, rules: ExitRules) -> int:
    """The exit code of a delivered plan, with a message for each option that makes it fail."""
    for name, number, noun in failures(plan, rules):
        print_message(f"error: the plan has {words.count(number, noun)} (--fail-on {name})")
    return exit_code(plan, rules)
