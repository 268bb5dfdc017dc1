"""`reconciler validate`: validate manifests offline."""

from __future__ import annotations

from collections.abc import Mapping

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import output_format, paths, variables


@click.command(
    cls=Command,
    examples=[
        "reconciler validate workspace.yaml",
        "reconciler validate --format github manifests/",
        "reconciler validate --strict --format sarif manifests/ > reconciler.sarif",
    ],
)
@paths
@variables
@click.option(
    "--strict",
    "is_strict",
    is_flag=True,
    envvar="RECONCILER_STRICT",
    help="Exit with code 1 if there are warnings; also RECONCILER_STRICT=1.",
)
@output_format("text", "json", "github", "sarif")
def command(paths: tuple[str, ...], variables: Mapping[str, str], form: str, *, is_strict: bool) -> int:
    """Validate manifests offline: syntax, names, limits, references, contradictions and `policy.checks`.

    PATH is a file, a folder, or - for stdin (default: workspace.yaml). Lists every problem and every warning with its line.
    The exit code is 1 if there are problems.
    """
    from reconciler.cli.actions.validate import run_validate  # noqa: PLC0415 - start-up: see this package

    return run_validate(paths, form, current_settings(), variables, is_strict=is_strict)
