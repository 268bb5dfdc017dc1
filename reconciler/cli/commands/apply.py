"""`reconciler apply`: apply an approved plan."""

from __future__ import annotations

from collections.abc import Mapping

import click

from reconciler.cli.allowances import allowances, targets
from reconciler.cli.approval_options import RequiredApprovals, plan_file, signed_approvals
from reconciler.cli.global_options import Command
from reconciler.cli.numbers import WholeNumber
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import approve, output_format, paths, strict, summary, variables, wait
from reconciler.cli.view_options import full
from reconciler.state import Allowances


@click.command(
    cls=Command,
    examples=[
        "reconciler apply plan.json",
        'reconciler apply plan.json --approve "$(reconciler show plan.json --digest)"',
        "reconciler apply workspace.yaml --approve additive",
        "reconciler apply --plan-file redacted.json --approve non-destructive",
        "reconciler apply --require-approvals 2 --allowed-signers FILE --approval DIR",
    ],
)
@paths
@variables
@approve("Approve by the plan's digest (at least 16 digits), or by a class for manifests: additive, non-destructive.")
@plan_file
@signed_approvals
@allowances
@targets
@strict
@full
@click.option("--plan", "is_plan", is_flag=True, help="Read a plan file from standard input: apply --plan -")
@click.option("--verify", type=click.Choice(["read"]), help="read: read the workspace again afterwards and compare.")
@wait
@click.option("--fail-fast", is_flag=True, help="Stop at the first failed change (default: continue with the others).")
@click.option(
    "--max-age",
    type=WholeNumber(min=0),
    default=60,
    metavar="SECONDS",
    help="Read a resource again before an update if its last reading is older (default: 60).",
)
@click.option("-q", "--quiet", is_flag=True, help="Print no progress, and with --approve no plan; only the report.")
@output_format("text", "json")
@summary
def command(
    *,
    paths: tuple[str, ...],
    variables: Mapping[str, str],
    token: str | None,
    plan_file: str | None,
    signed: RequiredApprovals,
    allowed: Allowances,
    is_strict: bool,
    is_full: bool,
    is_plan: bool,
    verify: str | None,
    wait: bool,
    fail_fast: bool,
    max_age: int,
    quiet: bool,
    form: str,
) -> int:
    """Apply a plan: a saved one, or a new one from manifests.

    PATH is a plan file (its name ends in .json), or manifests (default: workspace.yaml; - for stdin), or - with
    --plan for a plan file from stdin. The plan is shown first. A terminal
    prompts for approval: yes, or the workspace's name if the plan has deletions. Elsewhere, approve with --approve.
    Without approval, nothing is written (exit code 3). Signed approvals that --require-approvals counts approve the plan
    without --approve; a given one has to match as well. The same command with the same digest finishes an interrupted
    run. --json prints one event per line, the summary last.
    """
    from reconciler.cli.actions.apply import ApplyRequest, run_apply  # noqa: PLC0415 - start-up: see this package

    flags = {"is_plan": is_plan, "wait": wait, "fail_fast": fail_fast, "quiet": quiet, "verify": verify == "read"}
    flags |= {"is_strict": is_strict, "is_full": is_full}
    return run_apply(
        ApplyRequest(
            paths,
            token,
            allowed,
            form,
            max_age=max_age,
            variables=variables,
            plan_file=plan_file,
            signed=signed,
            **flags,
        ),
        current_settings(),
    )
