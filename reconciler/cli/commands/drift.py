"""`reconciler drift`: what differs, and whose change it was."""

from __future__ import annotations

from collections.abc import Mapping

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import FORMATS, output_format, paths, quiet, report_files, since_last, variables


@click.command(
    cls=Command,
    examples=[
        "reconciler drift manifests/ --base origin/main",
        "reconciler drift --report json=drift.json",
    ],
)
@paths
@variables
@click.option("--base", metavar="REF", help="Commit that was applied last (default: the manifests of the last run).")
@output_format(*FORMATS)
@report_files
@quiet
@since_last
def command(
    paths: tuple[str, ...],
    variables: Mapping[str, str],
    base: str | None,
    form: str,
    reports: tuple[str, ...],
    *,
    since_last: bool,
) -> int:
    """Show what differs between manifests and workspace, and whose change it was.

    Each difference was changed in git, changed live, changed in both, appeared live or vanished live. Sends reads only.
    `apply` refuses a drift report. Exits with code 2 if there are differences, else 0.
    """
    from reconciler.cli.actions.deliver import parse_reports  # noqa: PLC0415 - start-up: see this package
    from reconciler.cli.actions.drift import DriftRequest, run_drift  # noqa: PLC0415 - start-up: see this package

    request = DriftRequest(paths, base, form, parse_reports(reports), variables, since_last)
    return 0 if run_drift(request, current_settings()) else 2
