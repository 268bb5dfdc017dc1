"""`reconciler init`: write a first manifest."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import DEFAULT_PATH, quiet


@click.command(
    cls=Command,
    examples=[
        "reconciler init",
        "reconciler init --from-workspace clients/",
        "reconciler init --from-csv projects.csv --ci github",
    ],
)
@click.argument("path", default=DEFAULT_PATH)
@click.option("--from-workspace", is_flag=True, help="Start from the live workspace, as `reconciler export` writes it.")
@click.option("--from-csv", "table", metavar="FILE", help="Start from a file in the format of Clockify's CSV import.")
@click.option("--empty", "is_empty", is_flag=True, help="Start from an empty manifest with comments (default).")
@click.option("--ci", type=click.Choice(("github", "gitlab")), help="Also write the CI file for this service.")
@quiet
def command(path: str, table: str | None, ci: str | None, *, from_workspace: bool, is_empty: bool) -> None:
    """Write a first manifest, the schema beside it, and a line of .gitignore.

    PATH defaults to workspace.yaml; - is stdout. Without an option it asks on a terminal where to start from, and starts
    from an empty manifest elsewhere. That manifest changes no workspace until resources are added to it. An existing file is
    never overwritten.
    """
    from reconciler.cli.actions.init import write_starter  # noqa: PLC0415 - start-up: see this package

    given = {"workspace": from_workspace, "csv": table is not None, "empty": is_empty}
    chosen = [name for name, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise click.UsageError(
            "--from-workspace, --from-csv and --empty exclude each other", click.get_current_context()
        )
    if ci and path == "-":
        raise click.UsageError("--ci writes files; it cannot be used with -", click.get_current_context())
    write_starter(path, chosen[0] if chosen else None, table, ci, current_settings())
