"""Plans and their blocks from a few lines, for the tests of the guards."""

from __future__ import annotations

from typing import Any

from reconciler.planning import Plan, PlanOptions, make_plan
from reconciler.planning.plan import Blocked
from reconciler.state import Live, Usage
from tests.planning.literals import TARGET, desired_of

World = dict[str, list[Any]]
TAGS: World = {"tags": [f"t{number}" for number in range(10)]}


def plan_for(manifest: dict[str, Any], live: Live, **options: Any) -> Plan:
    """A plan in which nothing is known to be used."""
    usage = {resource.id: Usage() for resource in live.resources.values()}
    return make_plan(desired_of(manifest), live, usage, target=TARGET, options=PlanOptions(**options))


def blocks(plan: Plan) -> dict[str, Blocked]:
    return {str(change.address): change.blocked for change in plan.changes if change.blocked}


def guards(plan: Plan) -> dict[str, str]:
    return {address: blocked.guard for address, blocked in blocks(plan).items()}


def without(*names: str) -> dict[str, Any]:
    return {"tags": [name for name in TAGS["tags"] if name not in names]}
