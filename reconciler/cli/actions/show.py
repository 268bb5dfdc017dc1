"""`show`: print a saved plan, or its digest."""

from __future__ import annotations

from reconciler.cli import planfiles
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_result


def show_plan(path: str, form: str, settings: Settings) -> None:
    """Print a saved plan."""
    plan = planfiles.load_plan(path)
    command = planfiles.approving_command(plan, settings, [planfiles.as_argument(path)])
    print_result(planfiles.format_for_stdout(plan, form, settings, command))


def show_digest(path: str) -> None:
    """Print only the digest of a saved plan."""
    print_result(planfiles.load_plan(path).digest)
