"""The main job on a sandbox in this process, for tests: plan a manifest, approve it, apply it, look at what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from reconciler.applying import RunReport, apply, approve
from reconciler.gateway import GatewayConfig, Rate, Reader, Sent, Writer, open_reader, open_writer
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from reconciler.kinds import KINDS
from reconciler.live import Reading, choose_workspace, read, read_values
from reconciler.planning import Plan, PlanOptions, Target, make_plan
from reconciler.sandbox import Store, Switches, create_app
from reconciler.state import Desired, Workspace
from tests.clock import Time
from tests.planning.literals import desired_of
from tests.seeded import seed

NO_LIMIT = Rate.parse("100000/s")


def seen(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What a person would see of a workspace as it is stored: names, places and canonical values; no ids, nothing that is counted."""
    names = {item["id"]: item["name"] for kind in ("clients", "projects") for item in snapshot[kind]}
    return {
        f"{kind.name}:{names.get(item.get('clientId') or item.get('projectId', ''), '')}/{item['name']}": read_values(
            kind, item, {}
        )
        for kind in KINDS
        for item in snapshot[kind.plural]
    }


class Stage:
    """A sandbox with a workspace of its own, empty unless `seeded`, and our client before it."""

    def __init__(self, switches: Switches | None = None, *, seeded: bool = False) -> None:
        self.store = Store(":memory:")
        seed(self.store)
        self.app = create_app(self.store, switches or Switches(rate="off"))
        self.config = GatewayConfig("sandbox", key="any-k3y-will-do", rate=NO_LIMIT, app=self.app)
        self.sent: list[Sent] = []
        self.time = Time()
        self.raw = AsgiTransport(self.app, {"Authorization": "Bearer any-k3y-will-do"})
        name = "Acme Studio" if seeded else "Empty"
        if not seeded:
            self.call("POST", "", {"name": name})
        with self.reader() as reader:
            self.workspace: Workspace = choose_workspace(reader, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.raw.close()
        self.store.close()

    def use(self, app: Any) -> None:
        """Put another application before the same store."""
        self.config = replace(self.config, app=app)

    def unallowed(self, manifest: Mapping[str, Any], reading: Reading) -> Plan:
        """The plan of a manifest with no removal allowed beyond the budget."""
        target = self.target
        return make_plan(desired_of(manifest), reading.live, reading.usage, target=target)

    @property
    def target(self) -> Target:
        """Where its plans are meant for."""
        return Target("sandbox", self.config.base_url, self.workspace.id, self.workspace.name)

    def reader(self) -> Reader:
        """A client that can only read."""
        return open_reader(self.config, on_request=self.sent.append, clock=self.time.gateway_clock)

    def writer(self) -> Writer:
        """A client that can write."""
        return open_writer(self.config, on_request=self.sent.append, clock=self.time.gateway_clock)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One raw request below `/workspaces`, as somebody else would send it."""
        base = "/clockify/api/v1/workspaces"
        full = f"{base}/{self.workspace.id}{path}" if path else base
        answer = self.raw.send(Request(method, full, body=body))
        assert answer.status < 300, (method, full, answer.status, answer.body)
        return answer.json() if answer.body else None

    def read(self, desired: Desired) -> Reading:
        """What a plan of `desired` would read."""
        with self.reader() as reader:
            return read(reader, desired, self.workspace)

    def plan(self, manifest: Mapping[str, Any] | Desired) -> tuple[Plan, Reading]:
        """The plan of a manifest, every removal that is beyond the budget or looks like a rename allowed by hand."""
        desired = manifest if isinstance(manifest, Desired) else desired_of(manifest)
        reading = self.read(desired)
        target = self.target
        first = make_plan(desired, reading.live, reading.usage, target=target)
        removals: dict[str, int] = {}
        for change in first.changes:
            removals[change.kind] = removals.get(change.kind, 0) + change.removal
        removed = frozenset(change.address for change in first.changes if change.removal)
        options = PlanOptions(allowed=removals, allowed_removals=removed)
        return make_plan(desired, reading.live, reading.usage, target=target, options=options), reading

    def apply(self, manifest: Mapping[str, Any] | Desired) -> RunReport:
        """Plan, approve, apply."""
        plan, reading = self.plan(manifest)
        with self.writer() as writer:
            return apply(approve(plan, plan.digest), writer, reading)

    def snapshot(self) -> Any:
        """Everything that the store holds of the workspace."""
        return self.store.snapshot(self.workspace.id)
