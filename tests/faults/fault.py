"""What can go wrong with one request, as the transport would tell it; and the transport that lets it go wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from reconciler.errors import NetworkError
from reconciler.gateway.messages import Request, Response, Transport
from tests.clock import Time


class Fault(Enum):
    """BEFORE: the service never acted on the request. AFTER: it did, and only the answer is lost."""

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
    """As a kill before the service acted; besides, what was not flushed to the disk is cut off at some byte."""


KILLS = frozenset({Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.POWER_CUT})
TWICE = frozenset({Fault.INTERRUPTED_TWICE_BEFORE, Fault.INTERRUPTED_TWICE_AFTER})
STOPS = frozenset({Fault.INTERRUPTED, *TWICE})
PASSING = frozenset(Fault) - KILLS - STOPS - {Fault.UNAUTHORISED, Fault.THROTTLED_HOURLY}
"""What a client gets over by itself, if it happens once."""
ENDING = frozenset(Fault) - PASSING
ACTED = frozenset(
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
"""The faults behind which the service did what it was asked."""

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


class Killed(BaseException):
    """The process is no more: nothing of it that runs after this counts."""


@dataclass
class Signals:
    """What the process of a run was told: stop, stop at once, or nothing any more."""

    stop: bool = False
    at_once: bool = False
    dead: bool = False
    abandoned: threading.Event = field(default_factory=threading.Event)
    """Nobody waits any more for what is under way."""


Chooser = Callable[[int, Request], Fault | None]
"""From a request's number within its run, counted from 0, to what happens to it."""


class FaultyTransport:
    """Carries requests over another transport, except where something is to go wrong. Safe to share between threads."""

    def __init__(
        self, inner: Transport, choose: Chooser, signals: Signals, time: Time, on_send: Callable[[Request], None]
    ) -> None:
        self._inner, self._choose, self._signals, self._time, self._leaving = inner, choose, signals, time, on_send
        self._lock = threading.Lock()
        self.count = 0
        self.hit: list[tuple[Request, Fault]] = []
        self.on_death: Callable[[Request | None], None] = lambda _: None
        """Given the request that does not leave any more, if it is that one."""

    def send(self, request: Request) -> Response:
        """The answer, or what became of it."""
        with self._lock:
            if self._signals.dead:
                raise Killed
            number, self.count = self.count, self.count + 1
            fault = self._choose(number, request)
            if request.method != "GET":
                self._leaving(request)
            if fault is not None:
                self.hit.append((request, fault))
            answer = self._inner.send(request) if fault is None or fault in ACTED else Response(0)
            if fault in KILLS:
                self._signals.dead = True
                self.on_death(None if fault in ACTED else request)
                raise Killed
        return answer if fault is None else self._broken(fault, answer, request)

    def close(self) -> None:
        """The process has ended: what is under way has reached the service or never will."""
        with self._lock:
            self._signals.dead = True
            self._inner.close()
        self._signals.abandoned.set()
        self._inner.close()

    def _broken(self, fault: Fault, answer: Response, request: Request) -> Response:
        if fault in _CANNED:
            return _CANNED[fault]
        if fault in STOPS:
            return self._stopped(fault, answer)
        name = request.name
        match fault:
            case Fault.REFUSED:
                raise NetworkError("the sandbox refused the connection", request=name, sent=False)
            case Fault.TRUNCATED:
                return Response(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
            case Fault.MALFORMED:
                return Response(answer.status, answer.headers, b"{" * len(answer.body))
            case Fault.TIMEOUT_BEFORE | Fault.TIMEOUT_AFTER:
                self._time.sleep(_TIMEOUT)
                raise NetworkError(f"the sandbox did not answer within {_TIMEOUT:g} s", request=name)
            case _:
                raise NetworkError("the connection was lost before the answer was complete", request=name)

    def _stopped(self, fault: Fault, answer: Response) -> Response:
        """The first signal lets what is under way finish; at the second, nobody waits for it."""
        self._signals.stop = True
        if fault is Fault.INTERRUPTED:
            return answer
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        self._signals.at_once = True
        self._signals.abandoned.wait()
        raise Killed
