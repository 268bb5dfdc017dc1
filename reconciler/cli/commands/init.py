"""`reconciler init`: write a starter manifest."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import DEFAULT_PATH


@click.command(cls=Command, examples=["reconciler init", "reconciler init clients/acme.yaml"])
@click.argument("path", default=DEFAULT_PATH)
def command(path: str) -> None:
    """Write a starter manifest with explanatory comments.

    PATH defaults to workspace.yaml; - is stdout. An existing file is never overwritten.
    """
    from reconciler.cli.actions.init import write_starter  # noqa: PLC0415 - start-up: see this package

    write_starter(path, current_settings())
