"""How long a pull of a large workspace takes, and how much memory: with many differences, and with a few.

Run: python benchmarks/pull.py [TASKS]        (20,000 tasks by default, in 1,000 projects; about a minute)

No request is sent: measured is what happens between the reading and the question. The peak is that of the whole process above
what it had before, with the two states.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from table import peak, record

from reconciler.kinds import BY_NAME
from reconciler.manifest.fmt import formatted
from reconciler.manifest.load import load_files
from reconciler.manifest.pull import pull
from reconciler.model import UNSET, Address, Resource
from reconciler.planning import PlanOptions, Target
from reconciler.planning.differences import differences, draft_with_renames
from reconciler.planning.draft import make_draft
from reconciler.render.unified_diff import diff_lines
from reconciler.state import Desired, Live, Usage, Workspace

TARGET = Target("sandbox", "http://localhost", "w", "Studio")
_T = TypeVar("_T")


def manifest(tasks: int) -> bytes:
    """A manifest of 20 projects for each client and 20 tasks for each project, in the usual style."""
    lines = ["version: 1", "clients:"]
    for number in range(tasks // 20):
        if number % 20 == 0:
            lines += [f"  - name: Client {number // 20:04} # key account", "    projects:"]
        lines += [f"      - name: Project {number:05}", '        color: "#1976D2"', "        tasks:"]
        lines += [f"          - {{name: Task {n:02}, estimate: PT{n + 1}H}} # step {n}" for n in range(20)]
    return ("\n".join(lines) + "\n").encode()


def changed(desired: Desired, every: int) -> Live:
    """The workspace of a manifest, in which each task of a multiple of `every` has another estimate, and some are new or gone."""
    ids = {address: f"id-{number:06}" for number, address in enumerate(desired.resources)}
    resources = {}
    for number, (address, declared) in enumerate(desired.resources.items()):
        values = {f.name: f.type.parse(None) if f.default is UNSET else f.default for f in BY_NAME[address.kind].fields}
        values |= declared.values
        if address.kind == "task" and number % every == 0:
            values["estimate"] = "PT99H"
        if address.kind == "task" and number % (every * 10) == 1:
            continue
        parent = declared.parent
        found = Resource(
            address, values, parent, id=ids[address], parent_id=ids[parent] if parent else "", tracked_seconds=0
        )
        resources[address] = found
        if address.kind == "task" and number % (every * 10) == 2:
            new = Address("task", (*address.path[:-1], "New"))
            resources[new] = replace(found, address=new, id=f"new-{number}")
    proven = frozenset(resource.id for resource in resources.values() if resource.kind == "project")
    return Live(Workspace("w", "Studio"), resources, tasks_proven=proven)


def timed(what: str, action: Callable[[], _T]) -> _T:
    """Run an action, and print its seconds and the peak memory so far."""
    gc.collect()
    start = time.process_time()
    result = action()
    seconds = time.process_time() - start
    record(f"CPU of a pull: {what}", seconds, "s")
    print(f"  {what:<28} {seconds:6.2f} s   peak {peak():6.0f} MiB")
    return result


def measure(data: bytes, every: int) -> None:
    """One pull."""
    desired = load_files([("m.yaml", data)])
    live = changed(desired, every)
    usage = {found.id: Usage() for found in live.resources.values()}
    print(f"every {every}th task changed, {len(live.resources)} resources, {len(data) / 1e6:.1f} MB:")
    draft = timed(
        "match and find renames", lambda: draft_with_renames(desired, live, usage, target=TARGET, options=PlanOptions())
    )
    found = timed("find differences", lambda: differences(draft, usage))
    pulled = timed(f"edit {len(found)} differences", lambda: pull({"m.yaml": data}, found, live))
    new = pulled.files["m.yaml"][1]
    timed("diff", lambda: diff_lines("m.yaml", data.decode(), new.decode()))
    after = timed("load again", lambda: load_files([("m.yaml", new)]))
    left = timed("compare again", lambda: differences(make_draft(after, live), usage))
    timed("fmt", lambda: formatted(new.decode()))
    print(f"  left: {len(left)}")
    record(f"differences left after a pull, every {every}th task changed", len(left), aim=0)


if __name__ == "__main__":
    text = manifest(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    for step in (500, 5):
        measure(text, step)
