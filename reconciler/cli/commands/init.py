"""`reconciler init`: a first manifest."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.shared_options import DEFAULT_PATH


@click.command(cls=Command, examples=["reconciler init", "reconciler init clients/acme.yaml"])
@click.argument("path", default=DEFAULT_PATH)
def command(path: str) -> None:
    """Write a starter manifest, with comments that explain it.

    PATH is workspace.yaml unless given. A file that exists is never overwritten.
    """
    from reconciler.cli import files  # noqa: PLC0415 - start-up: see this package
    from reconciler.cli.terminal.output import note, say  # noqa: PLC0415 - start-up: see this package
    from reconciler.manifest import starter  # noqa: PLC0415 - start-up: see this package

    if path == "-":
        say(starter())
        return
    files.write_new(path, starter())
    note(f"wrote {path}; next: reconciler plan {path}")
