"""`reconciler workspaces`: which there are, and new ones."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import settings
from reconciler.cli.shared_options import approve, output_format


@click.group(cls=Group, examples=["reconciler workspaces list"])
def command() -> None:
    """List, show or create workspaces."""


@command.command("list", examples=["reconciler workspaces list", "reconciler workspaces list --format json"])
@output_format("text", "json")
def list_(form: str) -> None:
    """List the workspaces of the account, with their ids."""
    from reconciler.cli.actions.accounts import list_workspaces  # noqa: PLC0415 - start-up: see this package

    list_workspaces(form, settings())


@command.command(examples=["reconciler workspaces get 'Acme Studio'"])
@click.argument("name", metavar="[NAME|ID]", required=False)
@output_format("text", "json")
def get(name: str | None, form: str) -> None:
    """Show one workspace; the one of --workspace, or the only one, unless named."""
    from reconciler.cli.actions.accounts import show_workspace  # noqa: PLC0415 - start-up: see this package

    show_workspace(name, form, settings())


@command.command(examples=["reconciler workspaces create 'Acme Studio'"])
@click.argument("name")
@approve("`yes`, where there is no terminal to ask at.")
@output_format("text", "json")
def create(name: str, token: str | None, form: str) -> None:
    """Create a workspace. Clockify has no way to delete it again through its API, so you are asked first."""
    from reconciler.cli.actions.accounts import create_workspace  # noqa: PLC0415 - start-up: see this package

    create_workspace(name, token, form, settings())
