"""Load + plan as a ratio to PyYAML's C loader on the same text; removals of N and 2N; and the peak of memory.

Run: python benchmarks/planning.py [TURNS]

Times are CPU seconds of this process, best of several turns; the jobs alternate, so that a machine that slows down slows all of
them. The cycle collector is off for all of them, as it is while a command runs: on, it takes most of the time of the YAML loader, and what
is compared with it looks fast. Both styles of tasks: `described` (mappings with three keys, as in an export) and `bare` names, of which
the loader makes next to nothing. Memory is that of a process of its own for each case.
Aims, at 20,000 and at 100,000 tasks: load + plan at most 2.0 x the loader with no change, 2.5 x with 10 % changed; twice the removals at most
2.3 x the time; at most 450 MiB at 100,000 live tasks.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import yaml
from table import peak, record

from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest import load
from reconciler.model import Address, Resource
from reconciler.planning import PlanOptions, Target, make_plan
from reconciler.planning.simulate import simulate
from reconciler.state import AccessRole, Desired, ListProof, Live, Usage, Workspace

TARGET = Target("sandbox", "http://localhost", "w1", "Bench")
AIMS = {"no change": 2.0, "10 % changed": 2.5}
"""Load + plan, in times of the YAML loader."""
MIB = 450
"""The peak of memory at 100,000 tasks."""
REMOVALS_AIM = 2.3


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
    print(f"{projects * tasks:,} {_style(bare=bare)} tasks in {projects:,} projects ({len(text) / 1e6:.1f} MB)")
    for name, seconds in times.items():
        aim = AIMS.get(name)
        print(f"  {name:14} {seconds:7.3f} s  {_judged(seconds / base, aim, ' x yaml.load')}", flush=True)
        if aim is not None:
            what = f"CPU of load + plan ÷ parse, {projects * tasks:,} {_style(bare=bare)} tasks, {name}"
            record(what, seconds / base, "×", aim=aim)


def _style(*, bare: bool) -> str:
    return "bare" if bare else "described"


def _judged(value: float, aim: float | None, unit: str) -> str:
    """A number with its unit and whether it is within its aim."""
    found = f"{value:7.2f}{unit}"
    return found if aim is None else f"{found}, aim {aim}{unit}: {'met' if value <= aim else 'not met'}"


def measure_memory(projects: int, tasks: int, *, bare: bool) -> None:
    """The peak of a process that loads and plans, without changes and with every tenth resource changed."""
    for name, every in (("no change", 0), ("10 % changed", 10)):
        words = [str(projects), str(tasks), str(every), str(int(bare))]
        done = subprocess.run([sys.executable, __file__, PEAK, *words], capture_output=True, text=True, check=True)
        print(f"  {_style(bare=bare)}, {name:14} {_judged(float(done.stdout), MIB, ' MiB')}", flush=True)
        what = f"peak memory of load + plan, {projects * tasks:,} {_style(bare=bare)} tasks, {name}"
        record(what, float(done.stdout), "MiB", aim=MIB)


PEAK = "--peak"


def peak_of_plan(projects: int, tasks: int, every: int, bare: int) -> float:
    """MiB of this process at most, manifest, live state and plan together."""
    text = manifest(projects, tasks, bare=bool(bare)).encode()
    desired = load(["-"], stdin=lambda: text)
    plan = make_plan(desired, live_of(desired, every), target=TARGET, options=PlanOptions())
    assert plan.digest  # noqa: S101 - the digest is part of the work
    return peak()


def measure_removals(turns: int, *, projects: int = 420, tasks: int = 23, removals: int = 2400) -> None:
    """Delete `removals` of the tasks, and half as many: planning and simulation alike take about twice the time."""
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
        fewer, all_of_them = times[f"{job} {removals // 2:,}"], times[f"{job} {removals:,}"]
        both = f"{removals // 2:,}: {fewer:.3f} s, {removals:,}: {all_of_them:.3f} s"
        print(f"  {job:9} {both}, {_judged(all_of_them / fewer, REMOVALS_AIM, ' x')}")
        record(f"CPU of {job}: {removals:,} removals ÷ half of them", all_of_them / fewer, "×", aim=REMOVALS_AIM)


if __name__ == "__main__":
    gc.disable()
    if sys.argv[1:2] == [PEAK]:
        print(peak_of_plan(*map(int, sys.argv[2:])))
        sys.exit()
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for bare in (False, True):
        measure(1000, 20, turns, bare=bare)
        measure(5000, 20, max(1, turns // 2), bare=bare)
    measure_removals(turns)
    print("peak of memory, 100,000 tasks")
    for bare in (False, True):
        measure_memory(5000, 20, bare=bare)
