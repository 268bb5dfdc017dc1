"""`reconciler approve`: a signed, detached approval of a plan."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Command
from reconciler.cli.settings import current_settings


@click.command(
    cls=Command,
    examples=[
        "reconciler approve plan.json --sign-with ~/.ssh/id_ed25519 -o a.approval",
        "reconciler approve DIGEST --sign-with ~/.ssh/id_ed25519.pub --expires P1D",
    ],
)
@click.argument("plan", metavar="DIGEST|PLAN")
@click.option(
    "--sign-with", "key", metavar="KEY", required=True, help="Private ssh key, or a public one of the ssh agent."
)
@click.option(
    "--principal", metavar="NAME", help="Your name in the allowed signers (default: user.email of git's configuration)."
)
@click.option(
    "--expires",
    "expires",
    metavar="PERIOD",
    default="P7D",
    help="How long it holds, as ISO 8601: P7D (default), PT12H.",
)
@click.option("-o", "--output", metavar="FILE", help="Write it to FILE, which ends in .approval (default: stdout).")
def command(plan: str, key: str, principal: str | None, expires: str, output: str | None) -> None:
    """Sign a dated approval of exactly one plan, for `apply --require-approvals`. Sends nothing.

    PLAN is a plan file, redacted or not (its name ends in .json), or - for stdin. DIGEST is a plan's digest: all 64
    digits, or at least 16 of a plan that was made with this state folder. ssh-keygen signs; it asks for a passphrase itself.
    """
    from reconciler.cli.actions.approve import ApprovalRequest, run_approve  # noqa: PLC0415 - start-up: see this package

    run_approve(ApprovalRequest(plan, key, principal, expires, output), current_settings())
