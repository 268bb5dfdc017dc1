"""The sandbox without a server: it answers requests as plain values. The commands of this process call it directly."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import parse_qsl

from reconciler.sandbox import connections
from reconciler.sandbox.access import caller_id, require_membership
from reconciler.sandbox.auth import authenticate_direct, authenticate_gateway
from reconciler.sandbox.call import Call, Handler, Response
from reconciler.sandbox.errors import ErrorResponse, gateway
from reconciler.sandbox.instants import http_date
from reconciler.sandbox.limits import Limiter
from reconciler.sandbox.native import NATIVE
from reconciler.sandbox.omission import without_omitted
from reconciler.sandbox.request_log import LoggedRequest, RequestLog
from reconciler.sandbox.routing import Router
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import LIVE, Switches

_NATIVE = Router((NATIVE,), prefix="v1/")
_GATEWAY = Router((connections.ROUTES,))


class HttpRequest(NamedTuple):
    """A request. `path` is decoded, `query` is not; `headers` have lower-case names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    payload: bytes


class SandboxService:
    """Serves the gateway (`/clockify/api/v1/…`, `/connections`) and Clockify itself (`/api/v1/…`), over a store that has an account.

    `log` holds the requests, oldest first. One thread at a time may call it.
    """

    def __init__(
        self, store: Store, switches: Switches, *, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.store, self.switches, self.log = store, switches, RequestLog()
        self._clock, self._sleep = clock, sleep
        self._limiter = Limiter(switches.rate, clock)

    def use(self, switches: Switches) -> None:
        """Put other switches in force; the rate limit starts again."""
        self.switches = switches
        self._limiter = Limiter(switches.rate, self._clock)

    def handle(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers by lower-case name, and body of the response to one request, after the configured latency.

        The arguments are those of `HttpRequest`.
        """
        if self.switches.latency_ms:
            self._sleep(self.switches.latency_ms / 1000)
        response = self.answer(HttpRequest(method, path, query, headers, body))
        headers, content = encode(response)
        return response.status, headers, content

    def answer(self, request: HttpRequest) -> Response:
        """The response to one request, which is logged; without latency."""
        response = self._respond(request)
        self.log.append(LoggedRequest(request.method, request.path, request.query, response.status, request.payload))
        # A settable clock is of use only if a client can see it.
        headers = {"Date": http_date(self._clock()), **response.headers}
        return replace(response, value=without_omitted(response.value, request.path, self.switches), headers=headers)

    def _respond(self, request: HttpRequest) -> Response:
        """Handle one request in a transaction; an error response rolls it back."""
        try:
            if request.method == "GET":
                with self.store.reading():
                    return self._handle(request)
            with self.store.transaction():
                return self._handle(request)
        except ErrorResponse as error:
            status = 404 if error.is_missing and self.switches.missing_is_404 else error.status
            is_empty = status == 429 and self.switches.throttle == "empty"
            return Response(status, None if is_empty else error.body(self.switches.language), error.headers)

    def _handle(self, request: HttpRequest) -> Response:
        """Check key, route, rate and workspace, then call the handler, in the order of the live service as far as known (section 1.1)."""
        path, key = request.path.lstrip("/"), self.switches.key
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
        for name, value in parse_qsl(request.query, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        caller = caller_id(self.store, self.switches)
        self.store.changes.now, self.store.changes.route = self._clock(), path.rpartition("/")[2]
        call = Call(self.store, self.switches, self._clock(), caller, params, query, request.payload)
        if "workspace" in params:
            require_membership(call)
        return handler(call)

    def _route_at_gateway(self, request: HttpRequest, path: str) -> tuple[Handler, Mapping[str, str]]:
        """The handler of a path at the gateway: its own connections, or Clockify through one of them."""
        if path.startswith(("connections", connections.VISIT)):
            handler, params = _GATEWAY.find(request.method, path)
            return handler, {**params, "host": request.headers.get("host", "")}
        if not path.startswith("clockify/"):
            raise gateway(404, "Invalid app name")
        connections.choose(self.store, request.headers)
        if self.switches.authorisation_expired:
            raise gateway(500, "The connection's authorisation has expired")
        return _NATIVE.find(request.method, path.removeprefix("clockify/").removeprefix("api/"))

    def _enforce_rate_limit(self, account: str) -> None:
        """Reject a request over the rate limit; the real body and headers were never captured."""
        wait = self._limiter.wait(account)
        if wait is not None:
            after = {"Retry-After": str(math.ceil(wait))} if self.switches.throttle == "retry-after" else {}
            raise ErrorResponse(429, 429, "Too many requests", headers=after)


def encode(response: Response) -> tuple[dict[str, str], bytes]:
    """Headers by lower-case name, and body of a response as they are sent."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.value is None:
        return headers, b""
    content = json.dumps(response.value, separators=(",", ":"), ensure_ascii=False)
    return {"content-type": "application/json", **headers}, content.encode()


def create_service(
    store: Store,
    switches: Switches = LIVE,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> SandboxService:
    """The sandbox over a store, for calls in this process. `clock` gives seconds since 1970.

    A store without an account gets one, with an ACTIVE connection, so that the first request succeeds.
    """
    if not store.meta("caller"):
        from reconciler.sandbox.seed import ensure_account  # noqa: PLC0415 - start-up: what fills a store, once

        ensure_account(store)
    return SandboxService(store, switches, clock=clock, sleep=sleep)
