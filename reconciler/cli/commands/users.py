"""`reconciler users`: the users of a workspace."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import record_output


@click.group(cls=Group, examples=["reconciler users list"])
def command() -> None:
    """List the users of a workspace."""


@command.command("list", examples=["reconciler users list --workspace 'Acme Studio'"])
@record_output(has_format=True)
def list_(form: str) -> None:
    """List the users of the workspace: id, name, e-mail address (the value of `assignees`), status."""
    from reconciler.cli.actions.users import list_users  # noqa: PLC0415 - start-up: see this package

    list_users(form, current_settings())
