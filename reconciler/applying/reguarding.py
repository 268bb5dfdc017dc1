"""The guards, asked again with what was read for the run: a plan file cannot talk them away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from reconciler.kinds import BY_PLURAL
from reconciler.live import Reading
from reconciler.model import Address
from reconciler.planning.checks import checked
from reconciler.planning.guards import guarded
from reconciler.planning.lookalikes import look_alikes, with_questions
from reconciler.planning.plan import Plan
from reconciler.planning.planner import live_counts


def reguarded(
    plan: Plan,
    reading: Reading,
    allowed: Mapping[str, int],
    *,
    allowed_removals: Iterable[Address] = (),
    today: date | None = None,
) -> Plan:
    """The plan with its blocks as they are now. What an earlier run of it removed already counts as if it were still there.

    `allowed` (by the kind's name) and `allowed_removals` come on top of what was allowed when it was planned.
    """
    said = {BY_PLURAL[plural].name: number for plural, number in plan.allowances.items()}
    counts = live_counts(reading.live)
    there = {resource.id for resource in (*reading.live.resources.values(), *reading.live.duplicates)}
    for change in plan.changes:
        if change.removal and change.id not in there:
            counts[change.kind] += 1
    changes = guarded(plan.changes, plan.policy, counts, {**said, **allowed})
    pairs = look_alikes(changes, reading.live, {*plan.allowed_removals, *allowed_removals})
    changes, _ = checked(with_questions(changes, pairs), plan.policy, reading.live, today)
    return replace(plan, changes=tuple(changes), look_alikes=pairs)
