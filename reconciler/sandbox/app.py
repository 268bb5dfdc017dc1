"""The sandbox as an ASGI application: the one door to starlette. Everything that is decided here is decided elsewhere."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from reconciler.sandbox import (
    clients,
    connections,
    entries,
    entry_lists,
    project_parts,
    projects,
    tags,
    tasks,
    users,
    workspaces,
)
from reconciler.sandbox.access import caller_id, enter
from reconciler.sandbox.auth import check_direct, check_gateway
from reconciler.sandbox.call import Answer, Call, Handler
from reconciler.sandbox.errors import Refusal, gateway
from reconciler.sandbox.faults import Asgi, Faults, Faulty
from reconciler.sandbox.limits import Limiter
from reconciler.sandbox.routing import Router
from reconciler.sandbox.seed import found
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import LIVE, Switches

_NATIVE = Router(
    (
        users.ROUTES,
        workspaces.ROUTES,
        clients.ROUTES,
        projects.ROUTES,
        project_parts.ROUTES,
        tasks.ROUTES,
        tags.ROUTES,
        entries.ROUTES,
        entry_lists.ROUTES,
    ),
    prefix="v1/",
)
_GATEWAY = Router((connections.ROUTES,))
_KEPT_IN_LOG = 100_000
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Logged:
    """One request that was answered: the body as it came in, the status as it went out. Keys are not kept."""

    method: str
    path: str
    query: str
    status: int
    body: bytes


class SandboxApp:
    """Answers requests to the gateway (`/clockify/api/v1/…`, `/connections`) and to Clockify itself (`/api/v1/…`).

    `state.log` holds what was asked, oldest first; `state.store` and `state.switches` what it was made with.
    """

    def __init__(
        self,
        store: Store,
        switches: Switches,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        faults: Faults | None,
    ) -> None:
        self._store, self._switches, self._clock, self._sleep = store, switches, clock, sleep
        self._limiter = Limiter(switches.rate, clock)
        self._log: deque[Logged] = deque(maxlen=_KEPT_IN_LOG)
        inner = Starlette(routes=[Route("/{path:path}", self._respond, methods=list(_METHODS))])
        self._app: Asgi = Faulty(inner, faults) if faults else inner
        self.state = State({"log": self._log, "store": store, "switches": switches})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        await self._app(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        """Answer one request, late where the switches say so, and write it down."""
        payload = await request.body()
        if self._switches.latency_ms:
            await self._sleep(self._switches.latency_ms / 1000)
        answer = self._answer(request, payload)
        path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
        self._log.append(Logged(request.method, path, query, answer.status, payload))
        if answer.value is None:
            return Response(status_code=answer.status, headers=dict(answer.headers))
        content = json.dumps(answer.value, separators=(",", ":"), ensure_ascii=False)
        return Response(content, answer.status, dict(answer.headers), "application/json")

    def _answer(self, request: Request, payload: bytes) -> Answer:
        """Carry out one request; a refusal undoes what it began to write."""
        try:
            if request.method == "GET":
                with self._store.reading():
                    return self._carried_out(request, payload)
            with self._store.transaction():
                return self._carried_out(request, payload)
        except Refusal as refusal:
            status = 404 if refusal.is_missing and self._switches.missing_is_404 else refusal.status
            emptied = status == 429 and self._switches.throttle == "empty"
            return Answer(status, None if emptied else refusal.body(self._switches.language), refusal.headers)

    def _carried_out(self, request: Request, payload: bytes) -> Answer:
        """Key, route, rate, workspace, handler: in this order, as far as the order of the live service is known (section 1.1)."""
        path, key = request.scope["path"].lstrip("/"), self._switches.key
        first, _, rest = path.partition("/")
        if first == "api":
            account = check_direct(request.headers, key)
            handler, params = _NATIVE.find(request.method, rest)
            self._limit(params.get("workspace", account))
        else:
            self._limit(check_gateway(request.headers, key))
            handler, params = self._behind_gateway(request, path)
        query: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            query.setdefault(name, []).append(value)
        caller = caller_id(self._store, self._switches)
        call = Call(self._store, self._switches, self._clock(), caller, params, query, payload)
        if "workspace" in params:
            enter(call)
        return handler(call)

    def _behind_gateway(self, request: Request, path: str) -> tuple[Handler, Mapping[str, str]]:
        """The handler of a path at the gateway: its own connections, or Clockify through one of them."""
        if path.startswith("connections"):
            return _GATEWAY.find(request.method, path)
        if not path.startswith("clockify/"):
            raise gateway(404, "Invalid app name")
        connections.choose(self._store, request.headers)
        if self._switches.authorisation_expired:
            raise gateway(500, "The connection's authorisation has expired")
        return _NATIVE.find(request.method, path.removeprefix("clockify/").removeprefix("api/"))

    def _limit(self, account: str) -> None:
        """Refuse a request too many; the real body and headers were never captured."""
        wait = self._limiter.wait(account)
        if wait is not None:
            after = {"Retry-After": str(math.ceil(wait))} if self._switches.throttle == "retry-after" else {}
            raise Refusal(429, 429, "Too many requests", headers=after)


def create_app(
    store: Store,
    switches: Switches = LIVE,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    faults: Faults | None = None,
) -> SandboxApp:
    """An application over a store. `clock` gives seconds since 1970, for the rate limit and for new time entries.

    A store without an account gets one, with an ACTIVE connection, so that the first call of anybody makes sense.
    """
    found(store)
    return SandboxApp(store, switches, clock=clock, sleep=sleep, faults=faults)
