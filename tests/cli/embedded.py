"""The sandbox within the process of a command, with a workspace in memory, switches and faults: no port, no file, no waiting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from click.testing import Result

from reconciler.cli import connect
from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from reconciler.sandbox import Fault, IncomingRequest, Store, Switches, create_app
from reconciler.sandbox.seed import blank
from tests.cli.altered_answers import manifest
from tests.cli.program import Desk, summary_of

WORKSPACE = "Acme Studio"
UNPACED = ("--sandbox", "--rate", "100000/s")


@dataclass
class Embedded:
    """What commands in this process talk to. `faults`: method and end of the path → the faults of its requests, in order."""

    desk: Desk
    store: Store
    workspace: str
    switches: Switches = field(default_factory=lambda: Switches(rate="off"))
    faults: dict[tuple[str, str], list[Fault | None]] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every request of a command, faults included."""
    served: Any = None
    watch: Callable[[str, str], None] = lambda *_: None
    """Called with method and path of each request before it is served."""

    def app(self) -> Any:
        """The application as the switches have it."""
        self.served = create_app(self.store, self.switches, faults=self._fault)
        return self.served

    def bodies(self, method: str) -> list[Any]:
        """The bodies of the requests of one method of the last command, oldest first."""
        return [json.loads(logged.body) for logged in self.served.state.log if logged.method == method]

    def switch(self, text: str) -> None:
        """Read the API another way, `name=value,…`."""
        self.switches = Switches.parse(f"rate=off,{text}")

    def refuse(self, method: str, ending: str) -> list[str]:
        """Answer 403 to each request of a method with this end of its path; the paths of such requests."""
        served, asked = self.app, []

        def refusing() -> Any:
            app = served()

            async def refuse(scope: Any, receive: Any, send: Any) -> None:
                if scope["type"] != "http" or scope["method"] != method or not scope["path"].endswith(ending):
                    await app(scope, receive, send)
                    return
                asked.append(scope["path"])
                headers = [(b"content-type", b"application/json")]
                await send({"type": "http.response.start", "status": 403, "headers": headers})
                await send({"type": "http.response.body", "body": b'{"message":"no","code":4033}'})

            return refuse

        self.app = refusing  # type: ignore[method-assign]
        return asked

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One request below the workspace, as somebody else would send it."""
        raw = AsgiTransport(create_app(self.store, self.switches), {"Authorization": "Bearer any-k3y-will-do"})
        answer = raw.send(Request(method, f"/clockify/api/v1/workspaces/{self.workspace}/{path}", body=body))
        raw.close()
        assert answer.status < 300, (method, path, answer.body)
        return answer.json() if answer.body else None

    def stored(self, plural: str, name: str) -> Any:
        """The stored object of this name; None without one."""
        return next((item for item in self.store.snapshot(self.workspace)[plural] if item["name"] == name), None)

    def declare(self, **sections: Any) -> None:
        """Write the manifest."""
        manifest(self.desk, **sections)

    def run(self, *words: str, options: tuple[str, ...] = ()) -> Result:
        """A command, with `sent` empty before it."""
        self.sent.clear()
        return self.desk.call(*UNPACED, *options, *words)

    def plan(self, *words: str) -> Any:
        """The plan as JSON."""
        return self.json("plan", *words)

    def json(self, *words: str) -> Any:
        """What a command that succeeds prints as JSON."""
        result = self.run(*words, "--format", "json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def apply(self, *words: str) -> tuple[int, Any]:
        """Exit code and summary of an apply that approves what it plans."""
        digest = self.plan(*(word for word in words if word.startswith("--allow")))["digest"]
        result = self.run("apply", "--format", "json", "--approve", digest, *words)
        assert result.stdout, result.stderr
        return result.exit_code, summary_of(result.stdout)

    def writes(self) -> list[str]:
        """Methods and ends of the paths of the writes of the last command."""
        return [f"{method} {path.split('/')[-2]}" for method, path in self.sent if method not in ("GET", "POST")]

    def _fault(self, incoming: IncomingRequest) -> Fault | None:
        self.sent.append((incoming.method, incoming.path))
        self.watch(incoming.method, incoming.path)
        for (method, ending), queue in self.faults.items():
            if incoming.method == method and ending in incoming.path and queue:
                return queue.pop(0)
        return None


@contextmanager
def embedded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedded]:
    """An empty workspace, used by every command until the end of the test."""
    with Store(":memory:") as store:
        sandbox = Embedded(desk, store, blank(store, WORKSPACE))

        @contextmanager
        def opened(*_: Any, **__: Any) -> Iterator[Store]:
            yield store

        monkeypatch.setattr(connect, "open_sandbox_store", opened)
        monkeypatch.setattr(connect, "create_app", lambda _: sandbox.app())
        monkeypatch.setattr(Interrupt, "pause", lambda *_: None)
        yield sandbox
