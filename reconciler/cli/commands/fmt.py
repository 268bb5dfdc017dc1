"""`reconciler fmt`: format manifests."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import paths


@click.command(cls=Command, examples=["reconciler fmt workspace.yaml", "reconciler fmt --check --diff manifests/"])
@paths
@click.option("--check", "checks", is_flag=True, help="Write nothing; exit with code 1 if a file is not formatted.")
@click.option("--diff", "shows_diff", is_flag=True, help="Print the changes as a unified diff.")
def command(*, paths: tuple[str, ...], checks: bool, shows_diff: bool) -> int:
    """Format manifests in place: keys in the usual order, two columns a level, quotes only where they are needed.

    PATH is a file, a folder, or - for stdin, whose text goes to stdout (default: workspace.yaml). Comments and blank lines
    stay with their keys; nothing else changes, and no plan does. A file that is no valid YAML is an error, and then nothing
    is written.
    """
    from reconciler.cli.actions.fmt import FormatRequest, run_fmt  # noqa: PLC0415 - start-up: see this package

    return run_fmt(FormatRequest(paths, checks=checks, shows_diff=shows_diff), current_settings())
