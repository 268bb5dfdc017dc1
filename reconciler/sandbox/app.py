"""The sandbox as an ASGI application; the only module that imports starlette. Handlers implement the API."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from functools import cached_property
from typing import TYPE_CHECKING

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
from reconciler.sandbox.clock import SettableClock
from reconciler.sandbox.control_access import PREFIX
from reconciler.sandbox.errors import ErrorResponse, gateway
from reconciler.sandbox.fault_rules import FaultRules
from reconciler.sandbox.faults import Asgi, FaultInjector, Faults, IncomingRequest
from reconciler.sandbox.limits import Limiter
from reconciler.sandbox.native import NATIVE
from reconciler.sandbox.omission import without_omitted
from reconciler.sandbox.request_log import LoggedRequest, RequestLog
from reconciler.sandbox.routing import Router
from reconciler.sandbox.seed import ensure_account, seed
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import LIVE, Switches

if TYPE_CHECKING:
    from reconciler.sandbox.control import Control, ControlRequest

_NATIVE = Router((NATIVE,), prefix="v1/")
_GATEWAY = Router((connections.ROUTES,))
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class SandboxApp:
    """Serves the gateway (`/clockify/api/v1/…`, `/connections`), Clockify itself (`/api/v1/…`) and the control API (`/_sandbox/`).

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
        initial: Callable[[Store], object],
    ) -> None:
        self._store, self._switches, self._sleep = store, switches, sleep
        self._clock, self._log, self._rules, self._initial = SettableClock(clock), RequestLog(), FaultRules(), initial
        self._limiter = Limiter(switches.rate, self._clock)
        # The route matches no path with a line break in it; such a path is as unknown as any other.
        self._inner = Starlette(
            routes=[Route("/{path:path}", self._serve, methods=list(_METHODS))],
            exception_handlers={404: self._serve_unmatched},
        )
        self._app: Asgi = FaultInjector(
            self._inner, lambda incoming: self._rules(incoming) or (faults or _no_fault)(incoming)
        )
        self.state = State({"log": self._log, "store": store, "switches": switches})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request: the ASGI entry point. The control API has no faults, no latency, no rate limit and no log."""
        is_control = scope["type"] == "http" and f"{scope['path']}/".startswith(f"{PREFIX}/")
        await (self._inner if is_control else self._app)(scope, receive, send)

    @cached_property
    def _control(self) -> Control:
        """The control API; nothing changes the switches before its first request."""
        from reconciler.sandbox.control import Control  # noqa: PLC0415 - start-up: few programs ask for it

        parts = self._store, self._clock, self._rules, self._log
        return Control(*parts, switches=self._switches, apply=self._use, initial=self._initial)

    def _use(self, switches: Switches) -> None:
        """Put other switches in force; the rate limit starts again."""
        self._switches = self.state.switches = switches
        self._limiter = Limiter(switches.rate, self._clock)

    async def _serve(self, request: Request) -> StarletteResponse:
        """Serve one request after the configured latency, and log it."""
        payload = await request.body()
        if f"{request.scope['path']}/".startswith(f"{PREFIX}/"):
            return _rendered(self._control.answer(_control_request(request, payload)))
        if self._switches.latency_ms:
            await self._sleep(self._switches.latency_ms / 1000)
        response = self._respond(request, payload)
        path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
        self._log.append(LoggedRequest(request.method, path, query, response.status, payload))
        # A settable clock is of use only if a client can see it.
        headers = {"Date": formatdate(self._clock(), usegmt=True), **response.headers}
        return _rendered(
            replace(response, value=without_omitted(response.value, path, self._switches), headers=headers)
        )

    async def _serve_unmatched(self, request: Request, _: Exception) -> StarletteResponse:
        return await self._serve(request)

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
        elif path == connections.VISIT:
            handler, params = self._route_at_gateway(request, path)
        else:
            self._enforce_rate_limit(authenticate_gateway(request.headers, key))
            handler, params = self._route_at_gateway(request, path)
        query: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            query.setdefault(name, []).append(value)
        caller = caller_id(self._store, self._switches)
        self._store.changes.now, self._store.changes.route = self._clock(), path.rpartition("/")[2]
        call = Call(self._store, self._switches, self._clock(), caller, params, query, payload)
        if "workspace" in params:
            require_membership(call)
        return handler(call)

    def _route_at_gateway(self, request: Request, path: str) -> tuple[Handler, Mapping[str, str]]:
        """The handler of a path at the gateway: its own connections, or Clockify through one of them."""
        if path.startswith(("connections", connections.VISIT)):
            handler, params = _GATEWAY.find(request.method, path)
            return handler, {**params, "host": request.headers.get("host", "")}
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


def _control_request(request: Request, payload: bytes) -> ControlRequest:
    """A request of the control API as plain values. A request without an address is one within this process."""
    from reconciler.sandbox.control import ControlRequest  # noqa: PLC0415 - start-up: as `Control`

    client = request.client.host if request.client else "127.0.0.1"
    query = dict(request.query_params)
    return ControlRequest(request.method, request.scope["path"], request.headers, client, query, payload)


def _rendered(response: Response) -> StarletteResponse:
    """A response as it is sent."""
    if response.value is None:
        return StarletteResponse(status_code=response.status, headers=dict(response.headers))
    content = json.dumps(response.value, separators=(",", ":"), ensure_ascii=False)
    return StarletteResponse(content, response.status, dict(response.headers), "application/json")


def _no_fault(_: IncomingRequest) -> None:
    """No fault for any request."""


def create_app(
    store: Store,
    switches: Switches = LIVE,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    faults: Faults | None = None,
    initial: Callable[[Store], object] = seed,
) -> SandboxApp:
    """An application over a store. `clock` gives seconds since 1970, for the rate limit and for new time entries.

    A store without an account gets one, with an ACTIVE connection, so that the first request succeeds. `initial` fills an
    empty store when the control API resets it.
    """
    ensure_account(store)
    return SandboxApp(store, switches, clock=clock, sleep=sleep, faults=faults, initial=initial)
