"""`reconciler time`: list and write time entries, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import approve, quiet, record_output

_Function = TypeVar("_Function", bound=Callable[..., Any])
_APPROVE = "yes: approve without a prompt."


def _with(*options: Callable[[Any], Any]) -> Callable[[_Function], _Function]:
    """Several options as one decorator, listed in this order."""

    def decorate(command: _Function) -> _Function:
        decorated: Any = command
        for option in reversed(options):
            decorated = option(decorated)
        result: _Function = decorated
        return result

    return decorate


_FORM = record_output(forms=("table", "json", "csv"))
_ZONE = click.option("--zone", metavar="ZONE", help="Time zone, e.g. Europe/Berlin (default: the account's).")
_USER = click.option("--user", metavar="EMAIL|ID", help="Another user of the workspace (default: you).")
_PARTS = _with(
    click.option("--project", metavar="PROJECT", help="Address, name or id of the project."),
    click.option("--task", metavar="TASK", help="Address of the task; or name or id, with --project."),
    click.option("--tag", "tags", metavar="TAG", multiple=True, help="Address, name or id of a tag. Repeatable."),
    click.option("--description", metavar="TEXT", help="What was done."),
    click.option("--billable/--no-billable", default=None, help="Default: as the project is."),
)
_START = click.option("--start", metavar="T", help="Start: 09:00, 'yesterday 9:00', 2026-02-13T09:00Z.")
_END = click.option("--end", metavar="T", help="End; without a day, on the day of the start.")
_FOR = click.option("--for", "duration", metavar="DURATION", help="Duration instead of an end: 1h30m, 90m.")


@click.group(
    cls=Group,
    examples=[
        "reconciler time list --since yesterday",
        "reconciler time add --start 09:00 --for 1h30m --project Website",
        "reconciler time running --all",
    ],
)
def command() -> None:
    """List and write time entries. Every write shows what it will do and asks first.

    Times are read and shown in the account's time zone, or that of --zone. Each write is recorded as a run: `reconciler undo RUN`
    reverses it.
    """


@command.command(
    "list",
    examples=[
        "reconciler time list --since 'last monday' --until today",
        "reconciler time list --project 'Acme Corp/Website' -o csv",
    ],
)
@_with(
    _USER,
    click.option("--project", metavar="PROJECT", help="Only entries of this project."),
    click.option("--task", metavar="TASK", help="Only entries of this task."),
    click.option(
        "--tag", "tags", metavar="TAG", multiple=True, help="Only entries with this tag. Repeatable: any of them."
    ),
    click.option("--since", metavar="T", help="Only entries that start at T or later; a day: from its beginning."),
    click.option("--until", metavar="T", help="Only entries that start before T; a day: up to its end."),
    _ZONE,
    _FORM,
    quiet,
)
def list_(form: str, **options: Any) -> None:
    """List time entries, newest first, with totals per project and day.

    An entry counts to the day on which it starts. A running timer counts up to now.
    """
    from reconciler.cli.actions.time_list import ListRequest, list_entries  # noqa: PLC0415 - start-up: see this package

    list_entries(ListRequest(**options), form, current_settings())


@command.command(
    examples=[
        "reconciler time add --start 'yesterday 9:00' --for 90m --project Website",
        "reconciler time add --start 09:00 --end 10:30 --tag meeting --approve yes",
    ]
)
@_with(_START, _END, _FOR, _PARTS, _USER, _ZONE, approve(_APPROVE), _FORM, quiet)
def add(token: str | None, form: str, **options: Any) -> None:
    """Add a time entry, after approval: --start, and --end or --for."""
    from reconciler.cli.actions.time_request import EntryRequest  # noqa: PLC0415 - start-up: see this package
    from reconciler.cli.actions.time_write import add_entry  # noqa: PLC0415 - start-up: see this package

    add_entry(EntryRequest(**options), token, form, current_settings())


@command.command(examples=["reconciler time start --project Website --description 'Fixing the build'"])
@_with(_PARTS, _USER, _ZONE, approve(_APPROVE), _FORM, quiet)
def start(token: str | None, form: str, **options: Any) -> None:
    """Start a timer now, after approval. Refused while another one of the same user is running."""
    from reconciler.cli.actions.time_request import EntryRequest  # noqa: PLC0415 - start-up: see this package
    from reconciler.cli.actions.time_write import start_timer  # noqa: PLC0415 - start-up: see this package

    start_timer(EntryRequest(**options), token, form, current_settings())


@command.command(examples=["reconciler time stop", "reconciler time stop --end 17:30 --approve yes"])
@_with(_END, _USER, _ZONE, approve(_APPROVE), _FORM, quiet)
def stop(token: str | None, form: str, **options: Any) -> None:
    """Stop the running timer now, or at --end, after approval."""
    from reconciler.cli.actions.time_request import EntryRequest  # noqa: PLC0415 - start-up: see this package
    from reconciler.cli.actions.time_write import stop_timer  # noqa: PLC0415 - start-up: see this package

    stop_timer(EntryRequest(**options), token, form, current_settings())


@command.command(
    examples=[
        "reconciler time edit 698f1a5e5cd3a921db1207b2 --end 10:30",
        "reconciler time edit 698f1a5e5cd3a921db1207b2 --project '' --no-billable",
    ]
)
@click.argument("entry_id", metavar="ID")
@_with(_START, _END, _FOR, _PARTS, _USER, _ZONE, approve(_APPROVE), _FORM, quiet)
def edit(entry_id: str, token: str | None, form: str, **options: Any) -> None:
    """Change a time entry, after approval. Only what is named changes; '' removes a project, task, tag or description.

    The entry keeps its user: --user refuses the edit of another user's entry.
    """
    from reconciler.cli.actions.time_edit import edit_entry  # noqa: PLC0415 - start-up: see this package
    from reconciler.cli.actions.time_request import EntryRequest  # noqa: PLC0415 - start-up: see this package

    edit_entry(entry_id, EntryRequest(**options), token, form, current_settings())


@command.command(examples=["reconciler time delete 698f1a5e5cd3a921db1207b2"])
@click.argument("entry_id", metavar="ID")
@_with(_ZONE, approve(_APPROVE), _FORM, quiet)
def delete(entry_id: str, zone: str | None, token: str | None, form: str) -> None:
    """Delete a time entry, after approval. `reconciler undo RUN` creates it again, with a new id."""
    from reconciler.cli.actions.time_edit import delete_entry  # noqa: PLC0415 - start-up: see this package

    delete_entry(entry_id, zone, token, form, current_settings())


@command.command(examples=["reconciler time running", "reconciler time running --all -o json"])
@_with(
    click.option("--all", "is_all", is_flag=True, help="Everybody's running timers."),
    _USER,
    _ZONE,
    _FORM,
    quiet,
)
def running(form: str, *, is_all: bool, user: str | None, zone: str | None) -> None:
    """Show the running timer: yours, that of --user, or everybody's."""
    from reconciler.cli.actions.time_list import show_running  # noqa: PLC0415 - start-up: see this package

    if is_all and user is not None:
        raise click.UsageError("--all and --user exclude each other", click.get_current_context())
    show_running(user, zone, form, current_settings(), is_all=is_all)
