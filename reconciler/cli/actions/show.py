"""`show`: print a saved plan, or its digest."""

from __future__ import annotations

from reconciler.cli import planfiles
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message, print_result
from reconciler.planning.plan import DIGEST_VERSION


def show_plan(path: str, form: str, settings: Settings) -> None:
    """Print a saved plan."""
    plan = planfiles.load_plan(path)
    if plan.digest_version < DIGEST_VERSION:
        print_message("note: this plan file is of version 0.1.0: it can be shown, not applied; plan again to apply")
    command = planfiles.approving_command(plan, settings, planfiles.plan_arguments(path))
    print_result(planfiles.format_for_stdout(plan, form, settings, command))


def show_digest(path: str) -> None:
    """Print only the digest of a saved plan."""
    print_result(planfiles.load_plan(path).digest)
