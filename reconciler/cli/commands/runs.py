"""`reconciler runs`: the records of past runs."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import FORMATS, output_format


@click.group(
    cls=Group,
    invoke_without_command=True,
    examples=["reconciler runs", "reconciler runs show latest", "reconciler runs show 20261124T201359123Z-0a1b2c3d"],
)
@click.pass_context
def command(context: click.Context) -> None:
    """List the runs recorded in the state folder, or show one: who applied what, and the result of every write.

    Without a command, lists the runs.
    """
    if context.invoked_subcommand is None:
        from reconciler.cli.actions.runs import list_runs  # noqa: PLC0415 - start-up: see this package

        list_runs("text", current_settings())


@command.command("list", examples=["reconciler runs list --format json"])
@output_format("text", "json")
def list_command(form: str) -> None:
    """List the recorded runs, newest first."""
    from reconciler.cli.actions.runs import list_runs  # noqa: PLC0415 - start-up: see this package

    list_runs(form, current_settings())


@command.command(examples=["reconciler runs show latest", "reconciler runs show latest --format json"])
@click.argument("run")
@output_format(*FORMATS)
def show(run: str, form: str) -> None:
    """Show one run: in text and JSON every write, in Markdown and HTML its plan with the results.

    RUN is its id, a unique prefix of it, or `latest`. `reconciler show RUN` shows the plan with the results as text.
    """
    from reconciler.cli.actions.runs import show_run  # noqa: PLC0415 - start-up: see this package

    show_run(run, form, current_settings())
