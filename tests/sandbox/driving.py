"""An HTTP driver for an in-process sandbox, without the client of this package: the sandbox is an independent reading of the API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from reconciler.sandbox import Faults, Store, Switches, blank, create_app
from reconciler.sandbox.seed_data import WORKSPACE_ID
from tests.seeded import seed

UNLIMITED = Switches(rate="off")


class Clock:
    """A clock that advances only when it is set; Unix time in seconds."""

    def __init__(self, now: float = 1_770_974_282.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Driver:
    """A sandbox with one workspace, empty or seeded. Calling it sends a request below that workspace (or to a path with `/`)."""

    def __init__(
        self,
        switches: Switches | str = UNLIMITED,
        *,
        seeded: bool = False,
        faults: Faults | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(switches, str):
            switches = Switches.parse(f"rate=off,{switches}")
        self.store, self.clock = Store(":memory:"), Clock()
        self.slept: list[float] = []
        self.workspace = WORKSPACE_ID
        if seeded:
            seed(self.store)
        else:
            self.workspace = blank(self.store, "Test", **(settings or {}))
        self.app = create_app(self.store, switches, clock=self.clock, sleep=self._sleep, faults=faults)
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app)
        headers = {"Authorization": "Bearer any-k3y-will-do"}
        self._client = httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.store.close()

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        **params: Any,
    ) -> httpx.Response:
        """Send a request; underscores in names of query parameters stand for hyphens."""
        full = path if path.startswith("/") else f"/clockify/api/v1/workspaces/{self.workspace}/{path}"
        query = {name.replace("_", "-"): value for name, value in params.items()}
        if body is not None:
            content = json.dumps(body).encode()
        request = self._client.build_request(method, full, content=content, headers=headers, params=query)
        if headers is not None and "Authorization" not in headers:
            del request.headers["Authorization"]
        return self._runner.run(self._client.send(request))

    def send(self, method: str, url: str, params: Any, value: Any, content: bytes | None) -> httpx.Response:
        """Send a request as it is, with a JSON value or with bytes."""
        request = self._client.build_request(method, url, params=params, json=value, content=content)
        return self._runner.run(self._client.send(request))

    def ok(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """The JSON of a successful response."""
        response = self(method, path, body, **params)
        assert response.is_success, (method, path, response.status_code, response.text)
        return response.json() if response.content else None

    def refused(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, int | None, str]:
        """Status, code and message of an error response."""
        response = self(method, path, body, **params)
        assert not response.is_success, (method, path, response.status_code, response.text)
        value = response.json()
        return response.status_code, value.get("code"), value.get("message", "")

    def client(self, name: str = "Acme", **fields: Any) -> Any:
        """Create a client."""
        return self.ok("POST", "clients", {"name": name, **fields})

    def project(self, name: str = "Website", **fields: Any) -> Any:
        """Create a project."""
        return self.ok("POST", "projects", {"name": name, **fields})

    def task(self, project: Any, name: str = "Design", **fields: Any) -> Any:
        """Create a task."""
        return self.ok("POST", f"projects/{project['id']}/tasks", {"name": name, **fields})

    def tag(self, name: str = "urgent") -> Any:
        """Create a tag."""
        return self.ok("POST", "tags", {"name": name})

    def entry(self, **fields: Any) -> Any:
        """Create a time entry of one hour."""
        hour = {"start": "2026-02-13T09:00:00Z", "end": "2026-02-13T10:00:00Z"}
        return self.ok("POST", "time-entries", hour | fields)

    def me(self) -> str:
        """The id of the user of the key."""
        return str(self.ok("GET", "/clockify/api/v1/user")["id"])
