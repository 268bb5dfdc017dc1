"""`reconciler show`: show a saved plan."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import FORMATS, output_format


@click.command(cls=Command, examples=["reconciler show plan.json", "reconciler show plan.json --digest"])
@click.argument("plan")
@output_format(*FORMATS)
@click.option("--digest", is_flag=True, help="Print only the digest, for --approve.")
def command(plan: str, form: str, *, digest: bool) -> None:
    """Show a plan that was saved with `plan -o`. Offline.

    PLAN is the file, or - for stdin. An edited plan file is refused (exit code 3).
    """
    from reconciler.cli.actions.show import show_digest, show_plan  # noqa: PLC0415 - start-up: see this package

    if digest:
        show_digest(plan)
    else:
        show_plan(plan, form, current_settings())
