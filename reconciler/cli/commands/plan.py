"""`reconciler plan`: what would change."""

from __future__ import annotations

import click

from reconciler.cli.options import Command
from reconciler.cli.parameters import FORMATS, allow_removals, except_blocked, max_requests, output_format, paths
from reconciler.cli.settings import settings


@click.command(
    cls=Command,
    examples=[
        "reconciler plan workspace.yaml -o plan.json",
        "reconciler plan --format markdown --detailed-exitcode manifests/",
        "reconciler --sandbox plan examples/workspace.yaml",
    ],
)
@paths
@click.option("-o", "--output", metavar="FILE", help="Save the plan, to be applied exactly as it is.")
@output_format(*FORMATS)
@click.option(
    "--report", "reports", metavar="FORMAT=FILE", multiple=True, help="Write it in another format too. Repeatable."
)
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 where changes are pending.")
@allow_removals
@max_requests
@except_blocked
def command(
    paths: tuple[str, ...],
    output: str | None,
    form: str,
    reports: tuple[str, ...],
    allowed: dict[str, int],
    max_requests: int | None,
    *,
    except_blocked: bool,
    detailed_exitcode: bool,
) -> int:
    """Read the live workspace, compare it with the manifests, and show what would change. Writes nothing to it.

    PATH is a file, a folder, or - for standard input; workspace.yaml unless given.
    """
    from reconciler.cli.planning import PlanRequest, planned, reports_of  # noqa: PLC0415 - start-up: see this package

    request = PlanRequest(
        paths, allowed, output, form, reports_of(reports), max_requests=max_requests, except_blocked=except_blocked
    )
    is_empty = planned(request, settings())
    return 2 if detailed_exitcode and not is_empty else 0
