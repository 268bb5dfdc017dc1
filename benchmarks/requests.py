"""Requests for a plan without changes of 1,000 projects x 20 tasks, against 3 + the pages of its lists. Run: python benchmarks/requests.py"""

from __future__ import annotations

from table import record

from reconciler.applying import apply, approve
from reconciler.gateway import GatewayConfig, Rate, open_reader, open_writer, pin_connection
from reconciler.live import choose_workspace, read
from reconciler.manifest import load
from reconciler.planning import Target, make_plan
from reconciler.sandbox import Store, Switches, create_app, seed
from reconciler.state import Desired

PROJECTS, TASKS = 1000, 20


def manifest() -> bytes:
    lines = ["version: 1", "workspace: Bench", "projects:"]
    for number in range(PROJECTS):
        lines += [
            f"  - name: Project {number:04}",
            "    tasks: [" + ", ".join(f"Task {n:02}" for n in range(TASKS)) + "]",
        ]
    return "\n".join(lines).encode()


def main() -> None:
    store = Store(":memory:")
    seed(store)
    app = create_app(store, Switches(rate="off"))
    config = GatewayConfig("sandbox", key="any-k3y-will-do", rate=Rate.parse("100000/s"), app=app)
    desired = load(["-"], stdin=manifest)
    fill(config, desired)
    with open_reader(config) as reader:
        pinned = pin_connection(config, reader)
    requests = 1
    with open_reader(pinned) as reader:
        workspace = choose_workspace(reader, "Bench")
        reading = read(reader, desired, workspace)
        requests += reader.requests
    plan = make_plan(desired, reading.live, reading.usage, target=Target("sandbox", "", workspace.id, workspace.name))
    pages = sum(proof.pages for proof in reading.live.proofs)
    print(
        f"{PROJECTS:,} projects x {TASKS} tasks: {len(plan.changes)} changes, {requests} requests, {pages} of them list pages"
    )
    record(f"requests of reading {PROJECTS:,} projects x {TASKS} tasks", requests, aim=3 + pages)
    print(f"aim: at most 3 + {pages} = {3 + pages}")


def fill(config: GatewayConfig, desired: Desired) -> None:
    """Create the workspace through the client, independent of the storage of the sandbox."""
    with open_writer(config) as writer:
        writer.create_workspace("Bench")
        workspace = choose_workspace(writer, "Bench")
        reading = read(writer, desired, workspace)
        plan = make_plan(desired, reading.live, target=Target("sandbox", "", workspace.id, workspace.name))
        apply(approve(plan, plan.digest), writer, reading)


if __name__ == "__main__":
    main()
