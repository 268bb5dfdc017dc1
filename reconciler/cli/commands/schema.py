"""`reconciler schema`: the JSON Schema of what we read and write."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command


@click.command(cls=Command, examples=["reconciler schema > manifest.schema.json", "reconciler schema plan"])
@click.argument("of", metavar="[manifest|plan]", type=click.Choice(["manifest", "plan"]), default="manifest")
def command(of: str) -> None:
    """Print the JSON Schema (draft 2020-12) of manifests, or of plan files.

    Editors that know the YAML language server complete and check manifests with it.
    """
    from reconciler.cli.actions.schema import schema_text  # noqa: PLC0415 - start-up: see this package
    from reconciler.cli.terminal.output import say  # noqa: PLC0415 - start-up: see this package

    say(schema_text(of))
