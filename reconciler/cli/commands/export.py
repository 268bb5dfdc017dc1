"""`reconciler export`: the live workspace as manifests."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import quiet


@click.command(
    cls=Command,
    examples=[
        "reconciler export --workspace 'Acme Studio' -o workspace.yaml",
        "reconciler export --archived -o manifests/",
        "reconciler export --select 'client:Acme Corp' --select 'tag:*'",
    ],
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    default="-",
    help="Write to a new file (*.yaml), or to a folder with a file for each client (default: -, stdout).",
)
@click.option("--archived", is_flag=True, help="Also export what is archived or done.")
@click.option(
    "--select",
    "patterns",
    metavar="PATTERN",
    multiple=True,
    help="Export only what an address pattern matches, with all below it, e.g. 'project:Acme Corp/*'. Repeatable.",
)
@click.option("--force", "replaces", is_flag=True, help="Replace files that exist.")
@quiet
def command(output: str, patterns: Sequence[str], *, archived: bool, replaces: bool) -> None:
    """Write the live workspace as manifests that plan to no changes. Sends nothing but reads.

    Resources that a manifest cannot declare are named on stderr and left as they are. An existing file is replaced only with --force.
    """
    from reconciler.cli.actions.export import ExportRequest, run_export  # noqa: PLC0415 - start-up: see this package

    run_export(ExportRequest(output, tuple(patterns), archived=archived, replaces=replaces), current_settings())
