"""`reconciler undo`: plan the reverse of a run."""

from __future__ import annotations

import click

from reconciler.cli.allowances import allowances
from reconciler.cli.global_options import Command
from reconciler.cli.plan_exit import ExitRules
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import approve, plan_outputs, quiet, summary, wait
from reconciler.cli.view_options import full
from reconciler.state import Allowances


@click.command(
    cls=Command,
    examples=[
        "reconciler undo latest -o undo.json",
        'reconciler apply undo.json --approve "$(reconciler show undo.json --digest)"',
    ],
)
@click.argument("run")
@plan_outputs()
@summary
@allowances
@full
@wait
@quiet
@approve("yes: approve the undo of a time run without a prompt.")
def command(
    run: str,
    token: str | None,
    output: str | None,
    form: str,
    reports: tuple[str, ...],
    allowed: Allowances,
    rules: ExitRules,
    *,
    is_full: bool,
    wait: bool,
) -> int:
    """Plan the reverse of a run from its journal and the live workspace. Writes nothing to the workspace.

    The run of a `time` command has no plan: its reverse is shown, and written after approval.

    RUN is a run's id, a unique prefix of it, or `latest`. The plan restores changed values, removes created resources and
    creates deleted ones again. It lists what cannot be restored (ids, detached time) and later changes, which it keeps.
    Guards, approval and apply are those of every plan.
    """
    from reconciler.cli.actions.deliver import (  # noqa: PLC0415 - start-up: see this package
        PlanRequest,
        parse_reports,
        report_exit_code,
    )
    from reconciler.cli.actions.undo import run_undo  # noqa: PLC0415 - start-up: see this package
    from reconciler.render.view import View  # noqa: PLC0415 - start-up: see this package

    request = PlanRequest((), allowed, output, form, parse_reports(reports), view=View(is_full), wait=wait)
    plan = run_undo(run, request, token, current_settings())
    return report_exit_code(plan, rules) if plan else 0
