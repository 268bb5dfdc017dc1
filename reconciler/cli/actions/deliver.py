"""Shared by `plan` and `undo`: what is asked of a new plan, and saving, reporting and printing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from reconciler.cli import files, planfiles
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import FORMATS, allowance_arguments
from reconciler.cli.terminal.output import print_message, print_result
from reconciler.planning import Plan
from reconciler.state import Allowances


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan and where to write it. `reports` are pairs of format and file."""

    paths: Sequence[str]
    allowed: Allowances
    output: str | None
    form: str
    reports: Sequence[tuple[str, str]]
    with_accepted_renames: bool = False


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


def deliver_plan(plan: Plan, request: PlanRequest, settings: Settings, *, is_applicable: bool) -> None:
    """Save, report and print a plan; if it is applicable, with the command that applies it."""
    saved = planfiles.plan_arguments(request.output) if request.output else None
    arguments = [*(saved or map(planfiles.as_argument, request.paths)), *allowance_arguments(request.allowed)]
    command = planfiles.approving_command(plan, settings, arguments) if is_applicable else ""
    for form, path in [("json", request.output), *request.reports]:
        if path:
            files.write(path, planfiles.format_plan(plan, form, command))
    print_result(planfiles.format_for_stdout(plan, request.form, settings, command))
    if request.output:
        print_message(f"saved the plan to {request.output}")
