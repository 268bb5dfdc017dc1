"""A plan as annotations on manifest lines: every removal and every blocked change at the line that causes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reconciler.errors import Problem
from reconciler.planning.plan import Change, Plan
from reconciler.render import words
from reconciler.render.escape import workflow_data
from reconciler.render.links import place_of
from reconciler.render.problems import problems_to_github

PlaceOf = Callable[[Change], str]
"""The place, `path:line:column`, that causes a change which no manifest declares."""


def source_of(change: Change) -> str:
    """The place of a change's declaration; empty where nothing declares it."""
    return change.source


def plan_annotations(plan: Plan, place: PlaceOf = source_of) -> Iterator[tuple[str, Problem]]:
    """Level (`error` for a blocked change, `warning` for a removal) and problem, in the order of the plan."""
    for change in plan.changes:
        if not change.blocked and not change.is_removal:
            continue
        path, line, column = place_of(change.source or place(change))
        what = f"{change.action} {change.address}"
        if change.blocked:
            allow = change.blocked.allow
            hint = f"allow with {allow}" if allow.startswith("--") else allow
            message = f"blocked: {what}: {change.blocked.reason}"
            yield "error", Problem(path, line, column, message, hint)
        else:
            reason = ": ".join(filter(None, (what, words.reason(change))))
            yield (
                "warning",
                Problem(path, line, column, "; ".join(filter(None, (f"would {reason}", words.impact(change))))),
            )


def plan_to_github(plan: Plan, place: PlaceOf = source_of) -> str:
    """The annotations as workflow commands, one a line, then a notice with the counts and the digest."""
    lines = [problems_to_github([problem], level) for level, problem in plan_annotations(plan, place)]
    total = words.summary(plan) if plan.is_empty else f"{words.summary(plan)} Digest: {plan.digest}"
    return "".join(lines) + f"::notice::{workflow_data(total)}\n"
