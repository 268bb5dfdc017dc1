"""`reconciler apply`: carry out what was approved."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import settings
from reconciler.cli.shared_options import allowances, approve, output_format, paths
from reconciler.state import Allowances


@click.command(
    cls=Command,
    examples=[
        "reconciler apply plan.json",
        'reconciler apply plan.json --approve "$(reconciler show plan.json --digest)"',
        "reconciler apply workspace.yaml --approve additive",
    ],
)
@paths
@approve("The plan's digest (12 digits at least), or a class: additive, non-destructive.")
@allowances
@click.option("--verify", type=click.Choice(["read"]), help="read: read the workspace again afterwards, and compare.")
@click.option("--wait", is_flag=True, help="Where the service takes no more requests this hour, wait and go on.")
@click.option("--fail-fast", is_flag=True, help="End at the first change that fails; by default the others go on.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, and no plan where --approve is given; only the report.")
@output_format("text", "json")
def command(
    *,
    paths: tuple[str, ...],
    token: str | None,
    allowed: Allowances,
    verify: str | None,
    wait: bool,
    fail_fast: bool,
    quiet: bool,
    form: str,
) -> int:
    """Carry out a plan: a saved one exactly as it is, or a new one from manifests.

    PATH is a plan file, or manifests (workspace.yaml unless given), or - for standard input. The plan is shown first. On a
    terminal you are asked: type yes, or with deletions in the plan the workspace's name. Elsewhere --approve says which
    plan you mean. Without either, nothing is written (3). A run that ended early is finished by the same command with the
    same digest. --format json prints an event a line as they happen, the summary last.
    """
    from reconciler.cli.actions.apply import ApplyRequest, run_apply  # noqa: PLC0415 - start-up: see this package

    options = {"wait": wait, "fail_fast": fail_fast, "quiet": quiet}
    return run_apply(ApplyRequest(paths, token, allowed, form, verify=verify == "read", **options), settings())
