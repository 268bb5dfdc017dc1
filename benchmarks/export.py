"""Export of a workspace with 20,000 tasks, read from the sandbox in this process: time, memory, and the size of the text.

Run: python benchmarks/export.py [PROJECTS [TASKS]]. CPU time of this process; memory is the peak that tracemalloc measures in a second
export of the same state, and that of the whole process. Then the text is loaded and planned, which must find nothing.
"""

from __future__ import annotations

import sys
import time
import tracemalloc

from table import peak, record

from reconciler.gateway import GatewayConfig, Rate, Reader, open_reader
from reconciler.live import choose_workspace, read, read_everything
from reconciler.manifest import Exported, ExportOptions, export_manifest, load
from reconciler.planning import Target, make_plan
from reconciler.sandbox import Store, Switches, blank, create_app
from reconciler.state import Live, Workspace

COLORS = ("#1976D2", "#AB47BC", "#FF5722", "#0A0B0C", "#8BC34A")


def estimate(project: int, task: int) -> str:
    """The estimate of a task, by the numbers of the project and of the task in it."""
    return "PT8H" if project % 3 == 0 else f"PT{1 + (7919 * project + 104729 * task) % 997}H"


def fill(store: Store, workspace: str, projects: int, tasks: int) -> None:
    """Clients of ten projects each. The tasks of a third of the projects are equal, the others have estimates of their own."""
    owner = store.meta("caller")
    member = {
        "userId": owner,
        "hourlyRate": None,
        "costRate": None,
        "membershipType": "PROJECT",
        "membershipStatus": "ACTIVE",
    }
    common = {"workspaceId": workspace, "archived": False}
    client = ""
    for number in range(projects):
        if number % 10 == 0:
            client = store.new_id()
            name = f"Client {number // 10:04}"
            stored = {"id": client, "name": name, "email": None, "address": None, "note": None, "ccEmails": None}
            store.save("client", {**stored, "currencyId": None, **common})
        project = store.new_id()
        times = {"estimate": "PT0S", "type": "AUTO", "resetOption": None, "active": False, "includeNonBillable": True}
        stored = {
            "id": project,
            "name": f"Project {number:05}",
            "clientId": client,
            "color": COLORS[number % 5],
            "note": "",
        }
        stored |= {"billable": True, "public": number % 7 == 0, "hourlyRate": None, "costRate": None, "estimate": None}
        stored |= {"timeEstimate": times, "budgetEstimate": None, "estimateReset": None, "template": False}
        store.save("project", {**stored, "memberships": [{**member, "targetId": project}], **common})
        for task in range(tasks):
            stored = {"id": store.new_id(), "name": f"Task {task:03}", "projectId": project}
            stored |= {"estimate": estimate(number, task)}
            stored |= {"status": "ACTIVE", "billable": True, "assigneeIds": [], "assigneeId": None, "userGroupIds": []}
            store.save("task", {**stored, "budgetEstimate": 0, "hourlyRate": None, "costRate": None, **common})


def timed_export(live: Live) -> tuple[Exported, float]:
    """The manifests, and CPU seconds."""
    started = time.process_time()
    exported = export_manifest(live, ExportOptions())
    return exported, time.process_time() - started


def measure(reader: Reader, workspace: Workspace) -> None:
    started = time.process_time()
    live = read_everything(reader, workspace)
    reading_seconds = time.process_time() - started
    exported, seconds = timed_export(live)
    text = exported.files["workspace.yaml"].encode()
    tracemalloc.start()
    export_manifest(live, ExportOptions())
    traced = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    tasks_exported = f"{exported.counts['tasks']:,} tasks"
    record(f"CPU of the export of {tasks_exported}", seconds, "s")
    record(f"peak memory of the export of {tasks_exported}", traced / 1e6, "MB")
    print(
        f"{exported.counts['tasks']} tasks: read in {reading_seconds:.2f} s (sandbox included), exported in {seconds:.2f} s"
    )
    print(
        f"{len(text) / 1e6:.2f} MB of text, {text.count(10)} lines; export: peak of {traced / 1e6:.1f} MB, process: {peak():.0f} MiB"
    )
    started = time.process_time()
    desired = load(["-"], stdin=lambda: text)
    reading = read(reader, desired, workspace)
    target = Target("sandbox", "http://localhost", workspace.id, workspace.name)
    plan = make_plan(desired, reading.live, reading.usage, target=target, draft=reading.draft)
    print(f"read again and planned in {time.process_time() - started:.2f} s: {len(plan.changes)} changes")


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    projects, tasks = (*given, *(1000, 20)[len(given) :])
    with Store(":memory:") as store:
        workspace = blank(store, "Bench")
        with store.transaction():
            fill(store, workspace, projects, tasks)
        app = create_app(store, Switches(rate="off"))
        with open_reader(GatewayConfig("sandbox", key="any", rate=Rate.parse("100000/s"), app=app)) as reader:
            measure(reader, choose_workspace(reader, None))


if __name__ == "__main__":
    main()
