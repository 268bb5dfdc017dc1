"""A prepared workspace with its plan, made once and copied for every case."""

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
from tests.faults.scenario import COPIED, MANIFEST, prepare
from tests.planning.literals import desired_of

NAME = "Faulty Works"
HEADERS = {"Authorization": "Bearer any-k3y-will-do"}
SWITCHES = {
    "inline": Switches(rate="off"),
    "one-by-one": Switches(rate="off", inline_tasks="ignored", put_answers="empty", delete_answers="empty"),
    "copies": Switches(rate="off", inline_tasks="ignored", from_template="any"),
}
"""The sandbox switches of each scenario: new tasks inline in their project, created one by one, or also with copies of a project; and
empty responses.
"""
Snapshot = Mapping[str, list[dict[str, Any]]]
_ID = re.compile(r"\b[0-9a-f]{24}\b")


def config_of(app: SandboxApp | None, base_url: str = "", rate: str = "50/s") -> GatewayConfig:
    """A configuration for the in-process application, or for a base URL."""
    return GatewayConfig("sandbox", base_url=base_url, key="any-k3y-will-do", rate=Rate.parse(rate), app=app)


@dataclass(frozen=True)
class ScenarioServer:
    """A prepared store, the approved plan for it, and its snapshot before the plan."""

    name: str
    template: Store
    workspace_id: str
    desired: Desired
    plan: Plan
    before: Snapshot

    def copy(self, faults: Faults | None = None) -> tuple[Store, SandboxApp]:
        """A separate server for one case, with an empty log."""
        store = Store(":memory:")
        self.template._db.backup(store._db)
        return store, create_app(store, SWITCHES[self.name], faults=faults)

    def plan_again(self, app: SandboxApp) -> Plan:
        """A new plan of the same manifest."""
        return _make_plan(app, self.desired)

    def canonical(self, snapshot: Snapshot) -> list[str]:
        """A snapshot with new ids replaced by names, since ids depend on the order of creation."""
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
def scenario_server(name: str) -> ScenarioServer:
    """The scenario of this name."""
    store = Store(":memory:")
    workspace_id = blank(store, NAME)
    app = create_app(store, SWITCHES[name])
    _prepare(app, workspace_id)
    copied = {"projects": [*MANIFEST["projects"], *COPIED]} if name == "copies" else {}
    desired = desired_of({**MANIFEST, **copied, "workspace": NAME})
    return ScenarioServer(name, store, workspace_id, desired, _make_plan(app, desired), store.snapshot(workspace_id))


def _prepare(app: SandboxApp, workspace_id: str) -> None:
    raw = AsgiTransport(app, HEADERS)

    def call(method: str, path: str, body: Mapping[str, Any]) -> Any:
        response = raw.send(Request(method, f"/clockify/api/v1/workspaces/{workspace_id}{path}", body=body))
        assert response.is_success, (method, path, response.body)
        return response.json() if response.body else None

    prepare(call)
    raw.close()


def _make_plan(app: SandboxApp, desired: Desired) -> Plan:
    """A plan that allows every removal by its count."""
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
    removed = frozenset(change.address for change in first.changes if change.removal)
    options = PlanOptions(allowed=removals, allowed_removals=removed, connection=connection)
    return make_plan(desired, reading.live, reading.usage, target=target, options=options)
