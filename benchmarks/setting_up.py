"""Requests that set up 200 projects x 12 tasks, if the service stores inline tasks, ignores them, or copies projects instead.

Run: python benchmarks/setting_up.py

Naive is one request for each project and each task, and one for each list that is read. Counted by the sandbox, in this process.
"""

from __future__ import annotations

import tempfile
from collections import Counter

from table import record

from reconciler.applying import ApplyHooks, Runs, apply_recorded, approve
from reconciler.gateway import GatewayConfig, Rate, open_writer, pin_connection
from reconciler.live import choose_workspace, read
from reconciler.manifest import load
from reconciler.planning import Target, make_plan
from reconciler.sandbox import Store, Switches, create_app

PROJECTS, TASKS = 200, 12
AIM = 205
LISTS = 4
"""Requests of the initial read: clients, projects, tags and users."""


def manifest() -> bytes:
    tasks = ", ".join(f"Task {n:02}" for n in range(TASKS))
    lines = ["version: 1", "workspace: Bench", "projects:"]
    lines += [f"  - {{name: Project {number:03}, tasks: [{tasks}]}}" for number in range(PROJECTS)]
    return "\n".join(lines).encode()


def measure(switches: str) -> None:
    store = Store(":memory:")
    app = create_app(store, Switches.parse(f"rate=off,{switches}"))
    plain = GatewayConfig("sandbox", key="any-k3y-will-do", rate=Rate.parse("100000/s"), app=app)
    with open_writer(plain) as first:
        first.create_workspace("Bench")
        app.state.log.clear()
        config = pin_connection(plain, first)
    with open_writer(config) as writer, tempfile.TemporaryDirectory() as folder:
        desired = load(["-"], stdin=manifest)
        workspace = choose_workspace(writer, "Bench")
        reading = read(writer, desired, workspace)
        plan = make_plan(desired, reading.live, target=Target("sandbox", "", workspace.id, workspace.name))
        on_request = ApplyHooks(lambda: 0.0, lambda: 0.0, lambda _: None, lambda: False)
        report = apply_recorded(approve(plan, plan.digest), writer, reading, Runs(folder), on_request)
    methods = Counter(logged.method for logged in app.state.log)
    made = len(store.snapshot(workspace.id)["projects"]), len(store.snapshot(workspace.id)["tasks"])
    aim = AIM if switches.endswith("kept") else None
    record(f"requests of setting up {PROJECTS} projects x {TASKS} tasks, {switches}", methods.total(), aim=aim)
    naive = LISTS + PROJECTS * (1 + TASKS)
    print(
        f"{switches:42} {methods.total():5,} requests ({methods['GET']} reading, {methods['POST']:,} creating)  "
        f"{methods.total() / naive:6.1%} of {naive:,} naive; forecast {plan.forecast.requests:,}, "
        f"or {plan.forecast.requests - plan.forecast.saved:,} where tasks go along; "
        f"made {made[0]} projects, {made[1]:,} tasks, exit code {report.exit_code}"
    )


if __name__ == "__main__":
    for tasks in ("ignored", "ignored,from_template=any", "kept"):
        measure(f"inline_tasks={tasks}")
