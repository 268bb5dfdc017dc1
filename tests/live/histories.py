"""Random histories of a workspace in the sandbox, under random switches: whatever happens, an incremental plan equals the full one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from random import Random
from typing import Any

from reconciler.errors import ManifestError, ReconcilerError
from reconciler.gateway import Reader, Sent, open_limiter
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.requests import RequestPipeline
from reconciler.gateway.retry import DEFAULT
from reconciler.live import Reading, read
from reconciler.live.list_record import Binding, Recorded, reading_start, record_from_json, record_to_json
from reconciler.live.since import SinceLast, read_since
from reconciler.planning import Plan, make_plan
from reconciler.sandbox import Switches
from reconciler.sandbox.app import SandboxApp
from reconciler.sandbox.switches import _CHOICES, _PARTS
from reconciler.state import Desired
from tests.planning.literals import desired_of
from tests.sandbox_client import Stage

NAMES = ("Alpha", "Beta", "Gamma", "Delta")
START = 1_770_000_000
WAITS = (0, 0, 1, 30, 61, 200, 3_600, 86_400, 8 * 86_400)
FIXED = {"key", "rate", "throttle", "latency_ms", "authorisation", "authorisation_expired", "authorised_after"}
"""Switches that say who may ask and how often, not what the answers are."""
NUMBERS = {
    "page_default": (50,),
    "page_cap": (5000, 60),
    "feed_limit": (1, 2, 7, 1000),
    "feed_deletion_lag": (0, 60, 900),
}
OFTEN = {"archived_absent": ("active", "both"), "hydrated": ("without-done", "without-done", "full")}
"""What hides objects in lists: without it there is little to skip."""
SELDOM = {"feeds", "feed_types", "feed_answers", "feed_pages", "role", "omits", "list_omits"}
BINDING = Binding("sandbox", "in-process", "c", "w", "a-key")


def switches_of(random: Random) -> Switches:
    """Each switch as on the live service, or now and then another value of it."""
    chosen: dict[str, Any] = {"rate": "off"}
    for switch in fields(Switches):
        name = switch.name
        if name in OFTEN and random.random() < 0.8:
            chosen[name] = random.choice(OFTEN[name])
        elif name in FIXED or random.random() > (0.08 if name in SELDOM else 0.3):
            continue
        elif name in _CHOICES:
            chosen[name] = random.choice(_CHOICES[name])
        elif name in _PARTS:
            chosen[name] = tuple(part for part in _PARTS[name] if random.random() < 0.5)
        elif name in NUMBERS:
            chosen[name] = random.choice(NUMBERS[name])
        elif isinstance(switch.default, bool):
            chosen[name] = random.random() < 0.5
    return Switches(**chosen)


class _Direct:
    """The sandbox without a server in between: what a request is answered, at once."""

    def __init__(self, app: SandboxApp) -> None:
        self._app = app

    def send(self, request: Request) -> Response:
        path, _, query = request.target.partition("?")
        headers = {"authorization": "Bearer any-k3y-will-do", "host": "sandbox"}
        answer = self._app._service.handle(request.method, path, query, headers, request.content())
        return Response(*answer)

    def close(self) -> None:
        pass


class History:
    """One workspace. `outcomes` counts the plans, those that skipped a list, and those that fell back."""

    def __init__(self, seed: int, switches: Switches | None = None) -> None:
        self.random = Random(seed)  # noqa: S311 -- a seeded search, nothing secret
        self.stage = Stage(switches or switches_of(self.random))
        self.raw = _Direct(self.stage.app)
        self.now = START
        self.recorded = Recorded()
        self.outcomes: Counter[str] = Counter()
        self.asked: list[str] = []
        """The requests of the last incremental plan: the end of each path, and its query."""

    def run(self, steps: int = 12) -> Counter[str]:
        """Live through some steps, with a plan after every few of them."""
        with self.stage:
            self.wait(0)
            for _ in range(self.random.randint(2, 8)):
                self.edit()
            self.wait(self.random.choice((100, 4_000)))
            self.compare(self.manifest())
            for _ in range(steps):
                if self.random.random() < 0.3:
                    self.compare(self.manifest())
                elif self.random.random() < 0.3:
                    self.wait(self.random.choice(WAITS))
                else:
                    self.edit()
            self.compare(self.manifest())
        return self.outcomes

    def reader(self) -> Reader:
        config, clock = self.stage.config, self.stage.time.gateway_clock
        limiter = open_limiter(config, clock)
        return Reader(
            config, RequestPipeline(config, self.raw, limiter, clock=clock, retry_policy=DEFAULT, on_request=self._note)
        )

    def _note(self, sent: Sent) -> None:
        self.asked.append(sent.request.target.rpartition("/")[2])

    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.stage.app._clock.set(self.now, frozen=True)

    # -- what somebody does --------------------------------------------------------------------------------------------

    def edit(self) -> None:
        """One request, or the two of a delete, whatever comes of it."""
        stored = self.stage.snapshot()
        plural = self.random.choice(("clients", "projects", "tasks", "tasks", "tags"))
        how = self.random.choice(
            ("create",) * 5 + ("rename", "rename", "note", "hide", "show", "delete", "route", "time")
        )
        items = stored[plural]
        if how == "create":
            self._create(plural, stored)
        elif how == "time":
            self._track_time(stored)
        elif items and how == "route":
            self._by_another_route(plural, self.random.choice(items))
        elif items:
            item = self.random.choice(items)
            change: dict[str, dict[str, Any]] = {
                "rename": {"name": self.random.choice(NAMES)},
                "note": {"note": self.random.choice(NAMES), "estimate": "PT2H"},
                "hide": {"archived": True, "status": "DONE"},
                "show": {"archived": False, "status": "ACTIVE"},
                "delete": {"archived": True, "status": "DONE"},
            }
            self.send("PUT", _path(plural, item), {**_same(plural, item), **change[how]})
            if how == "delete":
                self.send("DELETE", _path(plural, item))

    def _create(self, plural: str, stored: Mapping[str, Any]) -> None:
        body: dict[str, Any] = {"name": self.random.choice(NAMES)}
        projects = stored["projects"]
        if plural == "tasks":
            if not projects:
                return
            project = self.random.choice(projects)
            made = self.send("POST", f"/projects/{project['id']}/tasks", body)
            if made and self.random.random() < 0.5:
                self.send("PUT", _path("tasks", made), {**_same("tasks", made), "status": "DONE"})
            return
        if plural == "projects":
            body |= {"clientId": self.random.choice(stored["clients"])["id"]} if stored["clients"] else {}
            body |= {"tasks": [{"name": name} for name in NAMES[:2]]} if self.random.random() < 0.3 else {}
            body["name"] = self.random.choice(("Site", "Shop", "App"))
            if projects and self.random.random() < 0.2:
                self.send("POST", "/projects/from-template", body | {"templateProjectId": projects[0]["id"]})
                return
        made = self.send("POST", f"/{plural}", body)
        if made and self.random.random() < 0.3:
            self.send("PUT", _path(plural, made), {**_same(plural, made), "archived": True})

    def _by_another_route(self, plural: str, item: Mapping[str, Any]) -> None:
        if plural == "projects":
            estimate = {"timeEstimate": {"active": True, "estimate": "PT5H", "type": "MANUAL"}}
            self.send("PATCH", f"/projects/{item['id']}/estimate", estimate)
        elif plural == "tasks":
            self.send("PUT", f"{_path('tasks', item)}/hourly-rate", {"amount": self.random.choice((100, 200))})
        elif plural == "clients":
            self.send(
                "PUT",
                f"/clients/{item['id']}?archive-projects=true&mark-tasks-as-done=true",
                {**_same(plural, item), "archived": True},
            )

    def _track_time(self, stored: Mapping[str, Any]) -> None:
        body: dict[str, Any] = {"start": "2026-01-05T09:00:00Z", "end": "2026-01-05T10:00:00Z"}
        if stored["tasks"]:
            task = self.random.choice(stored["tasks"])
            body |= {"projectId": task["projectId"], "taskId": task["id"]}
        self.send("POST", "/time-entries", body)

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        place, _, query = path.partition("?")
        params = tuple(tuple(pair.split("=")) for pair in query.split("&") if pair)
        full = f"/clockify/api/v1/workspaces/{self.stage.workspace.id}{place}"
        answer = self.raw.send(Request(method, full, params, body))  # type: ignore[arg-type]
        return answer.json() if answer.status < 300 and not answer.is_empty else None

    # -- what is planned -----------------------------------------------------------------------------------------------

    def manifest(self) -> dict[str, Any]:
        """What is live, with some additions and some things left out; most often nothing is pruned."""
        stored, random = self.stage.snapshot(), self.random
        rate = random.choice((0.0, 0.0, 0.0, 0.3))

        def kept(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
            active = [item for item in items if not item.get("archived") and item.get("status") != "DONE"]
            return [item for item in active if random.random() >= rate]

        clients = {item["id"]: {"name": item["name"], "projects": []} for item in kept(stored["clients"])}
        alone: list[dict[str, Any]] = []
        for project in kept(stored["projects"]):
            tasks: list[Any] = [task["name"] for task in kept(stored["tasks"]) if task["projectId"] == project["id"]]
            if random.random() < 0.6:
                tasks.append(random.choice(NAMES))
            declared: dict[str, Any] = {"name": project["name"], "tasks": _unique(tasks)}
            if random.random() < 0.2:
                declared |= {"note": random.choice(NAMES), "billable": True}
            if project["clientId"] not in clients and project["clientId"]:
                continue
            (clients[project["clientId"]]["projects"] if project["clientId"] else alone).append(declared)
        more = [random.choice(NAMES)] if random.random() < 0.5 else []
        tags: list[Any] = _unique([tag["name"] for tag in kept(stored["tags"])] + more)
        if tags and random.random() < 0.1:
            tags[0] = {"name": tags[0], "archived": True}
        prune = random.choice(("keep",) * 5 + ("archive", "delete"))
        policy: dict[str, Any] = {"prune": dict.fromkeys(("clients", "projects", "tasks", "tags"), prune)}
        policy |= {"removal_budget": {"count": 100, "share": "100%"}}
        return {"policy": policy, "clients": list(clients.values()), "projects": alone, "tags": tags}

    def compare(self, manifest: dict[str, Any]) -> SinceLast:
        """The full plan and the incremental one are the same, or both fail in the same words. What came of the incremental reading."""
        try:
            desired = desired_of(manifest)
        except ManifestError:
            return SinceLast(self.recorded, self.now)
        whole = self._plan(desired, None)
        since = SinceLast(self.recorded, reading_start(self.now, self.now))
        less = self._plan(desired, since)
        assert _compared(less) == _compared(whole), (since.problem, since.skipped, self.stage.app.state.switches)
        self.outcomes["plans"] += 1
        self.outcomes["shorter"] += bool(since.skipped)
        self.outcomes["skipped"] += since.skipped
        self.outcomes["fell back"] += bool(since.problem)
        if not isinstance(less, str):
            document = json.loads(json.dumps(record_to_json(since.updated, BINDING)))
            self.recorded = record_from_json(document, BINDING)
            assert self.recorded == since.updated
        return since

    def _plan(self, desired: Desired, since: SinceLast | None) -> Plan | str:
        stage = self.stage
        self.asked.clear()
        try:
            reading: Reading
            if since is None:
                reading = read(self.reader(), desired, stage.workspace)
            else:
                reading = read_since(self.reader(), desired, stage.workspace, {}, since)
            return make_plan(desired, reading.live, reading.usage, target=stage.target, draft=reading.draft)
        except ReconcilerError as error:
            return f"{type(error).__name__}: {error.message}"


def _compared(plan: Plan | str) -> Any:
    return plan if isinstance(plan, str) else (plan.digest, plan.changes, plan.warnings, plan.forecast, plan.unmanaged)


def _unique(names: list[str]) -> list[Any]:
    return list(dict.fromkeys(names))


def _path(plural: str, item: Mapping[str, Any]) -> str:
    inside = f"/projects/{item['projectId']}" if plural == "tasks" else ""
    return f"{inside}/{plural}/{item['id']}"


def _same(plural: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """What an update has to carry so that all else stays."""
    kept = ("name", "archived", "note", "status", "billable", "clientId", "estimate", "assigneeIds")
    same = {key: item[key] for key in kept if item.get(key) is not None}
    if plural == "projects":
        same["isPublic"] = item["public"]
        same.pop("estimate", None)
    return same
