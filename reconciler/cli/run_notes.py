"""What a session says beside its plan and its report: runs that were changed, a workspace that was created; and the day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from reconciler.applying import Runs
from reconciler.cli.terminal.output import print_message
from reconciler.state import Workspace


def report_changed_runs(runs: Runs) -> None:
    """Warn of each run whose record was changed."""
    for run in runs.changed:
        print_message(
            f"warning: run {run.id} was changed after it was recorded, and is not used: {run.problem}\n"
            f"hint: look into {run.path}; move that folder away if it is not yours"
        )


def report_created(workspace: Workspace) -> None:
    """Say that the workspace exists now, before anything is written in it."""
    print_message(f"created the workspace {workspace.name} ({workspace.id})")


def today() -> date:
    """The local date, for `policy.checks` on the weekday."""
    return datetime.now(UTC).astimezone().date()
