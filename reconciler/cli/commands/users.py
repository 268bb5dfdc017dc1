"""`reconciler users`: the people of a workspace."""

from __future__ import annotations

import click

from reconciler.cli.options import Group
from reconciler.cli.parameters import output_format
from reconciler.cli.settings import settings


@click.group(cls=Group, examples=["reconciler users list"])
def command() -> None:
    """List the people of a workspace."""


@command.command("list", examples=["reconciler users list --workspace 'Acme Studio'"])
@output_format("text", "json")
def list_(form: str) -> None:
    """List the people of the workspace: names, e-mail addresses (as `assignees` takes them), ids."""
    from reconciler.cli.accounts import list_users  # noqa: PLC0415 - start-up: see this package

    list_users(form, settings())
