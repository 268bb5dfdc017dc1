"""The question before every write: on a terminal, and only there."""

from __future__ import annotations

import sys

from reconciler.planning import Action, Plan
from reconciler.render.inert import visible


def is_terminal() -> bool:
    """Whether a person sits before both ends: what they see and what they type."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(plan: Plan) -> bool:
    """Whether a person approves the plan: `yes`, or with deletions in it the workspace's name. No terminal, no approval."""
    if not is_terminal():
        return False
    deletes = any(change.action is Action.DELETE for change in plan.changes)
    word = plan.target.workspace_name if deletes else "yes"
    wanted = f"the workspace's name ({visible(word)})" if deletes else "yes"
    return typed(f"Apply this plan to {visible(plan.target.workspace_name)}? Type {wanted}: ") == word


def confirm(question: str, token: str | None) -> bool:
    """Whether a small command may write: `--approve yes`, or `yes` on a terminal."""
    if token is not None:
        return token == "yes"  # noqa: S105 -- a word to say, not a secret
    return is_terminal() and typed(f"{question} Type yes: ") == "yes"


def typed(question: str) -> str:
    """What a person types after a question on standard error; empty at the end of input."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()
