"""One request with all its patience: paced, counted, repeated where that is safe, and refusals turned into errors."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from reconciler.errors import ApiError, GatewayError, NetworkError, ProtocolError, RateLimitError, StoppedError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.error_mapping import HOURLY_HINT, error_for
from reconciler.gateway.messages import Request, Response, Transport
from reconciler.gateway.rate_limit import Limiter
from reconciler.gateway.retry import RetryPolicy, may_repeat, retry_after

_LATEST = 0.2
"""How much the newest answer counts in the latency that is kept."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that left, for whoever watches: its status (0: no answer came) and how long it took, in seconds."""

    request: Request
    status: int
    seconds: float
    attempt: int


@dataclass(frozen=True, slots=True)
class Paused:
    """A wait before a request is sent again, for whoever watches; `is_rate`: the service asked for fewer requests."""

    request: Request
    seconds: float
    attempt: int
    is_rate: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance as the gateway knows them: `clock` is monotonic, `now` is Unix time, all in seconds.

    `stopped` says whether nothing more may leave; `sleep` may raise StoppedError.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    random_fraction: Callable[[], float] = random.random
    stopped: Callable[[], bool] = lambda: False


SYSTEM_CLOCK = Clock()
"""The clock on the wall."""


class RequestObserver(Protocol):
    """Whoever has to know of a request before it leaves, and what it came to."""

    def on_send(self, request: Request) -> None:
        """Called once, right before the first attempt leaves. What it raises is raised instead of sending."""

    def on_response(self, status: int, attempts: int) -> None:
        """Called after every attempt: its status (0: no answer came) and how many there were so far."""


class RequestPipeline:
    """Sends requests through one transport and one limiter; safe to share between threads."""

    def __init__(
        self,
        config: GatewayConfig,
        transport: Transport,
        limiter: Limiter,
        *,
        clock: Clock,
        retry_policy: RetryPolicy,
        on_request: Callable[[Sent], None] | None = None,
        on_pause: Callable[[Paused], None] | None = None,
    ) -> None:
        self._config, self._transport, self._limiter = config, transport, limiter
        self._clock, self._retry_policy = clock, retry_policy
        self._on_request, self._on_pause = on_request, on_pause
        self._lock = threading.Lock()
        self.requests = 0
        self.retries = 0
        self.latency = 0.0
        """Seconds that an answer takes, the newest counting most."""

    @property
    def per_second(self) -> float:
        """How many requests a second may leave at present."""
        return self._limiter.per_second

    def call(self, request: Request, observer: RequestObserver | None = None) -> Response:
        """The answer, a 2xx whose body, if any, is JSON. Raises GatewayError; `unknown` where a write may have been carried out.

        Raises StoppedError where nothing may leave any more, and what the `witness` raises before the first attempt.
        """
        attempt = 1
        lost: GatewayError | None = None
        while True:
            try:
                failure, asked = self._attempt(request, attempt, observer)
            except StoppedError:
                if lost is not None:
                    raise lost from None
                raise
            if isinstance(failure, Response):
                return failure
            lost = failure if failure.unknown and request.method != "GET" else lost
            if not may_repeat(request.method, failure):
                raise self._lost_then_refused(request, failure) if lost not in (None, failure) else failure
            try:
                self._pause(request, attempt, asked, failure)
            except StoppedError:
                raise lost or _stopped(request) from None
            except GatewayError as error:
                # However the last attempt ended (not even sent, too many requests): an earlier one may have been carried out.
                error.unknown = error.unknown or lost is not None
                raise
            attempt += 1

    def pause(self, attempt: int) -> None:
        """Wait before the caller sends something again by its own decision; raises StoppedError."""
        self._clock.sleep(self._retry_policy.pause(attempt, self._clock.random_fraction))

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()

    def _attempt(
        self, request: Request, attempt: int, observer: RequestObserver | None
    ) -> tuple[Response | GatewayError, float | None]:
        """Send once: the answer or how it failed, and the seconds that a refusal asks to wait."""
        left = self._limiter.wait()
        if self._clock.stopped():
            raise _stopped(request)
        if observer is not None and attempt == 1:
            observer.on_send(request)
        status = 0
        try:
            answer = self._send(request, attempt)
            status = answer.status
        except NetworkError as error:
            return error, None
        finally:
            if observer is not None:
                observer.on_response(status, attempt)
        if status == 429:
            self._limiter.slow_down(left)
        else:
            self._limiter.accept(left)
        if not answer.is_success:
            asked = retry_after(answer.headers.get("retry-after"), self._clock.now())
            return error_for(request, answer, self._config), asked
        return _unreadable(request, answer) or answer, None

    def _send(self, request: Request, attempt: int) -> Response:
        with self._lock:
            self.requests += 1
            self.retries += attempt > 1
        started, status = self._clock.monotonic(), 0
        try:
            answer = self._transport.send(request)
            status = answer.status
        finally:
            seconds = self._clock.monotonic() - started
            with self._lock:
                self.latency = seconds if not self.latency else self.latency + _LATEST * (seconds - self.latency)
            if self._on_request is not None:
                self._on_request(Sent(request, status, seconds, attempt))
        return answer

    def _pause(self, request: Request, attempt: int, asked: float | None, failure: GatewayError) -> None:
        """Wait before the next attempt, or raise the failure where patience ends."""
        is_rate = isinstance(failure, RateLimitError)
        endless = is_rate and self._retry_policy.wait_for_quota
        if asked is not None and asked > self._retry_policy.longest_wait and not endless:
            if is_rate:
                text = f"{failure.message}; it asks to wait {_duration_text(asked)}"
                raise RateLimitError(text, retry_after=asked, hint=HOURLY_HINT, request=failure.request)
            raise failure
        if attempt >= self._retry_policy.attempts and not endless:
            if is_rate:
                text = f"{failure.message}, {attempt} times in a row"
                raise RateLimitError(text, retry_after=asked, hint=HOURLY_HINT, request=failure.request)
            raise failure
        seconds = asked or self._retry_policy.pause(attempt, self._clock.random_fraction)
        if self._on_pause is not None:
            self._on_pause(Paused(request, seconds, attempt, is_rate))
        if is_rate and (asked or attempt > 1):
            self._limiter.hold(seconds)
        else:
            self._clock.sleep(seconds)

    @staticmethod
    def _lost_then_refused(request: Request, failure: GatewayError) -> GatewayError:
        """A write whose answer was lost, then refused when repeated (as a DELETE is of what is gone): it may well be done."""
        if not isinstance(failure, ApiError):
            return failure
        return NetworkError(
            f"the answer to {request.name} was lost, and sending it again was refused (HTTP {failure.status}); "
            "whether it was carried out is not known",
            hint="plan again: it reads what is there",
            request=request.name,
        )


def _stopped(request: Request) -> StoppedError:
    return StoppedError(f"{request.name} was not sent: the run was asked to stop", request=request.name)


def _unreadable(request: Request, answer: Response) -> ProtocolError | None:
    """A success whose body is no JSON: it says nothing of what was done (a proxy's page, an answer that was cut short)."""
    kind = answer.headers.get("content-type", "")
    if answer.is_empty or (request.method == "DELETE" and "json" not in kind):
        return None  # any success of a delete will do (docs/clockify.md 12 #20), but not one that breaks off
    try:
        answer.json()
    except ValueError:
        return ProtocolError(
            f"the answer to {request.name} is not JSON",
            hint="check --base-url and --gateway",
            request=request.name,
            # A read that is answered with a web page will be so again; a write may have been carried out behind it.
            unknown=request.method != "GET" or "html" not in kind,
        )
    return None


def _duration_text(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
