"""Small states and manifests at random, planned without a service: a plan holds at every step, and so does its rest.

Renames, moves, swaps, `removed:`, prune policies, archived parents and names that differ in case only. By hand, thousands:
`RECONCILER_PLANS=20000 pytest tests/planning/test_random_plans.py`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random
from typing import Any

from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.errors import ManifestError, PlanningError
from reconciler.planning import Plan, exclude_blocked, make_plan, plan_from_json
from reconciler.planning import simulate as simulation
from reconciler.planning.order import schedule
from reconciler.planning.plan import Blocked
from reconciler.planning.plan_record import planned_record
from reconciler.planning.verified_record import require_possible
from reconciler.state import Live, Usage
from tests.planning.forging import as_json
from tests.planning.literals import TARGET, desired_of, live_of

CLIENTS, PROJECTS, TASKS, TAGS = (
    ("Acme", "Beta", "acme"),
    ("Site", "Shop", "App", "site"),
    ("Plan", "Build", "plan"),
    ("red", "Red", "blue"),
)
NUMBER = int(os.environ.get("RECONCILER_PLANS", "60"))
BLOCK = Blocked("check", "no", "think again")


def _world(random: Random) -> dict[str, list[Any]]:
    """Unique addresses, some archived, some with tracked time."""
    clients = random.sample(CLIENTS, random.randint(0, 2))
    projects = {"/".join([*random.choice([[c] for c in clients] + [[]]), random.choice(PROJECTS)]) for _ in range(4)}
    tasks = {f"{random.choice(sorted(projects))}/{random.choice(TASKS)}" for _ in range(4)}

    def item(at: str, values: dict[str, Any]) -> dict[str, Any]:
        return {"at": at, **(values if random.random() < 0.25 else {})}

    return {
        "clients": [item(at, {"archived": True}) for at in clients],
        "projects": [item(at, random.choice([{"archived": True}, {"seconds": 60}])) for at in sorted(projects)],
        "tasks": [item(at, random.choice([{"status": "done"}, {"seconds": 60}])) for at in sorted(tasks)],
        "tags": [item(at, {"archived": True}) for at in random.sample(TAGS, random.randint(0, 2))],
    }


def _entries(random: Random, names: tuple[str, ...], parents: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = {}
    for name in random.choices(names, k=random.randint(0, 3)):
        entry: dict[str, Any] = {"name": name}
        if random.random() < 0.4:
            entry["was"] = "/".join(
                [*random.choice([[], [], [random.choice(parents)]] if parents else [[]]), random.choice(names)]
            )
        if random.random() < 0.2:
            entry |= (
                {"status": random.choice(["active", "done"])} if names is TASKS else {"archived": random.random() < 0.5}
            )
        if names is PROJECTS and random.random() < 0.5:
            entry["tasks"] = _entries(random, TASKS)
        entries.setdefault(name.lower(), entry)
    return list(entries.values())


def _manifest(random: Random) -> dict[str, Any]:
    clients = _entries(random, CLIENTS)
    for client in clients:
        client.update({"projects": _entries(random, PROJECTS, CLIENTS)} if random.random() < 0.6 else {})
    projects = _entries(random, PROJECTS, CLIENTS)
    for project in projects:
        project.update({"client": random.choice(CLIENTS)} if random.random() < 0.4 else {})
    gone = [[*random.choice([[], [random.choice(CLIENTS)]]), random.choice(PROJECTS)] for _ in range(2)]
    removed = [{"project": "/".join(gone[0])}, {"task": "/".join([*gone[1], random.choice(TASKS)])}]
    goals = {
        plural: random.choice(["delete", "archive", "keep"]) for plural in ("clients", "projects", "tasks", "tags")
    }
    whole = {"clients": clients, "projects": projects, "tags": _entries(random, TAGS), "removed": removed}
    kept = {section: value for section, value in whole.items() if random.random() < 0.6}
    policy = {"prune": goals, "tracked_time": random.choice(["keep", "delete"])}
    return {"policy": policy, **(kept or {"tags": []})}


def _holds(plan: Plan, live: Live, usage: dict[str, Usage]) -> Live:
    """The state after a plan without blocks: as a file it is read, at once all of it is ready, on the way nothing is stale."""
    assert plan_from_json(as_json(plan)) == plan
    require_possible(planned_record(plan))
    assert {r.status for r in evaluate_preconditions(plan.changes, live, usage)} <= {PreconditionStatus.READY}
    order, running = schedule(plan.changes), simulation.Simulation(live, plan.changes)
    for number, (position, step) in enumerate(order, 1):
        running.perform(plan.changes[position], plan.changes[position].steps[step])
        if number in (len(order) // 2, len(order)):
            current = running.result()
            proven = frozenset(resource.id for resource in current.of_kind("project"))  # as reading again lists them
            results = evaluate_preconditions(plan.changes, replace(current, tasks_proven=proven), usage)
            stale = [(str(c.address), r.why) for c, r in zip(plan.changes, results, strict=True) if r.why]
            assert not [each for each in stale if "name is already in use" not in each[1] or number == len(order)]
            is_done = {r.status for r in results} == {PreconditionStatus.ALREADY}
            assert is_done or number < len(order)
    return running.result()


def _try(seed: int) -> bool:
    """Plan one case, and its rest without one of its changes; whether there is a plan at all."""
    random = Random(seed)  # noqa: S311 -- a seeded search, nothing secret
    world, manifest = _world(random), _manifest(random)
    live = live_of(world)
    usage = {resource.id: Usage(0, int(random.random() < 0.1)) for resource in live.everything}
    try:
        desired = desired_of(manifest)
        plan = make_plan(desired, live, usage, target=TARGET)
    except (ManifestError, PlanningError):
        return False
    free = replace(
        plan,
        changes=tuple(replace(c, blocked=None) if c.blocked and not c.blocked.is_final else c for c in plan.changes),
    )
    if not any(change.blocked for change in free.changes):
        after = _holds(free, live, usage)
        assert make_plan(desired, after, usage, target=TARGET).changes == ()
    if free.changes:
        at = random.randrange(len(free.changes))
        marked = (replace(c, blocked=BLOCK) if n == at else c for n, c in enumerate(free.changes))
        rest = exclude_blocked(replace(free, changes=tuple(marked)))
        _holds(rest, live, usage)
    return True


def test_a_plan_and_its_rest_hold_at_every_step() -> None:
    planned = sum(_try(seed) for seed in range(NUMBER))
    assert planned > NUMBER // 4
