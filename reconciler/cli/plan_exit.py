"""The exit code of a new plan: what `--detailed-exitcode` and `--fail-on` make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.planning import Plan

CHANGES_PENDING = 2
REFUSED = 3


@dataclass(frozen=True, slots=True)
class ExitRules:
    """What a command's options make of a plan. `fail_on`: names of FAIL_ON."""

    is_detailed: bool = False
    fail_on: tuple[str, ...] = ()


def _count_blocked(plan: Plan) -> int:
    return plan.summary["blocked"]


def _count_removals(plan: Plan) -> int:
    return sum(change.is_removal for change in plan.changes)


def _count_warnings(plan: Plan) -> int:
    return len(plan.warnings)


FAIL_ON: Mapping[str, tuple[str, Callable[[Plan], int]]] = {
    "blocked": ("blocked change", _count_blocked),
    "removals": ("removal", _count_removals),
    "warnings": ("warning", _count_warnings),
}
"""What a plan can fail on: what is counted, and how many of it a plan has."""


def failures(plan: Plan, rules: ExitRules) -> list[tuple[str, int, str]]:
    """What the plan has of each thing that it must not have: the option's value, the number and the noun."""
    counted = ((name, FAIL_ON[name]) for name in dict.fromkeys(rules.fail_on))
    return [(name, number, noun) for name, (noun, count) in counted if (number := count(plan))]


def exit_code(plan: Plan, rules: ExitRules) -> int:
    """0, or by the rules: 3 for what the plan must not have or `apply` would refuse, 2 for changes.

    Excluded changes count as changes: the workspace still differs from the manifests.
    """
    if failures(plan, rules):
        return REFUSED
    if not rules.is_detailed:
        return 0
    if plan.summary["blocked"]:
        return REFUSED
    return 0 if plan.is_empty and not plan.excluded else CHANGES_PENDING
