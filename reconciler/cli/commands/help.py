"""`reconciler help`: the help of a command."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command


@click.command(cls=Command, examples=["reconciler help plan", "reconciler help sandbox serve"])
@click.argument("names", metavar="[COMMAND [SUBCOMMAND]]", nargs=-1)
@click.pass_context
def command(context: click.Context, names: tuple[str, ...]) -> None:
    """Show the help of a command, as its --help does."""
    from reconciler.cli.main import command_help  # noqa: PLC0415 - circular: main imports the commands

    click.echo(command_help(context, names))
