"""The faults of one request, as a transport reports them, and a transport that injects them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from reconciler.errors import NetworkError
from reconciler.gateway.messages import Request, Response, Transport
from tests.clock import Time


class Fault(Enum):
    """BEFORE: the service does not carry the request out. AFTER: it does, and only the response is lost."""

    REFUSED = "connection-refused"
    DROPPED_BEFORE = "dropped-before"
    DROPPED_AFTER = "dropped-after"
    ERROR_BEFORE = "500-before"
    ERROR_AFTER = "500-after"
    BAD_GATEWAY = "502-html"
    BAD_GATEWAY_AFTER = "502-html-after"
    THROTTLED = "429"
    THROTTLED_SHORTLY = "429-short-retry-after"
    THROTTLED_HOURLY = "429-hourly"
    TIMEOUT_BEFORE = "timeout-before"
    TIMEOUT_AFTER = "timeout-after"
    TRUNCATED = "truncated-body"
    MALFORMED = "malformed-json"
    UNAUTHORISED = "401"
    INTERRUPTED = "sigint"
    INTERRUPTED_TWICE_BEFORE = "second-sigint-before"
    INTERRUPTED_TWICE_AFTER = "second-sigint-after"
    KILLED_BEFORE = "sigkill-before"
    KILLED_AFTER = "sigkill-after"
    POWER_CUT = "power-cut"
    """As KILLED_BEFORE; in addition, unflushed bytes of the journal are truncated at a random byte."""


@dataclass(frozen=True)
class StatusFault:
    """A proxy answers a request with a status of its own; the service carried the request out, or never saw it."""

    status: int
    carried_out: bool

    @property
    def value(self) -> str:
        """The name of the fault."""
        return f"{self.status}-{'after' if self.carried_out else 'before'}"


KILLS = frozenset({Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.POWER_CUT})
SECOND_SIGINT = frozenset({Fault.INTERRUPTED_TWICE_BEFORE, Fault.INTERRUPTED_TWICE_AFTER})
STOPS = frozenset({Fault.INTERRUPTED, *SECOND_SIGINT})
TRANSIENT = frozenset(Fault) - KILLS - STOPS - {Fault.UNAUTHORISED, Fault.THROTTLED_HOURLY}
"""Faults that the client recovers from by itself, if they happen once."""
RUN_ENDING = frozenset(Fault) - TRANSIENT
CARRIED_OUT = frozenset(
    {
        Fault.DROPPED_AFTER,
        Fault.ERROR_AFTER,
        Fault.BAD_GATEWAY_AFTER,
        Fault.TIMEOUT_AFTER,
        Fault.TRUNCATED,
        Fault.MALFORMED,
        Fault.INTERRUPTED,
        Fault.INTERRUPTED_TWICE_AFTER,
        Fault.KILLED_AFTER,
    }
)
"""Faults of requests that the service carried out."""

_JSON = {"content-type": "application/json"}
_ERROR = Response(500, _JSON, b'{"message": "Internal server error", "code": 500}')
_PAGE = Response(502, {"content-type": "text/html"}, b"<html><head><title>502 Bad Gateway</title></head></html>")
_MANY = b'{"message": "Too many requests", "code": 429}'
_CANNED: Mapping[Fault, Response] = {
    Fault.ERROR_BEFORE: _ERROR,
    Fault.ERROR_AFTER: _ERROR,
    Fault.BAD_GATEWAY: _PAGE,
    Fault.BAD_GATEWAY_AFTER: _PAGE,
    Fault.THROTTLED: Response(429, _JSON, _MANY),
    Fault.THROTTLED_SHORTLY: Response(429, {**_JSON, "retry-after": "3"}, _MANY),
    Fault.THROTTLED_HOURLY: Response(429, {**_JSON, "retry-after": "2900"}, _MANY),
    Fault.UNAUTHORISED: Response(401, _JSON, b'{"message": "Full authentication is required", "code": 1000}'),
}
_TIMEOUT = 30.0


def _reaches_the_service(fault: AnyFault) -> bool:
    return fault.carried_out if isinstance(fault, StatusFault) else fault in CARRIED_OUT


class Killed(BaseException):
    """The process was killed: nothing that its threads do afterwards counts."""


@dataclass
class Signals:
    """The signals that the process of a run received."""

    stop: bool = False
    at_once: bool = False
    dead: bool = False
    abandoned: threading.Event = field(default_factory=threading.Event)
    """Set when requests in flight are abandoned."""


AnyFault = Fault | StatusFault
Chooser = Callable[[int, Request], AnyFault | None]
"""Maps the number of a request in its run, from 0, to its fault."""


class FaultyTransport:
    """Sends requests through another transport and injects faults. Safe to share between threads."""

    def __init__(
        self, inner: Transport, choose: Chooser, signals: Signals, time: Time, on_send: Callable[[Request], None]
    ) -> None:
        self._inner, self._choose, self._signals, self._time, self._on_write = inner, choose, signals, time, on_send
        self._lock = threading.Lock()
        self.count = 0
        self.injected: list[tuple[Request, AnyFault]] = []
        self.on_death: Callable[[Request | None], None] = lambda _: None
        """Called with the request that was not sent, or None if it was sent."""

    def send(self, request: Request) -> Response:
        """The response, after the fault of this request."""
        with self._lock:
            if self._signals.dead:
                raise Killed
            number, self.count = self.count, self.count + 1
            fault = self._choose(number, request)
            if request.method != "GET":
                self._on_write(request)
            if fault is not None:
                self.injected.append((request, fault))
            response = self._inner.send(request) if fault is None or _reaches_the_service(fault) else Response(0)
            if fault in KILLS:
                self._signals.dead = True
                self.on_death(None if fault in CARRIED_OUT else request)
                raise Killed
        return response if fault is None else self._inject(fault, response, request)

    def close(self) -> None:
        """The process has ended: requests in flight have reached the service or never will."""
        with self._lock:
            self._signals.dead = True
            self._inner.close()
        self._signals.abandoned.set()
        self._inner.close()

    def _inject(self, fault: AnyFault, response: Response, request: Request) -> Response:
        if isinstance(fault, StatusFault):
            location = {"location": "https://elsewhere.example/"} if fault.status < 400 else {}
            return Response(fault.status, {**_JSON, **location}, b'{"message": "answered by a proxy"}')
        if fault in _CANNED:
            return _CANNED[fault]
        if fault in STOPS:
            return self._stopped(fault, response)
        name = request.name
        match fault:
            case Fault.REFUSED:
                raise NetworkError("connection to the sandbox refused", request=name, sent=False)
            case Fault.TRUNCATED:
                return Response(response.status, response.headers, response.body[: len(response.body) // 2])
            case Fault.MALFORMED:
                return Response(response.status, response.headers, b"{" * len(response.body))
            case Fault.TIMEOUT_BEFORE | Fault.TIMEOUT_AFTER:
                self._time.sleep(_TIMEOUT)
                raise NetworkError(f"the sandbox did not response within {_TIMEOUT:g} s", request=name)
            case _:
                raise NetworkError("the connection was lost before the response was complete", request=name)

    def _stopped(self, fault: Fault, response: Response) -> Response:
        """After the first signal requests in flight finish; after the second they are abandoned."""
        self._signals.stop = True
        if fault is Fault.INTERRUPTED:
            return response
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        self._signals.at_once = True
        self._signals.abandoned.wait()
        raise Killed
