"""`reconciler workspaces`: list, show and create workspaces."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import approve, quiet, record_output


@click.group(cls=Group, examples=["reconciler workspaces list"])
def command() -> None:
    """List, show or create workspaces."""


@command.command("list", examples=["reconciler workspaces list", "reconciler workspaces list --format json"])
@record_output(has_format=True)
@quiet
def list_(form: str) -> None:
    """List the workspaces of the account, with their ids."""
    from reconciler.cli.actions.workspaces import list_workspaces  # noqa: PLC0415 - start-up: see this package

    list_workspaces(form, current_settings())


@command.command(examples=["reconciler workspaces get 'Acme Studio'"])
@click.argument("name", metavar="[NAME|ID]", required=False)
@record_output(has_format=True)
@quiet
def get(name: str | None, form: str) -> None:
    """Show one workspace (default: that of --workspace, or the only one)."""
    from reconciler.cli.actions.workspaces import show_workspace  # noqa: PLC0415 - start-up: see this package

    show_workspace(name, form, current_settings())


@command.command(examples=["reconciler workspaces create 'Acme Studio'"])
@click.argument("name")
@approve("yes: approve without a prompt.")
@record_output(has_format=True)
@quiet
def create(name: str, token: str | None, form: str) -> None:
    """Create a workspace, after approval: Clockify's API cannot delete it."""
    from reconciler.cli.actions.workspaces import create_workspace  # noqa: PLC0415 - start-up: see this package

    create_workspace(name, token, form, current_settings())
