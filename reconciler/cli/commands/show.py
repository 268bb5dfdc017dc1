"""`reconciler show`: show a saved plan, or a recorded run."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import FORMATS, output_format
from reconciler.cli.view_options import full, source_url


@click.command(
    cls=Command,
    examples=[
        "reconciler show plan.json",
        "reconciler show plan.json --digest",
        "reconciler show latest --format markdown",
    ],
)
@click.argument("plan", metavar="PLAN|RUN")
@output_format(*FORMATS)
@click.option("--digest", is_flag=True, help="Print only the digest, for --approve.")
@full
@source_url
def command(plan: str, form: str, source_url: str, *, digest: bool, is_full: bool) -> None:
    """Show a plan that was saved with `plan -o`, or a recorded run: its plan with the result of every change. Offline.

    PLAN is the file (its name ends in .json), or - for stdin. An edited plan file is refused (exit code 3). RUN is a
    run's id, a unique prefix of it, or `latest`; in JSON it is what `runs show` prints.
    """
    from reconciler.cli.actions.show import show, show_digest  # noqa: PLC0415 - start-up: see this package
    from reconciler.render.view import View  # noqa: PLC0415 - start-up: see this package

    if digest:
        show_digest(plan, current_settings())
    else:
        show(plan, form, View(is_full, source_url), current_settings())
