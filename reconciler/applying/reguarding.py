"""The guards, asked again with what was read for the run: a plan file cannot talk them away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import BY_PLURAL
from reconciler.live import Reading
from reconciler.planning.guards import guarded
from reconciler.planning.plan import Plan
from reconciler.planning.planner import live_counts


def reguarded(plan: Plan, reading: Reading, allowed: Mapping[str, int]) -> Plan:
    """The plan with its blocks as they are now. What an earlier run of it removed already counts as if it were still there.

    `allowed` (by the kind's name) comes on top of what was allowed when it was planned.
    """
    said = {BY_PLURAL[plural].name: number for plural, number in plan.allowances.items()}
    counts = live_counts(reading.live)
    there = {resource.id for resource in (*reading.live.resources.values(), *reading.live.duplicates)}
    for change in plan.changes:
        if change.removal and change.id not in there:
            counts[change.kind] += 1
    return replace(plan, changes=tuple(guarded(plan.changes, plan.policy, counts, {**said, **allowed})))
