"""How a person says yes: typed at a terminal, or given beforehand as a token. Neither means no."""

from __future__ import annotations

import sys

from reconciler.applying import ApprovedPlan, approve
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import styled
from reconciler.errors import NotApprovedError
from reconciler.planning import Action, Plan
from reconciler.render.escape import visible
from reconciler.render.lines import Span


def confirm_plan(plan: Plan, token: str | None, settings: Settings, command: str) -> ApprovedPlan:
    """The plan with its approval: by `token` if there is one, else asked for at a terminal.

    Raises BlockedError, and NotApprovedError with the `command` that would approve it.
    """
    try:
        if token is None and not plan.summary["blocked"] and is_terminal():
            _ask_for(plan, settings)
            token = plan.digest
        return approve(plan, token)
    except NotApprovedError as error:
        raise NotApprovedError(error.message, hint=f"to approve exactly this plan: {command}") from error


def confirm(question: str, token: str | None, settings: Settings, command: str) -> None:
    """Approval of one small write: `yes`, by `--approve` or typed. Raises NotApprovedError."""
    if token is None and is_terminal():
        token = _answer(f"{question} Type yes to do it: ", settings)
    if (token or "").strip().lower() != "yes":
        raise NotApprovedError("not approved, so nothing was written", hint=f"to approve it: {command}")


def is_terminal() -> bool:
    """Whether there is a person to ask: questions are asked on standard error and answered on standard input."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask_for(plan: Plan, settings: Settings) -> None:
    deletions = plan.summary[Action.DELETE]
    name = visible(plan.target.workspace_name).strip()
    number = f"{len(plan.changes):,} change{'s' if len(plan.changes) != 1 else ''}"
    if plan.withdrawn:
        taken = len(plan.withdrawn)
        number += f", and {taken:,} protection{'s' if taken != 1 else ''} taken away"
    if deletions and name:
        question = f"{number}, {deletions:,} of them deletions. Type the workspace's name, {name}, to apply them: "
        wanted = name
    else:
        question, wanted = f"{number}. Type yes to apply: ", "yes"
    if _answer(question, settings) != wanted:
        raise NotApprovedError("not approved, so nothing was written")


def _answer(question: str, settings: Settings) -> str:
    sys.stderr.write(styled([(Span(question, "bold"),)], sys.stderr, settings).removesuffix("\n"))
    sys.stderr.flush()
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        return ""
    if not line.endswith("\n"):
        sys.stderr.write("\n")  # the end of input leaves the cursor behind the question
    return line.strip()
