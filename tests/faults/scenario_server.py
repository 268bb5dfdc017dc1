"""A workspace that is prepared once, and copied for every case: the plan is made once as well, for it is the same for all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from reconciler.gateway import GatewayConfig, Rate, open_reader, pin_connection
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from reconciler.live import choose_workspace, read
from reconciler.planning import Plan, PlanOptions, Target, make_plan
from reconciler.sandbox import Faults, Store, Switches, blank, create_app
from reconciler.sandbox.app import SandboxApp
from reconciler.state import Desired
from tests.clock import Time
from tests.faults.scenario import MANIFEST, prepare
from tests.planning.literals import desired_of

NAME = "Faulty Works"
HEADERS = {"Authorization": "Bearer any"}
SWITCHES = {
    "inline": Switches(rate="off"),
    "one-by-one": Switches(rate="off", inline_tasks="ignored", put_answers="empty", delete_answers="empty"),
}
"""Readings of the API under which the faults happen: new tasks go along with their projects, or do not; answers are empty."""
Snapshot = Mapping[str, list[dict[str, Any]]]
_ID = re.compile(r"\b[0-9a-f]{24}\b")


def config_of(app: SandboxApp | None, base_url: str = "", rate: str = "50/s") -> GatewayConfig:
    """Settings that lead to the application in this process, or to one that is served."""
    return GatewayConfig("sandbox", base_url=base_url, key="any", rate=Rate.parse(rate), app=app)


@dataclass(frozen=True)
class World:
    """A prepared store, the plan that is approved for it, and what it held before."""

    name: str
    template: Store
    workspace_id: str
    desired: Desired
    plan: Plan
    before: Snapshot

    def copy(self, faults: Faults | None = None) -> tuple[Store, SandboxApp]:
        """A server of its own for one case, with an empty log."""
        store = Store(":memory:")
        self.template._db.backup(store._db)
        return store, create_app(store, SWITCHES[self.name], faults=faults)

    def planned(self, app: SandboxApp) -> Plan:
        """What a plan of the same manifest says now."""
        return _planned(app, self.desired)

    def canonical(self, snapshot: Snapshot) -> list[str]:
        """A snapshot with new ids replaced by what bears them, since ids depend on the order of creation."""
        known = {item["id"] for items in self.before.values() for item in items}
        names: dict[str, str] = {}
        for plural in ("clients", "projects", "tasks", "tags"):
            for item in snapshot[plural]:
                parent = item.get("clientId") or item.get("projectId") or ""
                names[item["id"]] = f"{plural}:{names.get(parent, parent)}/{item['name']}"
        new = {key: name for key, name in names.items() if key not in known}
        lines = [f"{kind} {json.dumps(item, sort_keys=True)}" for kind, items in snapshot.items() for item in items]
        return sorted(_ID.sub(lambda match: new.get(match.group(), match.group()), line) for line in lines)


@cache
def world(name: str) -> World:
    """The world of this name."""
    store = Store(":memory:")
    workspace_id = blank(store, NAME)
    app = create_app(store, SWITCHES[name])
    _prepared(app, workspace_id)
    desired = desired_of({**MANIFEST, "workspace": NAME})
    return World(name, store, workspace_id, desired, _planned(app, desired), store.snapshot(workspace_id))


def _prepared(app: SandboxApp, workspace_id: str) -> None:
    raw = AsgiTransport(app, HEADERS)

    def call(method: str, path: str, body: Mapping[str, Any]) -> Any:
        answer = raw.send(Request(method, f"/clockify/api/v1/workspaces/{workspace_id}{path}", body=body))
        assert answer.is_success, (method, path, answer.body)
        return answer.json() if answer.body else None

    prepare(call)
    raw.close()


def _planned(app: SandboxApp, desired: Desired) -> Plan:
    """The plan, every removal allowed by its number."""
    config = config_of(app)
    with open_reader(config, clock=Time().gateway_clock) as reader:
        connection = pin_connection(config, reader).connection
        workspace = choose_workspace(reader, NAME)
        reading = read(reader, desired, workspace)
    target = Target("sandbox", config.base_url, workspace.id, workspace.name)
    first = make_plan(desired, reading.live, reading.usage, target=target)
    removals: dict[str, int] = {}
    for change in first.changes:
        removals[change.kind] = removals.get(change.kind, 0) + change.removal
    going = frozenset(change.address for change in first.changes if change.removal)
    about = PlanOptions(allowed=removals, allowed_removals=going, connection=connection)
    return make_plan(desired, reading.live, reading.usage, target=target, options=about)
