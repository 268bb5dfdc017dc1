"""`reconciler users`: the users of a workspace."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import filter_text, quiet, record_output

STATUSES = ("active", "pending", "declined", "inactive", "all")


@click.group(cls=Group, examples=["reconciler users list"])
def command() -> None:
    """List the users of a workspace."""


@command.command(
    "list",
    examples=[
        "reconciler users list --workspace 'Acme Studio'",
        "reconciler users list --status active --email acme.example -o csv",
    ],
)
@click.option(
    "--status",
    type=click.Choice(STATUSES, case_sensitive=False),
    help="Only users with this status in the workspace (default: all).",
)
@click.option(
    "--role", callback=filter_text, metavar="NAME", help="Only users with this role, such as WORKSPACE_ADMIN."
)
@click.option("--email", callback=filter_text, metavar="TEXT", help="Only users whose e-mail address contains TEXT.")
@record_output(has_format=True)
@quiet
def list_(form: str, status: str | None, role: str | None, email: str | None) -> None:
    """List the users of the workspace: id, name, e-mail address (the value of `assignees`), status, roles and user groups."""
    from reconciler.cli.actions.users import UserFilter, list_users  # noqa: PLC0415 - start-up: see this package

    list_users(UserFilter(status=status, role=role, email=email), form, current_settings())
