"""The rules of a manifest: what removals reach, how many are allowed, what is protected, and checks of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from reconciler.checks import Check
from reconciler.kinds import BY_NAME, KINDS
from reconciler.kinds.durations import period_of, period_seconds
from reconciler.names import fold_path


class Prune(StrEnum):
    """What happens to a live resource that an authoritative section does not list."""

    DELETE = "delete"
    ARCHIVE = "archive"
    KEEP = "keep"


class TrackedTime(StrEnum):
    """What happens when a resource with tracked time would be deleted: KEEP archives it instead."""

    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class RemovalBudget:
    """Removals of one kind allowed without confirmation: the smaller of a count and a share of the live resources."""

    count: int = 10
    share: Fraction = Fraction(1, 4)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a manifest; `prune` has an entry for each kind, by its name.

    `plan_expires`: seconds after which a plan is not applied any more; None is never.
    """

    prune: Mapping[str, Prune] = field(default_factory=lambda: {kind.name: Prune.DELETE for kind in KINDS})
    tracked_time: TrackedTime = TrackedTime.KEEP
    removal_budget: RemovalBudget = RemovalBudget()
    protect: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    plan_expires: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The policy as the plan file has it, every default filled in."""
        # Only where it is set: the digest of a plan without it stays that of earlier versions.
        expires = {} if self.plan_expires is None else {"plan_expires": period_of(self.plan_expires)}
        return {
            "prune": {kind.plural: str(self.prune[kind.name]) for kind in KINDS},
            "tracked_time": str(self.tracked_time),
            "removal_budget": {
                "count": self.removal_budget.count,
                "share": f"{float(self.removal_budget.share * 100):g}%",
            },
            "protect": sorted(self.protect),
            # The digest covers this, and the order of the checks in the manifests has no meaning.
            "checks": sorted((check.to_json() for check in self.checks), key=lambda c: json.dumps(c, sort_keys=True)),
            **expires,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Policy:
        """Read what `to_json` returns. Raises KeyError, TypeError or ValueError for anything else."""
        budget = data["removal_budget"]
        if not isinstance(budget["count"], int) or not all(isinstance(pattern, str) for pattern in data["protect"]):
            raise TypeError("a policy of the wrong type")
        return cls(
            prune={kind.name: Prune(data["prune"][kind.plural]) for kind in KINDS},
            tracked_time=TrackedTime(data["tracked_time"]),
            removal_budget=RemovalBudget(budget["count"], Fraction(str(budget["share"]).rstrip("%")) / 100),
            protect=tuple(data["protect"]),
            checks=tuple(Check.from_json(check) for check in data["checks"]),
            plan_expires=period_seconds(data["plan_expires"]) if "plan_expires" in data else None,
        )


def fold_pattern(pattern: str) -> str:
    """An address pattern in the form in which folded addresses are compared with it: names folded, `*` and escapes as they are."""
    kind, colon, rest = pattern.partition(":")
    return f"{kind}:{fold_path(rest)}" if colon and kind in BY_NAME else fold_path(pattern)


def matches(pattern: str, address: str) -> bool:
    """Whether an address pattern covers an address, both folded; `*` stands for any characters, `/` included."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == address
    *middle, last = rest
    start, end = len(first), len(address) - len(last)
    if start > end or not (address.startswith(first) and address.endswith(last)):
        return False
    # The leftmost place of each part leaves the most for the rest, so no choice is ever taken back: linear time.
    for part in middle:
        position = address.find(part, start, end)
        if position < 0:
            return False
        start = position + len(part)
    return True
