"""A sandbox on a port of this machine whose answers a test may alter on their way, and how tests plan and apply against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml
from click.testing import Result

from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from reconciler.sandbox import Store, Switches, create_app
from tests.cli.program import Desk
from tests.faults.http_server import serve
from tests.seeded import seed

ACME = "Acme Studio"


@dataclass(frozen=True)
class Told:
    """An answer on its way, with what it answers: `path` below the workspace, `query`, and the body as JSON."""

    method: str
    path: str
    query: Mapping[str, str]
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def page(self) -> int:
        return int(self.query.get("page", "1"))

    def without(self, header: str) -> Told:
        return replace(self, headers={name: value for name, value in self.headers.items() if name != header})

    def saying(self, **headers: str) -> Told:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


Alter = Callable[[Told], Told]


@dataclass
class Service:
    """The application, the requests that it got, and a way to act on the workspace as somebody else."""

    app: Any
    store: Store
    alter: Alter = lambda output: output
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    url: str = ""

    @property
    def writes(self) -> list[str]:
        """Everything that was sent and is no read."""
        return [f"{method} {path}" for method, path, _ in self.asked if method != "GET"]

    def workspace(self, name: str = ACME) -> str:
        return next(str(item["id"]) for item in self.store.records("workspace") if item["name"] == name)

    def call(self, method: str, path: str, body: Any = None, *, workspace: str = ACME) -> Any:
        """One request below the workspace, sent past all that the test watches."""
        raw = AsgiTransport(self.app, {"Authorization": "Bearer any-k3y-will-do"})
        base, _, query = f"/clockify/api/v1/workspaces/{self.workspace(workspace)}/{path}".partition("?")
        answer = raw.send(Request(method, base, tuple(parse_qsl(query)), body))
        raw.close()
        assert answer.status < 300, (method, path, answer.body)
        return answer.json() if answer.body else None

    def named(self, plural: str, name: str) -> Any:
        """The stored object of this name."""
        found = self.call("GET", f"{plural}?page-size=5000")
        return next(item for item in found if item["name"] == name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Response, altered."""
        path = scope["path"].rpartition(f"{self.workspace()}/")[2]
        query = dict(parse_qsl(scope["query_string"].decode()))
        self.asked.append((scope["method"], path, query))
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        headers = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
        output = Told(scope["method"], path, query, messages[0]["status"], headers, json.loads(body) if body else None)
        output = self.alter(output)
        content = b"" if output.body is None else json.dumps(output.body).encode()
        lines = {**output.headers, "content-length": str(len(content))}
        raw = [(name.encode(), value.encode()) for name, value in lines.items()]
        await send({"type": "http.response.start", "status": output.status, "headers": raw})
        await send({"type": "http.response.body", "body": content})


@contextmanager
def service(folder: Path, switches: str = "") -> Iterator[Service]:
    """A seeded sandbox on a port, in a thread of this process."""
    with Store(str(folder / "service.sqlite3")) as store:
        seed(store)
        app = Service(create_app(store, Switches.parse(f"rate=off,{switches}")), store)
        with serve(app) as app.url:
            yield app


def call(desk: Desk, studio: Service, *words: str) -> Result:
    return desk.call("--sandbox", "--base-url", studio.url, *words)


def manifest(desk: Desk, **sections: Any) -> None:
    desk.write(yaml.safe_dump({"version": 1, "workspace": "Acme Studio", **sections}, allow_unicode=True))


def make_plan_file(desk: Desk, studio: Service, *words: str) -> Any:
    """The plan as JSON."""
    result = call(desk, studio, "plan", "--format", "json", *words)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def change(plan: Any, address: str) -> Any:
    return next(item for item in plan["changes"] if item["address"] == address)


def blocks(plan: Any) -> dict[str, str]:
    return {item["address"]: item["blocked"]["guard"] for item in plan["changes"] if item["blocked"]}


def refused(desk: Desk, studio: Service, *words: str, because: str) -> str:
    """Apply ends with 3, says why, and wrote nothing; what it said."""
    result = call(desk, studio, "apply", *words)
    assert (result.exit_code, result.stdout) == (3, "")
    assert because in result.stderr
    assert studio.writes == []
    return result.stderr
