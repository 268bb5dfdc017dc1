"""`reconciler whoami`: whose key this is."""

from __future__ import annotations

import click

from reconciler.cli.options import Command
from reconciler.cli.parameters import output_format
from reconciler.cli.settings import settings


@click.command(cls=Command, examples=["reconciler whoami", "reconciler --gateway clockify whoami --format json"])
@output_format("text", "json")
def command(form: str) -> None:
    """Show whose key this is, and which way it goes. A quick check that key, gateway and connection work."""
    from reconciler.cli.accounts import show_user  # noqa: PLC0415 - start-up: see this package

    show_user(form, settings())
