"""`reconciler schema`: the JSON Schema of manifests and plan files."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command


@click.command(cls=Command, examples=["reconciler schema > manifest.schema.json", "reconciler schema plan"])
@click.argument("of", metavar="[manifest|plan]", type=click.Choice(["manifest", "plan"]), default="manifest")
def command(of: str) -> None:
    """Print the JSON Schema (draft 2020-12) of manifests, or of plan files.

    Editors with the YAML language server use it to complete and validate manifests.
    """
    from reconciler.cli.actions.schema import print_schema  # noqa: PLC0415 - start-up: see this package

    print_schema(of)
