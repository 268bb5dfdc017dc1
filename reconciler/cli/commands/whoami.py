"""`reconciler whoami`: whose key this is."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import settings
from reconciler.cli.shared_options import output_format


@click.command(cls=Command, examples=["reconciler whoami", "reconciler --gateway clockify whoami --format json"])
@output_format("text", "json")
def command(form: str) -> None:
    """Show whose key this is, and which way it goes. A quick check that key, gateway and connection work."""
    from reconciler.cli.actions.accounts import show_user  # noqa: PLC0415 - start-up: see this package

    show_user(form, settings())
