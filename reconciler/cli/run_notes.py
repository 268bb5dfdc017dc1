"""What a session knows of recorded runs and says of them beside its plan and its report; and the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from reconciler.cli.terminal.output import print_message
from reconciler.errors import JournalError
from reconciler.names import fold
from reconciler.state import Policy, Workspace

if TYPE_CHECKING:
    from reconciler.applying import Run, Runs


def report_changed_runs(runs: Runs) -> None:
    """Warn of each run whose record was changed."""
    for run in runs.changed:
        print_message(f"warning: run {run.id} was changed after it was recorded, and is not used: {run.problem}")
        print_message(f"hint: look into {run.path}; move that folder away if it is not yours")


def policy_for_undo(runs: Runs, run: Run, workspace: Workspace) -> Policy:
    """The policy of the last run, else that of the run to undo, with the protections in force. Raises JournalError."""
    last = runs.last_policy(workspace.id) or run.policy
    try:
        return replace(Policy.from_json(last), protect=runs.protections(workspace.id))
    except (KeyError, TypeError, ValueError) as error:
        raise JournalError(f"cannot read the policy of the last run: {error}") from error


def report_created(workspace: Workspace) -> None:
    """Say that the workspace exists now, before anything is written in it."""
    print_message(f"created the workspace {workspace.name} ({workspace.id})")


def report_override(declared: str | None, chosen: Workspace) -> None:
    """Warn where a command works in another workspace than the manifests name: what is undeclared there may be removed."""
    if declared and fold(declared) not in {fold(chosen.name), fold(chosen.id)}:
        print_message(
            f"warning: the manifests are for the workspace {declared!r}; --workspace or RECONCILER_WORKSPACE chose {chosen.name!r}"
        )


def today() -> date:
    """The local date, for `policy.checks` on the weekday."""
    return datetime.now(UTC).astimezone().date()
