"""`reconciler completion`: the script of a shell."""

from __future__ import annotations

import click

from reconciler.cli.completion.scripts import SCRIPTS
from reconciler.cli.global_options import Command
from reconciler.cli.terminal.streams import echo


@click.command(
    cls=Command,
    examples=["reconciler completion bash", "reconciler completion zsh > _reconciler"],
)
@click.argument("shell", metavar="bash|zsh|fish", type=click.Choice(tuple(SCRIPTS)))
def command(shell: str) -> None:
    """Print the script that completes commands, options, run ids, workspace names and files in a shell.

    \b
    bash, in ~/.bashrc:               eval "$(reconciler completion bash)"
    zsh, in ~/.zshrc after compinit:  eval "$(reconciler completion zsh)"
    fish, in ~/.config/fish/config.fish:
                                      reconciler completion fish | source

    Run ids and workspace names come from the state folder and the data of the sandbox. Completing sends no request.
    """
    echo(SCRIPTS[shell].removesuffix("\n"))
