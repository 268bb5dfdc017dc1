"""Plans and their blocks from a few lines, for the tests of the guards."""

from __future__ import annotations

from typing import Any

from reconciler.planning import Plan, PlanOptions, make_plan
from reconciler.planning.plan import Blocked
from reconciler.state import Live, Usage
from tests.planning.literals import TARGET, desired_of

World = dict[str, Any]
TAGS: World = {"tags": [f"t{number}" for number in range(10)]}

PEOPLE: World = {
    "projects": [{"at": "Ops", "members": ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]}],
    "users": {f"u{name}": f"{name}@x.example" for name in "abcd"},
    "caller": "ua",
}


def members_without(*names: str, **policy: Any) -> dict[str, Any]:
    """A manifest that takes these people from the project of PEOPLE."""
    staying = [f"{name}@x.example" for name in "abcd" if name not in names]
    return {"policy": policy, "projects": [{"name": "Ops", "members": staying}]}


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
