"""Phrases about the targets of a plan, which every output shares: what it is limited to, and what that leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.planning.plan import Plan, Targeting
from reconciler.policy import fold_pattern, matches
from reconciler.text import command_line

NO_CHANGES = "No changes in the targets"
_ANY_NAME = "\0"
"""Stands for a name that only `*` covers."""
ALL_EXCLUDED = "No changes to apply. What differs in the targets is blocked and excluded"


def targets_line(plan: Plan) -> str:
    """`Targets: client:Acme, *:Acme/*; with what they need.`; empty for a plan of everything."""
    return f"Targets: {', '.join(plan.targeting.patterns)}; with what they need." if plan.targeting else ""


def outside_part(targeting: Targeting | None) -> str:
    """`; 12 outside the targets left out`, for the end of a summary; empty if nothing is."""
    return f"; {phrase}" if (phrase := outside_phrase(targeting)) else ""


def outside_phrase(targeting: Targeting | None) -> str:
    """`at least 12 outside the targets left out`; empty for a plan of everything, and if there are none."""
    if targeting is None or (targeting.is_exact and not targeting.left_out):
        return ""
    if not targeting.left_out:
        return "changes outside the targets not counted"
    least = "" if targeting.is_exact else "at least "
    return f"{least}{targeting.left_out:,} outside the targets left out"


def inside_hint(plan: Plan) -> tuple[str, str]:
    """How to target what is inside a resource as well: text, and the options for copying. Empty unless a target names a resource
    alone that can hold others, and changes are left out.
    """
    if plan.targeting is None or not outside_phrase(plan.targeting):
        return "", ""
    patterns = [text for text in plan.targeting.patterns if "*" in text]
    alone = [text for text in plan.targeting.patterns if "*" not in text and not _has_all_inside(text, patterns)]
    more = {text: f"*:{text.partition(':')[2]}/*" for text in alone}
    if not more:
        return "", ""
    options = command_line(*(word for pattern in more.values() for word in ("--target", pattern)))
    verb = "is the resource" if len(more) == 1 else "are the resources"
    return f"{', '.join(more)} {verb} alone; for what is inside, add:", options


def _has_all_inside(address: str, patterns: Iterable[str]) -> bool:
    """Whether patterns cover everything that the resource of an address can hold."""
    kind, _, path = fold_pattern(address).partition(":")
    inside = [each for each in BY_NAME if kind in _kinds_above(each)]
    wild = [fold_pattern(pattern) for pattern in patterns]
    return all(any(matches(pattern, f"{each}:{path}/{_ANY_NAME}") for pattern in wild) for each in inside)


def _kinds_above(kind: str) -> Iterator[str]:
    while parent := BY_NAME[kind].parent:
        yield parent
        kind = parent


def targets_to_json(targeting: Targeting | None) -> Mapping[str, Any]:
    """The key `targets` of the summary event; empty for a plan of everything."""
    return {"targets": targeting.to_json()} if targeting else {}
