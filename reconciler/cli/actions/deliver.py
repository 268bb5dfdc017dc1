"""Shared by `plan` and `undo`: what is asked of a new plan, and saving, reporting and printing it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import click

from reconciler.cli import files, planfiles
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import FORMATS, allowance_arguments, target_arguments
from reconciler.cli.terminal.output import print_message, print_result
from reconciler.errors import ReconcilerError
from reconciler.planning import Plan
from reconciler.state import Allowances


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan and where to write it. `reports` are pairs of format and file. `is_strict`: warnings are errors."""

    paths: Sequence[str]
    allowed: Allowances
    output: str | None
    form: str
    reports: Sequence[tuple[str, str]]
    with_accepted_renames: bool = False
    is_strict: bool = False


def parse_reports(given: Sequence[str]) -> list[tuple[str, str]]:
    """Each `FORMAT=FILE` as a pair. Raises click.BadParameter."""
    reports = []
    for item in given:
        form, equals, path = item.partition("=")
        if not equals or not path or form not in FORMATS:
            raise click.BadParameter(
                f"{item!r} is not FORMAT=FILE; the formats are: {', '.join(FORMATS)}", param_hint="--report"
            )
        reports.append((form, path))
    return reports


def require_writable_outputs(request: PlanRequest) -> None:
    """Raise ReconcilerError for a file that must not be replaced, before anything is read or written."""
    if request.output:
        files.require_plan_target(request.output)
    for _, path in request.reports:
        files.require_report_target(path)


def require_no_source(paths: Sequence[str], plan: Plan) -> None:
    """Raise ReconcilerError for a report that would replace one of the plan's manifests."""
    sources = {os.path.realpath(source.path) for source in plan.sources if source.path}
    for path in paths:
        if os.path.realpath(path) in sources:
            raise ReconcilerError(f"cannot write {path}: it is a manifest of this plan", hint="use another path")


def deliver_plan(plan: Plan, request: PlanRequest, settings: Settings, *, is_applicable: bool) -> None:
    """Save, report and print a plan; if it is applicable, with the command that applies it."""
    saved = planfiles.plan_arguments(request.output) if request.output else None
    named = saved or [*map(planfiles.as_argument, request.paths), *target_arguments(request.allowed)]
    arguments = [*named, *allowance_arguments(request.allowed)]
    command = planfiles.approving_command(plan, settings, arguments) if is_applicable else ""
    require_writable_outputs(request)
    require_no_source([path for _, path in request.reports], plan)
    if request.output:
        files.write_plan(request.output, planfiles.format_plan(plan, "json", command))
    for form, path in request.reports:
        files.write(path, planfiles.format_plan(plan, form, command))
    print_result(planfiles.format_for_stdout(plan, request.form, settings, command))
    if request.output:
        print_message(f"saved the plan to {request.output}")
