"""`reconciler import-csv`: a manifest from a CSV file or a workbook."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings


@click.command(
    cls=Command,
    examples=[
        "reconciler import-csv projects.csv -o workspace.yaml",
        "reconciler import-csv projects.csv --client-column Department",
        "reconciler import-csv projects.xlsx --column 'estimate=Budget (h)'",
    ],
)
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", default="-", help="Write the manifest to a new FILE (default: stdout).")
@click.option(
    "--client-column",
    metavar="NAME",
    help="Column of the clients, in a workspace with another word for them, e.g. Department.",
)
@click.option(
    "--column",
    "columns",
    metavar="FIELD=NAME",
    multiple=True,
    help="Import the column NAME as a field such as estimate, billable or project.hourly_rate, or as client, project, task or tag. "
    "Repeatable.",
)
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook (default: the first visible one).")
def command(file: str, output: str, client_column: str | None, columns: Sequence[str], sheet: str | None) -> None:
    """Write a manifest from a CSV file or a workbook (.xlsx) in Clockify's import format.

    FILE has a header with some of Client, Project, Task and Tags, in any order; - is stdin. The manifest declares what FILE names
    and removes nothing. With --workspace it names the workspace. An existing file is never overwritten.
    """
    from reconciler.cli.actions.import_csv import run_import  # noqa: PLC0415 - start-up: see this package

    given = [f"client={client_column}"] if client_column else []
    run_import(file, output, [*given, *columns], sheet or "", current_settings())
