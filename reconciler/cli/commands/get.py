"""`reconciler get`: the live resources of one kind."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import quiet, record_output
from reconciler.kinds import KINDS

SUBJECTS = (*(kind.plural for kind in KINDS), "users")


@click.command(
    cls=Command,
    examples=[
        "reconciler get projects --workspace 'Acme Studio'",
        "reconciler get tasks 'Acme Corp/Website/*' -o csv",
        "reconciler get clients 'client:Acme Corp' -o json",
        "reconciler get tags --archived -o address",
    ],
)
@click.argument("subject", metavar=f"[{'|'.join(SUBJECTS)}]", type=click.Choice(SUBJECTS))
@click.argument("addresses", metavar="[ADDRESS]...", nargs=-1)
@click.option("--archived", is_flag=True, help="Also list what is archived, done or deactivated.")
@record_output("address")
@quiet
def command(subject: str, addresses: Sequence[str], form: str, *, archived: bool) -> None:
    """List live resources of a workspace, all or those of the ADDRESSes: clients, projects, tasks, tags or users.

    An ADDRESS is one as in plans, with or without its kind: client:NAME, project:CLIENT/NAME, task:CLIENT/PROJECT/NAME, tag:NAME or
    user:EMAIL. It may be a pattern as in policy.protect, in which * stands for any characters. Nothing is written to the service.
    """
    from reconciler.cli.actions.get import show_resources  # noqa: PLC0415 - start-up: see this package

    show_resources(subject, addresses, form, current_settings(), archived=archived)
