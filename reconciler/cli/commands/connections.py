"""`reconciler connections`: the Clockify connections of a Maton account."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command, DecimalNumber, Group
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import approve, filter_text, record_output

STATUSES = ("ACTIVE", "PENDING", "FAILED")
_OPEN = click.option("--open", "opens", is_flag=True, help="Open the authorisation link in the browser.")
_WAIT = click.option("--wait", "waits", is_flag=True, help="Wait until the connection is ACTIVE or FAILED.")
_LIMIT = click.option(
    "--wait-limit",
    "limit",
    metavar="SECONDS",
    type=DecimalNumber(1, 86_400),
    default=300.0,
    help="Longest wait (default: 300).",
)


@click.group(cls=Group, examples=["reconciler connections list", "reconciler connections create --wait"])
def command() -> None:
    """List, create, show or delete connections: a Maton account reaches Clockify through one of them."""


@command.command("list", examples=["reconciler connections list --status ACTIVE --format json"])
@click.option("--status", type=click.Choice(STATUSES, case_sensitive=False), help="Only connections with this status.")
@click.option(
    "--app",
    callback=filter_text,
    metavar="NAME",
    default="clockify",
    help="App to list (default: clockify); all lists every app.",
)
@record_output(has_format=True)
def list_(status: str | None, app: str, form: str) -> None:
    """List connections: id, status, app, method, time of creation."""
    from reconciler.cli.actions.connections import list_connections  # noqa: PLC0415 - start-up: see this package

    list_connections("" if app == "all" else app, status or "", form, current_settings())


@command.command(cls=Command, examples=["reconciler connections create --open --wait"])
@approve("yes: approve without a prompt.")
@_OPEN
@_WAIT
@_LIMIT
@record_output(has_format=True)
def create(token: str | None, limit: float, form: str, *, opens: bool, waits: bool) -> None:
    """Create a connection to Clockify, after approval.

    Its authorisation link is printed once, on a terminal only. Whoever opens it connects an account of their own: it is a secret.
    """
    from reconciler.cli.actions.connections import Authorisation, create_connection  # noqa: PLC0415 - start-up

    create_connection(token, Authorisation(opens=opens, waits=waits, limit=limit), form, current_settings())


@command.command(cls=Command, examples=["reconciler connections get CONNECTION_ID --wait"])
@click.argument("connection_id", metavar="ID")
@_OPEN
@_WAIT
@_LIMIT
@record_output(has_format=True)
def get(connection_id: str, limit: float, form: str, *, opens: bool, waits: bool) -> None:
    """Show one connection, without its authorisation link; with --open, authorise a pending one."""
    from reconciler.cli.actions.connections import Authorisation, show_connection  # noqa: PLC0415 - start-up

    show_connection(connection_id, Authorisation(opens=opens, waits=waits, limit=limit), form, current_settings())


@command.command(cls=Command, examples=["reconciler connections delete CONNECTION_ID"])
@click.argument("connection_id", metavar="ID")
@approve("yes: approve without a prompt.")
def delete(connection_id: str, token: str | None) -> None:
    """Delete a connection, after its id is typed (or --approve yes). Commands that use it fail from then on."""
    from reconciler.cli.actions.connections import delete_connection  # noqa: PLC0415 - start-up: see this package

    delete_connection(connection_id, token, current_settings())
