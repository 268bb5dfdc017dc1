"""The sandbox as an ASGI application, to be served; the only module that imports starlette."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from reconciler.sandbox.call import Response
from reconciler.sandbox.clock import SettableClock
from reconciler.sandbox.control_access import PREFIX
from reconciler.sandbox.fault_rules import FaultRules
from reconciler.sandbox.faults import Asgi, FaultInjector, Faults, IncomingRequest
from reconciler.sandbox.seed import ensure_account, seed
from reconciler.sandbox.service import HttpRequest, SandboxService, encode
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import LIVE, Switches

if TYPE_CHECKING:
    from reconciler.sandbox.control import Control, ControlRequest

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class SandboxApp:
    """Serves the API of a `SandboxService`, and the control API (`/_sandbox/`).

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
        self._sleep, self._clock, self._rules, self._initial = sleep, SettableClock(clock), FaultRules(), initial
        self._service = SandboxService(store, switches, clock=self._clock, sleep=time.sleep)
        # The route matches no path with a line break in it; such a path is as unknown as any other.
        self._inner = Starlette(
            routes=[Route("/{path:path}", self._serve, methods=list(_METHODS))],
            exception_handlers={404: self._serve_unmatched},
        )
        self._app: Asgi = FaultInjector(
            self._inner, lambda incoming: self._rules(incoming) or (faults or _no_fault)(incoming)
        )
        self.state = State({"log": self._service.log, "store": store, "switches": switches})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request: the ASGI entry point. The control API has no faults, no latency, no rate limit and no log."""
        is_control = scope["type"] == "http" and f"{scope['path']}/".startswith(f"{PREFIX}/")
        await (self._inner if is_control else self._app)(scope, receive, send)

    @cached_property
    def _control(self) -> Control:
        """The control API; nothing changes the switches before its first request."""
        from reconciler.sandbox.control import Control  # noqa: PLC0415 - start-up: few programs ask for it

        service = self._service
        parts = service.store, self._clock, self._rules, service.log
        return Control(*parts, switches=service.switches, apply=self._use, initial=self._initial)

    def _use(self, switches: Switches) -> None:
        """Put other switches in force; the rate limit starts again."""
        self._service.use(switches)
        self.state.switches = switches

    async def _serve(self, request: Request) -> StarletteResponse:
        """Serve one request after the configured latency."""
        payload = await request.body()
        path = request.scope["path"]
        if f"{path}/".startswith(f"{PREFIX}/"):
            return _rendered(self._control.answer(_control_request(request, payload)))
        latency = self._service.switches.latency_ms
        if latency:
            await self._sleep(latency / 1000)
        query = request.scope["query_string"].decode("latin-1")
        return _rendered(self._service.answer(HttpRequest(request.method, path, query, request.headers, payload)))

    async def _serve_unmatched(self, request: Request, _: Exception) -> StarletteResponse:
        return await self._serve(request)


def _control_request(request: Request, payload: bytes) -> ControlRequest:
    """A request of the control API as plain values. A request without an address is one within this process."""
    from reconciler.sandbox.control import ControlRequest  # noqa: PLC0415 - start-up: as `Control`

    client = request.client.host if request.client else "127.0.0.1"
    query = dict(request.query_params)
    return ControlRequest(request.method, request.scope["path"], request.headers, client, query, payload)


def _rendered(response: Response) -> StarletteResponse:
    """A response as it is sent."""
    headers, content = encode(response)
    return StarletteResponse(content, response.status, headers)


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
