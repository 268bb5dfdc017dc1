"""Parse + validate + plan, as a ratio to PyYAML's C loader on the same text; then planning of N and 2N removals, as a ratio.

Run: python benchmarks/planning.py [TURNS]. CPU time of this process, best of several turns; the jobs alternate, so that a
machine that slows down slows all of them.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import yaml

from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest import load
from reconciler.model import Address, Resource
from reconciler.planning import PlanOptions, Target, make_plan
from reconciler.planning.simulate import simulate
from reconciler.state import AccessRole, Desired, ListProof, Live, Usage, Workspace

TARGET = Target("sandbox", "http://localhost", "w1", "Bench")


def manifest(projects: int, tasks: int, *, bare: bool) -> str:
    """Clients of ten projects each. Tasks are mappings with three keys, as in an export, or `bare` names."""
    lines = ["version: 1", "workspace: Bench", "clients:"]
    for number in range(projects):
        if number % 10 == 0:
            lines += [f"  - name: Client {number // 10:05}", "    projects:"]
        lines += [f"      - name: Project {number:05}", '        color: "#1976D2"', "        billable: true"]
        lines += ["        tasks:"]
        for task in range(tasks):
            fields = f"{{name: Task {task:03}, estimate: PT{task + 1}H, billable: true}}"
            lines.append(f"          - {f'Task {task:03}' if bare else fields}")
    return "\n".join(lines) + "\n"


def live_of(desired: Desired, changed_every: int) -> Live:
    """A live workspace that equals the desired state, except every n-th resource (0: no difference)."""
    resources: dict[Address, Resource] = {}
    ids = {address: f"id{number}" for number, address in enumerate(desired.resources)}
    for number, (address, wanted) in enumerate(desired.resources.items()):
        kind = BY_NAME[address.kind]
        values = {f.name: f.type.parse(f.created_as) for f in kind.fields} | dict(wanted.values)
        if changed_every and number % changed_every == 0 and "billable" in values:
            values["billable"] = not values["billable"]
        parent = ids[wanted.parent] if wanted.parent else ""
        resources[address] = Resource(
            address,
            values,
            wanted.parent,
            id=ids[address],
            parent_id=parent,
            tracked_seconds=0 if kind.tracks_time else None,
        )
    return Live(Workspace("w1", "Bench"), resources)


def best(jobs: dict[str, Callable[[], object]], turns: int) -> dict[str, float]:
    """CPU seconds of each job: the minimum over all rounds. The jobs alternate in each round."""
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(turns):
        for name, job in jobs.items():
            gc.collect()
            started = time.process_time()
            job()
            best[name] = min(best[name], time.process_time() - started)
    return best


def measure(projects: int, tasks: int, turns: int, *, bare: bool) -> None:
    text = manifest(projects, tasks, bare=bare)
    desired = load(["-"], stdin=text.encode)

    def main_job(live: Live) -> None:
        plan = make_plan(load(["-"], stdin=text.encode), live, target=TARGET, options=PlanOptions())
        assert plan.digest  # noqa: S101 - the digest is part of the work

    jobs: dict[str, Callable[[], object]] = {
        "yaml.load": partial(yaml.load, text, yaml.CSafeLoader),
        "load": lambda: load(["-"], stdin=text.encode),
        "no change": partial(main_job, live_of(desired, 0)),
        "10 % changed": partial(main_job, live_of(desired, 10)),
    }
    times = best(jobs, turns)
    base = times["yaml.load"]
    print(f"{projects:,} projects x {tasks} {'bare' if bare else 'described'} tasks ({len(text) / 1e6:.1f} MB)")
    for name, seconds in times.items():
        print(f"  {name:14} {seconds:7.3f} s  {seconds / base:5.2f} x yaml.load")


def measure_removals(turns: int, *, projects: int = 420, tasks: int = 23, removals: int = 2400) -> None:
    """Delete `removals` of the tasks, and half as many: the ratio should be 2 or less, planning and simulation alike."""
    desired = load(["-"], stdin=manifest(projects, tasks, bare=True).encode)
    live = live_of(desired, 0)
    task_ids = [resource.id for resource in live.of_kind("task")]
    live = replace(
        live,
        tasks_proven=frozenset(resource.id for resource in live.of_kind("project")),
        proofs=tuple(ListProof(kind.plural, 1, 1, "Last-Page: true") for kind in KINDS),
        access_role=AccessRole.OWNER,
    )
    usage = {resource_id: Usage() for resource_id in task_ids}
    jobs: dict[str, Callable[[], object]] = {}
    for number in (removals // 2, removals):
        step = len(task_ids) / number
        deleted = {task_ids[int(at * step)] for at in range(number)}
        rest = {a: r for a, r in desired.resources.items() if live.resources[a].id not in deleted}
        remaining = replace(desired, resources=rest)
        options = PlanOptions(allowed={"task": number})
        plan = make_plan(remaining, live, usage, target=TARGET, options=options)
        assert plan.summary["delete"] == number  # noqa: S101 -- a blocked or archived task would be another measurement
        assert not plan.summary["blocked"]  # noqa: S101
        jobs[f"plan {number:,}"] = partial(make_plan, remaining, live, usage, target=TARGET, options=options)
        jobs[f"simulate {number:,}"] = partial(simulate, plan.changes, live)
    times = best(jobs, turns)
    print(f"removals of {len(task_ids):,} tasks")
    for job in ("plan", "simulate"):
        smaller, whole = times[f"{job} {removals // 2:,}"], times[f"{job} {removals:,}"]
        print(f"  {job:9} {removals // 2:,}: {smaller:.3f} s, {removals:,}: {whole:.3f} s, ratio {whole / smaller:.2f}")


if __name__ == "__main__":
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for bare in (False, True):
        measure(1000, 20, turns, bare=bare)
        measure(5000, 20, max(1, turns // 2), bare=bare)
    measure_removals(turns)
