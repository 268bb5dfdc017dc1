"""`reconciler users`: the people of a workspace."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import settings
from reconciler.cli.shared_options import output_format


@click.group(cls=Group, examples=["reconciler users list"])
def command() -> None:
    """List the people of a workspace."""


@command.command("list", examples=["reconciler users list --workspace 'Acme Studio'"])
@output_format("text", "json")
def list_(form: str) -> None:
    """List the people of the workspace: names, e-mail addresses (as `assignees` takes them), ids."""
    from reconciler.cli.actions.accounts import list_users  # noqa: PLC0415 - start-up: see this package

    list_users(form, settings())
