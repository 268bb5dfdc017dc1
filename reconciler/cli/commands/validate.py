"""`reconciler validate`: validate manifests offline."""

from __future__ import annotations

from collections.abc import Mapping

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import output_format, paths, variables


@click.command(
    cls=Command, examples=["reconciler validate workspace.yaml", "reconciler validate --format github manifests/"]
)
@paths
@variables
@output_format("text", "json", "github")
def command(paths: tuple[str, ...], variables: Mapping[str, str], form: str) -> int:
    """Validate manifests offline: syntax, names, limits, references and `policy.checks`.

    PATH is a file, a folder, or - for stdin (default: workspace.yaml). Lists every problem with its line; the exit code is
    1 if there are any.
    """
    from reconciler.cli.actions.validate import run_validate  # noqa: PLC0415 - start-up: see this package

    return run_validate(paths, form, current_settings(), variables)
