"""`reconciler plan`: what would change."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import settings
from reconciler.cli.shared_options import allowances, paths, plan_outputs
from reconciler.state import Allowances


@click.command(
    cls=Command,
    examples=[
        "reconciler plan workspace.yaml -o plan.json",
        "reconciler plan --format markdown --detailed-exitcode manifests/",
        "reconciler --sandbox plan examples/workspace.yaml",
        "reconciler plan --accept-renames",
    ],
)
@paths
@plan_outputs
@allowances
@click.option(
    "--accept-renames", is_flag=True, help="Plan as if every look-alike were a rename, and print the lines that say so."
)
def command(
    paths: tuple[str, ...],
    output: str | None,
    form: str,
    reports: tuple[str, ...],
    allowed: Allowances,
    *,
    detailed_exitcode: bool,
    accept_renames: bool,
) -> int:
    """Read the live workspace, compare it with the manifests, and show what would change. Writes nothing to it.

    PATH is a file, a folder, or - for standard input; workspace.yaml unless given.
    """
    from reconciler.cli.actions.plan import PlanRequest, reports_of, run_plan  # noqa: PLC0415 - start-up: see this package

    request = PlanRequest(paths, allowed, output, form, reports_of(reports), with_accepted_renames=accept_renames)
    is_empty = run_plan(request, settings())
    return 2 if detailed_exitcode and not is_empty else 0
