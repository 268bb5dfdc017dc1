"""`reconciler validate`: manifests checked without any network."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import settings
from reconciler.cli.shared_options import output_format, paths


@click.command(
    cls=Command, examples=["reconciler validate workspace.yaml", "reconciler validate --format github manifests/"]
)
@paths
@output_format("text", "json", "github")
def command(paths: tuple[str, ...], form: str) -> int:
    """Check manifests offline: syntax, names, limits and references.

    PATH is a file, a folder, or - for standard input; workspace.yaml unless given. Every problem is shown at once, with
    its line. Ends with 1 if there are any.
    """
    from reconciler.cli.actions.validate import run_validate  # noqa: PLC0415 - start-up: see this package

    return run_validate(paths, form, settings())
