"""`connections`: list, create, show and delete the connections of a Maton account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

from reconciler.cli.account import Account, open_account
from reconciler.cli.actions.records import print_record, print_records
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.link import can_print_link, open_link, print_link
from reconciler.cli.terminal.output import print_message
from reconciler.cli.terminal.progress import show_waiting
from reconciler.cli.terminal.prompt import confirm
from reconciler.errors import ConnectionFailedError, GatewayError, NotFoundError, RefusedError
from reconciler.gateway import NewConnection
from reconciler.gateway.connections import status_of
from reconciler.render.escape import visible
from reconciler.value_types import Wire

APP = "clockify"
POLL_SECONDS = 2.0
_COLUMNS = ("connection_id", "status", "app", "method", "creation_time")


@dataclass(frozen=True, slots=True)
class Authorisation:
    """How a new connection is authorised: `limit` is the longest wait, in seconds."""

    opens: bool = False
    waits: bool = False
    limit: float = 300.0


def list_connections(app: str, status: str, form: str, settings: Settings) -> None:
    """Print the connections, of one app and status where they are given."""
    with open_account(settings) as account:
        found = account.reader.connections(app, status.upper())
    print_records([found], form, _COLUMNS, settings)
    if not found:
        print_message(f"no such connection; to create one: {settings.command('connections', 'create')}")


def show_connection(connection_id: str, how: Authorisation, form: str, settings: Settings) -> None:
    """Print one connection; open its link and wait for it where that is asked for. Raises ConnectionFailedError."""
    with open_account(settings) as account:
        found = _known(account, connection_id, settings)
        if how.opens and status_of(found) == "PENDING":
            _open(account.reader.connection_link(connection_id), settings)
        _finish(account, found, how, form, settings)


def create_connection(token: str | None, how: Authorisation, form: str, settings: Settings) -> None:
    """Create a connection after approval, and show or open its link.

    Raises RefusedError where the link cannot be shown, NotApprovedError, ConnectionFailedError.
    """
    create = ("connections", "create", *(("--open",) if how.opens else ()), *(("--wait",) if how.waits else ()))
    if not (how.opens or can_print_link()):
        hint = f"run it on a terminal, or let it open the browser: {settings.command(*create, '--open')}"
        raise RefusedError("the authorisation link is shown on a terminal only; nothing was created", hint=hint)
    confirm("Create a connection to Clockify?", token, settings, settings.command(*create, "--approve", "yes"))
    with open_account(settings) as account:
        created = _create(account, settings)
        print_message(f"created connection {created.id}; authorise it in the browser")
        if how.opens:
            _open(created, settings)
        else:
            print_link(created.link)
        if not how.waits:
            print_message(f"to wait for it: {settings.command('connections', 'get', created.id, '--wait')}")
        _finish(account, created.record, how, form, settings)


def delete_connection(connection_id: str, token: str | None, settings: Settings) -> None:
    """Delete a connection after its id was typed, or `--approve yes`. Raises NotApprovedError."""
    with open_account(settings) as account:
        found = _known(account, connection_id, settings)
        print_message(_described(found))
        command = settings.command("connections", "delete", connection_id, "--approve", "yes")
        question = f"Delete connection {visible(connection_id)}?"
        confirm(question, token, settings, command, typed=connection_id)
        try:
            account.writer().delete_connection(connection_id)
        except GatewayError as error:
            if not (error.unknown or isinstance(error, NotFoundError)) or _exists(account, connection_id):
                raise
    print_message(f"deleted connection {visible(connection_id)}")


def wait_for(
    read: Callable[[], Wire], limit: float, *, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Wire:
    """The connection once it is no longer PENDING, or as it is after `limit` seconds."""
    end = clock() + limit
    while True:
        found = read()
        left = end - clock()
        if status_of(found) != "PENDING" or left <= 0:
            return found
        sleep(min(POLL_SECONDS, left))


def _create(account: Account, settings: Settings) -> NewConnection:
    """Create a connection. One whose answer was lost is looked up, so that a second one is not created."""
    before = {item["connection_id"] for item in account.reader.connections(APP, "")}
    try:
        return account.writer().create_connection(APP)
    except GatewayError as error:
        if not error.unknown:
            raise
        error.hint = f"it may have been created; look first: {settings.command('connections', 'list')}"
        with suppress(
            GatewayError
        ):  # a look that fails leaves the outcome of the create unknown: that is what to report
            new = [item for item in account.reader.connections(APP, "PENDING") if item["connection_id"] not in before]
            if len(new) == 1:
                return account.reader.connection_link(new[0]["connection_id"])
        raise


def _open(connection: NewConnection, settings: Settings) -> None:
    """Open the link in the browser; on a terminal it is printed where that fails."""
    if settings.is_in_process:
        print_message("the embedded sandbox has no page to open: it authorises the connection by itself")
    elif not open_link(connection.link):
        if not can_print_link():
            hint = f"run it on a terminal: {settings.command('connections', 'create')}"
            raise ConnectionFailedError(f"no browser to open; connection {connection.id} is PENDING", hint=hint)
        print_link(connection.link)


def _finish(account: Account, found: Wire, how: Authorisation, form: str, settings: Settings) -> None:
    """Wait for the connection if asked to, and print it."""
    name = str(found["connection_id"])
    if how.waits:
        with show_waiting(settings, f"waiting for connection {visible(name)}"):
            found = wait_for(
                lambda: account.reader.connection(name), how.limit, clock=monotonic, sleep=account.interrupt.pause
            )
    print_record(found, form, settings)
    if not how.waits or status_of(found) == "ACTIVE":
        return
    if status_of(found) == "PENDING":
        hint = f"to wait on: {settings.command('connections', 'get', name, '--wait')}"
        raise ConnectionFailedError(f"connection {name} is still PENDING after {how.limit:g} s", hint=hint)
    hint = f"to try another one: {settings.command('connections', 'create')}"
    raise ConnectionFailedError(f"connection {name} was not authorised: it is {status_of(found)}", hint=hint)


def _known(account: Account, connection_id: str, settings: Settings) -> Wire:
    """The connection with this id. Raises NotFoundError with the command that lists those that exist."""
    try:
        return account.reader.connection(connection_id)
    except NotFoundError as error:
        error.hint = f"to list the connections: {settings.command('connections', 'list', '--app', 'all')}"
        raise


def _exists(account: Account, connection_id: str) -> bool:
    try:
        account.reader.connection(connection_id)
    except NotFoundError:
        return False
    return True


def _described(item: Mapping[str, Any]) -> str:
    """The connection in words, before it is deleted."""
    parts = (f"{item.get('app')} connection", str(item["connection_id"]), status_of(dict(item)))
    created = f", created {item['creation_time']}" if item.get("creation_time") else ""
    return visible(" ".join(parts) + created)
