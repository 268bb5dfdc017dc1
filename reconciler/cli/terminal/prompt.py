"""Approval: typed at a terminal, or given as a token. Without either, nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from reconciler.applying import ApprovedPlan, approve
from reconciler.applying.approve import NO_APPROVALS
from reconciler.applying.signatures import SignedApprovals
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message, print_question, screen_of, styled
from reconciler.errors import BlockedError, NotApprovedError
from reconciler.planning import Plan
from reconciler.render import words
from reconciler.render.escape import visible
from reconciler.render.lines import Span


def confirm_plan(
    plan: Plan,
    token: str | None,
    settings: Settings,
    command: str,
    rest: str,
    signed: SignedApprovals = NO_APPROVALS,
) -> ApprovedPlan:
    """The approved plan: by `token` if given, by signed approvals where they are required, else by a prompt at a terminal.

    Raises BlockedError with the command for the `rest` of the plan, where it has one, and NotApprovedError with the `command`
    that approves the plan.
    """
    try:
        if token is None and not signed.required and not plan.summary["blocked"] and is_terminal():
            _ask(plan, settings)
            token = plan.digest
        return approve(plan, token, signed)
    except BlockedError as error:
        # It has a hint only where the rest can be applied.
        hint = f"to apply the rest without them: {rest}" if error.hint else ""
        raise BlockedError(error.message, blocked=error.blocked, hint=hint) from error
    except NotApprovedError as error:
        hint = error.hint if signed.required else f"to approve exactly this plan: {command}"
        raise NotApprovedError(error.message, details=error.details, hint=hint) from error


def confirm(question: str, token: str | None, settings: Settings, command: str, *, typed: str = "yes") -> None:
    """Approve a single write: by `--approve yes`, or by typing `yes` or what `typed` names. Raises NotApprovedError."""
    if token is None and is_terminal():
        answer = _answer(f"{question} Type {visible(typed)} to do it: ", settings)
        is_approved = answer == typed or (typed == "yes" and answer.lower() == typed)
    else:
        is_approved = (token or "").strip().lower() == "yes"
    if not is_approved:
        raise NotApprovedError("not approved; nothing was written", hint=f"to approve it: {command}")


def choose(question: str, choices: Sequence[tuple[str, str]], settings: Settings) -> str:
    """The choice typed at a terminal: its name or its number. Each choice has a name and what it means.

    Raises NotApprovedError for any other answer, the empty one included.
    """
    lines = [question, *(f"  {number}  {name}: {meaning}" for number, (name, meaning) in enumerate(choices, 1))]
    for line in lines:
        print_message(line)
    answer = _answer("Type a name or a number: ", settings).lower()
    named = {form: name for number, (name, _) in enumerate(choices, 1) for form in (str(number), name)}
    if answer not in named:
        raise NotApprovedError("no such choice; nothing was written")
    return named[answer]


def type_answer(question: str, settings: Settings) -> str:
    """A text typed at a terminal. Raises NotApprovedError for an empty one."""
    answer = _answer(question, settings)
    if not answer:
        raise NotApprovedError("no answer; nothing was written")
    return answer


def ask(question: str, settings: Settings) -> str:
    """The line that a person types at a terminal, without blanks around it; empty at the end of the input."""
    return _answer(question, settings)


def is_terminal() -> bool:
    """Whether a prompt is possible: the question goes to stderr, the answer comes from stdin."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except ValueError:  # closed
        return False


def _ask(plan: Plan, settings: Settings) -> None:
    deletions = sum(change.deletes for change in plan.changes)
    name = visible(plan.target.workspace_name).strip()
    counts = [
        (int(plan.target.is_new), "new workspace"),
        (len(plan.changes), "change"),
        (deletions, "deletion"),
        (len(plan.withdrawn), "removed protection"),
    ]
    listed = ", ".join(words.count(number, noun) for number, noun in counts if number)
    expected = name if deletions and name else "yes"
    request = f"Type the workspace's name, {name}, to apply: " if expected == name else "Type yes to apply: "
    if _answer(f"{listed}. {request}", settings) != expected:
        raise NotApprovedError("not approved; nothing was written")


def _answer(question: str, settings: Settings) -> str:
    print_question(styled([(Span(question, "bold"),)], screen_of(sys.stderr, settings)))
    try:
        line = sys.stdin.readline()
    except (OSError, ValueError):  # a terminal that is gone, undecodable bytes, a closed stream
        return ""
    if not line.endswith("\n"):
        print_message("")  # at the end of input the cursor is still behind the question
    return line.strip()
