"""`reconciler apply`: carry out what was approved."""

from __future__ import annotations

import click

from reconciler.cli.options import Command
from reconciler.cli.parameters import allow_removals, approve, except_blocked, max_requests, output_format, paths
from reconciler.cli.settings import settings


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
@allow_removals
@max_requests
@except_blocked
@click.option("--verify", type=click.Choice(["read"]), help="read: read the workspace again afterwards, and compare.")
@output_format("text", "json")
def command(
    paths: tuple[str, ...],
    token: str | None,
    allowed: dict[str, int],
    max_requests: int | None,
    verify: str | None,
    form: str,
    *,
    except_blocked: bool,
) -> int:
    """Carry out a plan: a saved one exactly as it is, or a new one from manifests.

    PATH is a plan file, or manifests (workspace.yaml unless given), or - for standard input. The plan is shown first. On a
    terminal you are asked: type yes, or with deletions in the plan the workspace's name. Elsewhere --approve says which
    plan you mean. Without either, nothing is written (3).
    """
    from reconciler.cli.applying import ApplyRequest, applied  # noqa: PLC0415 - start-up: see this package

    request = ApplyRequest(
        paths,
        token,
        allowed,
        form,
        verify=verify == "read",
        max_requests=max_requests,
        except_blocked=except_blocked,
    )
    return applied(request, settings())
