"""`reconciler undo`: the way back from a run, as an ordinary plan."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import settings
from reconciler.cli.shared_options import allowances, plan_outputs
from reconciler.state import Allowances


@click.command(
    cls=Command,
    examples=[
        "reconciler undo latest -o undo.json",
        'reconciler apply undo.json --approve "$(reconciler show undo.json --digest)"',
    ],
)
@click.argument("run")
@plan_outputs
@allowances
def command(
    run: str,
    output: str | None,
    form: str,
    reports: tuple[str, ...],
    allowed: Allowances,
    *,
    detailed_exitcode: bool,
) -> int:
    """Plan the way back from a run, out of its journal and what is live now. Writes nothing to the workspace.

    RUN is its id, the beginning of one, or `latest`. What the run changed goes back to what it was, what it created is removed, what
    it deleted is made again; the plan says what cannot come back (ids, detached time) and what was changed since and stays. It
    passes the guards, and is approved and applied, as any other.
    """
    from reconciler.cli.actions.plan import PlanRequest, reports_of, run_undo  # noqa: PLC0415 - start-up: see this package

    request = PlanRequest((), allowed, output, form, reports_of(reports))
    is_empty = run_undo(run, request, settings())
    return 2 if detailed_exitcode and not is_empty else 0
