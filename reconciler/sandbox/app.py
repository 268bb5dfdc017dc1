"""The sandbox as an ASGI application; the only module that imports starlette. Handlers implement the API."""

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
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from reconciler.sandbox import connections
from reconciler.sandbox.access import caller_id, require_membership
from reconciler.sandbox.auth import authenticate_direct, authenticate_gateway
from reconciler.sandbox.call import Call, Handler, Response
from reconciler.sandbox.errors import ErrorResponse, gateway
from reconciler.sandbox.faults import Asgi, FaultInjector, Faults
from reconciler.sandbox.limits import Limiter
from reconciler.sandbox.native import NATIVE
from reconciler.sandbox.omission import without_omitted
from reconciler.sandbox.routing import Router
from reconciler.sandbox.seed import ensure_account
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import LIVE, Switches

_NATIVE = Router((NATIVE,), prefix="v1/")
_GATEWAY = Router((connections.ROUTES,))
_LOG_SIZE = 100_000
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request in the log, with its body and the status of the response. Keys are not logged."""

    method: str
    path: str
    query: str
    status: int
    body: bytes


class SandboxApp:
    """Serves the gateway (`/clockify/api/v1/…`, `/connections`) and Clockify itself (`/api/v1/…`).

    `state.log` holds the requests, oldest first; `state.store` and `state.switches` the arguments of `create_app`.
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
        self._log: deque[LoggedRequest] = deque(maxlen=_LOG_SIZE)
        inner = Starlette(routes=[Route("/{path:path}", self._serve, methods=list(_METHODS))])
        self._app: Asgi = FaultInjector(inner, faults) if faults else inner
        self.state = State({"log": self._log, "store": store, "switches": switches})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request: the ASGI entry point."""
        await self._app(scope, receive, send)

    async def _serve(self, request: Request) -> StarletteResponse:
        """Serve one request after the configured latency, and log it."""
        payload = await request.body()
        if self._switches.latency_ms:
            await self._sleep(self._switches.latency_ms / 1000)
        response = self._respond(request, payload)
        path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
        self._log.append(LoggedRequest(request.method, path, query, response.status, payload))
        if response.value is None:
            return StarletteResponse(status_code=response.status, headers=dict(response.headers))
        value = without_omitted(response.value, path, self._switches)
        content = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        return StarletteResponse(content, response.status, dict(response.headers), "application/json")

    def _respond(self, request: Request, payload: bytes) -> Response:
        """Handle one request in a transaction; an error response rolls it back."""
        try:
            if request.method == "GET":
                with self._store.reading():
                    return self._handle(request, payload)
            with self._store.transaction():
                return self._handle(request, payload)
        except ErrorResponse as error:
            status = 404 if error.is_missing and self._switches.missing_is_404 else error.status
            is_empty = status == 429 and self._switches.throttle == "empty"
            return Response(status, None if is_empty else error.body(self._switches.language), error.headers)

    def _handle(self, request: Request, payload: bytes) -> Response:
        """Check key, route, rate and workspace, then call the handler, in the order of the live service as far as known (section 1.1)."""
        path, key = request.scope["path"].lstrip("/"), self._switches.key
        first, _, rest = path.partition("/")
        if first == "api":
            account = authenticate_direct(request.headers, key)
            handler, params = _NATIVE.find(request.method, rest)
            self._enforce_rate_limit(params.get("workspace", account))
        else:
            self._enforce_rate_limit(authenticate_gateway(request.headers, key))
            handler, params = self._route_at_gateway(request, path)
        query: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            query.setdefault(name, []).append(value)
        caller = caller_id(self._store, self._switches)
        call = Call(self._store, self._switches, self._clock(), caller, params, query, payload)
        if "workspace" in params:
            require_membership(call)
        return handler(call)

    def _route_at_gateway(self, request: Request, path: str) -> tuple[Handler, Mapping[str, str]]:
        """The handler of a path at the gateway: its own connections, or Clockify through one of them."""
        if path.startswith("connections"):
            return _GATEWAY.find(request.method, path)
        if not path.startswith("clockify/"):
            raise gateway(404, "Invalid app name")
        connections.choose(self._store, request.headers)
        if self._switches.authorisation_expired:
            raise gateway(500, "The connection's authorisation has expired")
        return _NATIVE.find(request.method, path.removeprefix("clockify/").removeprefix("api/"))

    def _enforce_rate_limit(self, account: str) -> None:
        """Reject a request over the rate limit; the real body and headers were never captured."""
        wait = self._limiter.wait(account)
        if wait is not None:
            after = {"Retry-After": str(math.ceil(wait))} if self._switches.throttle == "retry-after" else {}
            raise ErrorResponse(429, 429, "Too many requests", headers=after)


def create_app(
    store: Store,
    switches: Switches = LIVE,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    faults: Faults | None = None,
) -> SandboxApp:
    """An application over a store. `clock` gives seconds since 1970, for the rate limit and for new time entries.

    A store without an account gets one, with an ACTIVE connection, so that the first request succeeds.
    """
    ensure_account(store)
    return SandboxApp(store, switches, clock=clock, sleep=sleep, faults=faults)
