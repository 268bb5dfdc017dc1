"""`reconciler plan`: show what would change."""

from __future__ import annotations

from collections.abc import Mapping

import click

from reconciler.cli.allowances import allowances, targets
from reconciler.cli.global_options import Command
from reconciler.cli.plan_exit import ExitRules
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import paths, plan_outputs, quiet, since_last, strict, summary, variables, wait
from reconciler.cli.view_options import full, source_url
from reconciler.state import Allowances


@click.command(
    cls=Command,
    examples=[
        "reconciler plan workspace.yaml -o plan.json",
        "reconciler plan --format markdown --detailed-exitcode manifests/",
        "reconciler --sandbox plan examples/workspace.yaml",
        "reconciler plan --target 'client:Acme Corp' --target '*:Acme Corp/*'",
        "reconciler plan -o redacted.json --redact",
        "reconciler plan --accept-renames",
        "reconciler plan --var team=Web workspace.yaml",
        "reconciler plan --since-last",
    ],
)
@paths
@variables
@plan_outputs("github")
@summary
@allowances
@targets
@strict
@full
@source_url
@wait
@quiet
@since_last
@click.option(
    "--redact", is_flag=True, help="Save the plan with -o without values: for apply MANIFESTS --plan-file FILE."
)
@click.option(
    "--accept-renames", is_flag=True, help="Treat all rename candidates as renames; print the lines that declare them."
)
def command(
    paths: tuple[str, ...],
    variables: Mapping[str, str],
    output: str | None,
    form: str,
    reports: tuple[str, ...],
    allowed: Allowances,
    rules: ExitRules,
    *,
    accept_renames: bool,
    redact: bool,
    is_strict: bool,
    is_full: bool,
    source_url: str,
    wait: bool,
    since_last: bool,
) -> int:
    """Compare the manifests with the live workspace and show the changes. Writes nothing to the workspace.

    PATH is a file, a folder, or - for stdin (default: workspace.yaml).
    """
    from reconciler.cli.actions.deliver import (  # noqa: PLC0415 - start-up: see this package
        PlanRequest,
        parse_reports,
        report_exit_code,
    )
    from reconciler.cli.actions.plan import run_plan  # noqa: PLC0415 - start-up: see this package
    from reconciler.render.view import View  # noqa: PLC0415 - start-up: see this package

    if redact and not output:
        raise click.UsageError("--redact needs -o FILE", click.get_current_context())
    flags = {
        "is_redacted": redact,
        "with_accepted_renames": accept_renames,
        "is_strict": is_strict,
        "since_last": since_last,
        "wait": wait,
    }
    view = View(is_full, source_url)
    request = PlanRequest(paths, allowed, output, form, parse_reports(reports), view=view, variables=variables, **flags)
    return report_exit_code(run_plan(request, current_settings()), rules)
