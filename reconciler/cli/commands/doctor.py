"""`reconciler doctor`: whether everything is set up."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import output_format


@click.command(cls=Command, examples=["reconciler doctor", "reconciler --sandbox doctor --format json"])
@output_format("text", "json")
def command(form: str) -> int:
    """Show whether everything is set up: key, connection, role, clock, rate, state folder, schema.

    Each part is ok, warn or fail, with what to do. Sends reads only. Exits with code 1 if a part fails.
    """
    from reconciler.cli.actions.doctor import run_doctor  # noqa: PLC0415 - start-up: see this package

    return run_doctor(form, current_settings())
