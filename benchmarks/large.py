"""Large plans: the time and size of each output of 20,000 changes, and the memory of an apply of 100,000 creates.

Run: python benchmarks/large.py [CHANGES [CREATES]]       (0 creates: outputs alone; with 100,000 several minutes)

Outputs: CPU time of this process, best of three turns in which shapes and formats alternate. Each is made in pieces, as `show` prints it;
`first` is the CPU time until the first piece is there, without the plan file, which is read before. Shapes: creates, updates of which no
two are equal, and deletes that a guard blocks. An apply runs in a process of its own, against the sandbox in that process, with a journal
that is synced before every write, in a folder that is removed afterwards; its peak is that of the process, with the manifest, the plan and the
sandbox's own data in it. Two shapes: tasks within their projects, and tags, one request each.
Aims: every output below 2 s, the page below 10 MB, the first piece below 0.5 s; the peak of each apply at most 600 MiB.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace

from planning import TARGET, live_of, manifest
from table import peak, record

from reconciler.applying import ApplyHooks, Runs, apply_recorded, approve
from reconciler.cli.plan_output import plan_pieces
from reconciler.gateway import GatewayConfig, Rate, open_writer
from reconciler.kinds import KINDS
from reconciler.live import choose_workspace, read
from reconciler.manifest import load
from reconciler.model import Resource
from reconciler.planning import Plan, PlanOptions, Target, make_plan
from reconciler.render.view import View
from reconciler.sandbox import Store, Switches, blank, create_app
from reconciler.state import AccessRole, ListProof, Live, Usage, Workspace

TASKS = 19
FORMS = ("text", "full text", "markdown", "html", "json")
TURNS = 3


def changed(resource: Resource, number: int) -> Resource:
    """A live resource that differs from all others in the fields that the manifest declares."""
    if resource.kind == "task":
        return replace(resource, values={**resource.values, "estimate": f"PT{number + 100}H", "billable": False})
    if resource.kind == "project":
        return replace(resource, values={**resource.values, "color": f"#{number:06X}"})
    return resource


def plans(changes: int) -> Iterator[tuple[str, Plan]]:
    """A plan of each shape."""
    desired = load(["-"], stdin=manifest(changes // (TASKS + 1), TASKS, bare=False).encode)
    yield "creates", make_plan(desired, Live(Workspace("w1", "Bench"), {}), target=TARGET, options=PlanOptions())
    live = live_of(desired, 0)
    different = {address: changed(one, number) for number, (address, one) in enumerate(live.resources.items())}
    yield "updates", make_plan(desired, replace(live, resources=different), target=TARGET, options=PlanOptions())
    live = replace(
        live,
        tasks_proven=frozenset(project.id for project in live.of_kind("project")),
        proofs=tuple(ListProof(kind.plural, 1, 1, "Last-Page: true") for kind in KINDS),
        access_role=AccessRole.OWNER,
    )
    kept = {address: one for address, one in desired.resources.items() if address.kind != "task"}
    usage = {one.id: Usage() for one in live.everything}
    yield "deletes", make_plan(replace(desired, resources=kept), live, usage, target=TARGET, options=PlanOptions())


def made(plan: Plan, form: str) -> tuple[float, float, int]:
    """CPU seconds to the first piece and to the last, and the bytes of all."""
    started = time.process_time()
    pieces = plan_pieces(plan, form.rsplit(maxsplit=1)[-1], "", View(is_full=form.startswith("full")))
    size = len(next(pieces).encode())
    first = time.process_time() - started
    size += sum(len(piece.encode()) for piece in pieces)
    return first, time.process_time() - started, size


def measure_outputs(changes: int) -> None:
    shapes = list(plans(changes))
    best: dict[tuple[str, str], tuple[float, float, int]] = {}
    for _ in range(TURNS):
        for shape, plan in shapes:
            for form in FORMS:
                measured = made(plan, form)
                best[shape, form] = min(measured, best.get((shape, form), measured), key=lambda one: one[1])
    for (shape, form), (first, seconds, size) in best.items():
        print(
            f"{shape:8} {form:10} first {first:5.2f} s, all {seconds:5.2f} s (aim 2)   {size / 1e6:6.2f} MB", flush=True
        )
        record(f"CPU of {changes:,} {shape} as {form}", seconds, "s", aim=2.0)
        if form == "html":
            record(f"size of {changes:,} {shape} as {form}", size / 1e6, "MB", aim=10.0)


def creates(shape: str, number: int) -> bytes:
    """A manifest of that many tasks with their projects and clients, or of tags."""
    if shape == "tasks":
        return manifest(number // (TASKS + 1), TASKS, bare=False).encode()
    lines = ["version: 1", "workspace: Bench", "tags:", *(f"  - Tag {one:06}" for one in range(number))]
    return "\n".join(lines).encode()


def apply(shape: str, number: int) -> None:
    """Plan and apply in this process; print the peaks."""
    with Store(":memory:") as store, tempfile.TemporaryDirectory() as folder:
        blank(store, "Bench")
        app = create_app(store, Switches(rate="off"))
        with open_writer(GatewayConfig("sandbox", key="any", rate=Rate.parse("100000/s"), app=app)) as writer:
            workspace = choose_workspace(writer, None)
            desired = load(["-"], stdin=lambda: creates(shape, number))
            reading = read(writer, desired, workspace)
            target = Target("sandbox", "http://localhost", workspace.id, workspace.name)
            plan = make_plan(desired, reading.live, reading.usage, target=target, draft=reading.draft)
            planned, started = peak(), time.process_time()
            hooks = ApplyHooks(time.time, time.monotonic, lambda _: None, lambda: False)
            report = apply_recorded(approve(plan, plan.digest), writer, reading, Runs(folder), hooks)
    if not report.is_complete:
        raise SystemExit(f"the run is not complete: {report.summary} {report.stopped}")
    print(
        f"apply of {len(plan.changes):,} {shape}: {time.process_time() - started:.0f} s of CPU, sandbox included; "
        f"peak {planned:.0f} MiB after planning, {peak():.0f} MiB after applying (aim 600)",
        flush=True,
    )
    record(f"peak memory of an apply of {len(plan.changes):,} {shape}, sandbox included", peak(), "MiB", aim=600)


def main(changes: int, number: int) -> None:
    measure_outputs(changes)
    for shape in ("tasks", "tags") if number else ():
        subprocess.run([sys.executable, __file__, "apply", shape, str(number)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["apply"]:
        apply(sys.argv[2], int(sys.argv[3]))
    else:
        given = [int(word) for word in sys.argv[1:]]
        main(*(*given, *(20_000, 100_000)[len(given) :]))
