"""`reconciler version`: the version, as --version prints it."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.terminal.streams import echo
from reconciler.version import __version__


@click.command(cls=Command, examples=["reconciler version"])
def command() -> None:
    """Print the version, as --version does."""
    echo(f"reconciler {__version__}")
