"""`reconciler whoami`: show the authenticated user."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import quiet, record_output


@click.command(cls=Command, examples=["reconciler whoami", "reconciler --gateway clockify whoami --format json"])
@record_output(has_format=True)
@quiet
def command(form: str) -> None:
    """Show the authenticated user, gateway and connection. Tests that the key, the gateway and the connection work."""
    from reconciler.cli.actions.whoami import show_user  # noqa: PLC0415 - start-up: see this package

    show_user(form, current_settings())
