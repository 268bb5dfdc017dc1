"""`reconciler pull`: take live changes over into the manifests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import approve, paths, quiet, variables


@click.command(
    cls=Command,
    examples=[
        "reconciler pull workspace.yaml",
        "reconciler pull manifests/ --take live --approve yes",
        "reconciler pull --take git --take 'live:project:Acme/*'",
    ],
)
@paths
@variables
@click.option(
    "--take",
    "rules",
    metavar="CHOICE[:ADDRESS[#FIELD]]",
    multiple=True,
    help="live (default): take differences from the workspace; git: keep what is declared; ask: choose one by one. For an address "
    "with * or a field as well; the last one that fits decides. Repeatable.",
)
@approve("yes: write without a prompt.")
@quiet
def command(paths: tuple[str, ...], variables: Mapping[str, str], rules: tuple[str, ...], token: str | None) -> int:
    """Take live changes over into the manifests, in place.

    PATH is a file or a folder (default: workspace.yaml). Changes only what differs: values, names, new and removed
    resources; comments, order, quotes and all other bytes stay. Shows the diff, and asks before it writes. Without
    approval, nothing is written (exit code 3). Nothing in the workspace changes.
    """
    from reconciler.cli.actions.pull import PullRequest, run_pull  # noqa: PLC0415 - start-up: see this package
    from reconciler.planning.takes import TakeRule, Takes  # noqa: PLC0415 - start-up: see this package

    if "-" in paths:
        raise click.UsageError("standard input cannot be edited in place; name a file or a folder", _context())
    try:
        takes = Takes(map(TakeRule.parse, rules))
    except ValueError as error:
        raise click.BadParameter(str(error), _context(), param_hint="--take") from error
    return run_pull(PullRequest(paths, takes, token, variables), current_settings())


def _context() -> Any:
    return click.get_current_context()
