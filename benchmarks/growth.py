"""How planning grows: N and 2N deletes, creates, updates and exchanges of names, and renames by the shape of the names.

Run: python benchmarks/growth.py [N [TURNS]], from the root of the repository. CPU time of this process, medians of several turns; the
two sizes alternate, so that a machine that slows down slows both. Aims: 2N takes at most 2.3 times as long as N (N is 10,000), and no
shape of names takes ten times as long as another one, planned as a whole.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from table import record

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reconciler.model import Address, Resource
from reconciler.planning import PlanOptions, Target, make_plan
from reconciler.planning.renames import forms
from reconciler.planning.renames.detect import detect
from reconciler.planning.simulate import simulate
from reconciler.state import Desired, Live, Usage
from tests.planning.renames.shapes import SHAPES, Shape, of_shape, states

GROWTH_AIM, SHAPES_AIM = 2.3, 10
TARGET = Target("sandbox", "http://localhost", "w", "Studio")
Job = Callable[[], object]


def deletes(count: int) -> tuple[Desired, Live]:
    """Tasks to delete in projects that stay, twenty in each."""
    old = [("C", f"P{at // 20}", f"Task {at}") for at in range(count)]
    return states(Shape("task", old, ()))


def creates(count: int) -> tuple[Desired, Live]:
    """Tasks to create in new projects."""
    new = [("C", f"P{at // 20}", f"Task {at}") for at in range(count)]
    desired, live = states(Shape("task", (), new))
    kept = {address: resource for address, resource in live.resources.items() if address.kind == "client"}
    return desired, replace(live, resources=kept)


def updates(count: int) -> tuple[Desired, Live]:
    """Tasks of which each gets another estimate."""
    desired, live = states(Shape("task", [("C", f"P{at // 20}", f"Task {at}") for at in range(count)], ()))
    changed = {
        a: Resource(a, {"billable": False} if a.kind == "task" else {}, r.parent) for a, r in live.resources.items()
    }
    return replace(desired, resources=changed), live


def exchanges(count: int) -> tuple[Desired, Live]:
    """Projects that exchange their names, two and two, as their notes show."""
    desired, live = states(Shape("project", [("C", f"Name {at}") for at in range(count)], ()))
    resources = dict(live.resources)
    declared = dict(desired.resources)
    for at in range(count):
        here, other = (Address("project", ("C", f"Name {each}")) for each in (at, at ^ 1))
        resources[here] = replace(resources[here], values={**resources[here].values, "note": f"note {at}"})
        declared[here] = Resource(here, {"note": f"note {at ^ 1}"}, Address("client", ("C",)), was=(other.path[-1:],))
    return replace(desired, resources=declared), replace(live, resources=resources)


def planning_of(desired: Desired, live: Live) -> Job:
    """A job that plans the two states as a whole."""
    usage = {resource.id: Usage() for resource in live.everything}
    number = len(live.resources)
    options = PlanOptions(allowed=dict.fromkeys(("client", "project", "task"), number))

    def job() -> object:
        forms.form.cache_clear()
        forms.brief_form.cache_clear()
        fresh = replace(live)  # without the indexes of the turn before
        return make_plan(desired, fresh, usage, target=TARGET, options=options)

    return job


def detection_of(desired: Desired, live: Live) -> Job:
    """A job that detects the renames among the changes of a plan."""
    changes = planning_of(desired, live)().changes  # type: ignore[attr-defined]

    def job() -> object:
        forms.form.cache_clear()
        forms.brief_form.cache_clear()
        return detect(changes, live)

    return job


def medians(jobs: dict[int, Job], turns: int) -> dict[int, float]:
    """CPU seconds of each job, without the cycle collector, as a command runs; the jobs alternate."""
    taken: dict[int, list[float]] = {size: [] for size in jobs}
    for _ in range(turns):
        for size, job in jobs.items():
            gc.collect()
            started = time.process_time()
            job()
            taken[size].append(time.process_time() - started)
    return {size: statistics.median(seconds) for size, seconds in taken.items()}


def compare(name: str, make: Callable[[int], Job], count: int, turns: int) -> float:
    """Print the times of N and 2N and their ratio; returns the time of 2N."""
    times = medians({size: make(size) for size in (count, 2 * count)}, turns)
    ratio = times[2 * count] / times[count]
    note = "" if ratio <= GROWTH_AIM else f"  above the aim of {GROWTH_AIM}"
    print(f"{name:28} {times[count]:8.2f} s {times[2 * count]:8.2f} s   ratio {ratio:4.2f}{note}", flush=True)
    record(f"CPU of {name}: {2 * count:,} ÷ {count:,}", ratio, "×", aim=GROWTH_AIM)
    return times[2 * count]


def by_shape(what: str, make_job: Callable[[Desired, Live], Job], count: int, turns: int) -> float:
    """Print the times of each shape, and the ratio of the slowest one to the quickest one, which is returned."""

    def made(shape: str, size: int) -> Job:
        return make_job(*of_shape(shape, size))

    times = {shape: compare(f"{what}: {shape}", partial(made, shape), count, turns) for shape in SHAPES}
    slowest, quickest = max(times, key=times.__getitem__), min(times, key=times.__getitem__)
    ratio = times[slowest] / times[quickest]
    print(f"{what}: {slowest} takes {ratio:.1f} times as long as {quickest}", flush=True)
    aim = SHAPES_AIM if what == "plan" else None
    record(f"CPU of {what}, {2 * count:,} changes: {slowest} ÷ {quickest}", ratio, "×", aim=aim)
    return ratio


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print(f"{'':28} {count:>8,}   {2 * count:>8,}")

    def made(make: Callable[[int], tuple[Desired, Live]], size: int) -> Job:
        return planning_of(*make(size))

    for make in (deletes, creates, updates, exchanges):
        compare(f"plan: {make.__name__}", partial(made, make), count, turns)

    def simulated(size: int) -> Job:
        desired, live = deletes(size)
        return partial(simulate, planning_of(desired, live)().changes, live)  # type: ignore[attr-defined]

    compare("simulate: deletes", simulated, count, turns)
    by_shape("renames", detection_of, count, turns)
    ratio = by_shape("plan", planning_of, count, turns)
    print(f"aim of the last ratio: {SHAPES_AIM}{'' if ratio <= SHAPES_AIM else ', which it is above'}")


if __name__ == "__main__":
    gc.disable()
    main()
