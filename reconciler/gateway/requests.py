"""The request pipeline: rate limit, retries where they are safe, counts, observers, and errors from error responses."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.errors import ApiError, GatewayError, NetworkError, ProtocolError, RateLimitError, StoppedError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.error_mapping import HOURLY_HINT, error_for, invalid_json
from reconciler.gateway.kept_responses import KeptResponses
from reconciler.gateway.messages import Request, Response, Transport
from reconciler.gateway.parallel import ParallelReads, reads_at_once
from reconciler.gateway.rate_limit import WINDOW, Limiter
from reconciler.gateway.retry import RetryPolicy, may_retry, retry_after
from reconciler.text import API_KEYS, CONNECTION_IDS

_LATENCY_WEIGHT = 0.2
"""Weight of the newest response in the moving average of the latency."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A sent request, for `on_request`: the status of the response (0: no response), its duration in seconds and its headers."""

    request: Request
    status: int
    seconds: float
    attempt: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paused:
    """A wait before a retry, for `on_pause`; `is_rate_limit`: the service responded with 429."""

    request: Request
    seconds: float
    attempt: int
    is_rate_limit: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and randomness for the gateway. `now` is Unix time; all times are in seconds.

    `stopped` returns whether the run is stopping, so that nothing more may be sent; `sleep` may raise StoppedError.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    random_fraction: Callable[[], float] = random.random
    stopped: Callable[[], bool] = lambda: False


SYSTEM_CLOCK = Clock()
"""The clock of the operating system."""


class RequestObserver(Protocol):
    """Observes one request: before it is sent, and after each attempt."""

    def on_send(self, request: Request) -> None:
        """Called once, right before the first attempt. An exception from here is raised instead of sending the request."""

    def on_response(self, status: int, attempts: int) -> None:
        """Called after every attempt, with its status (0: no response) and the number of attempts so far."""


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
        API_KEYS.add(config.key)
        CONNECTION_IDS.add(config.connection)
        self._clock, self._retry_policy = clock, retry_policy
        self._on_request, self._on_pause = on_request, on_pause
        self._lock = threading.Lock()
        self.requests = 0
        self.retries = 0
        self.latency = 0.0
        """Moving average of the response time, in seconds."""
        self.paused = 0
        """Requests in a pause before a retry that holds up no other."""
        self.reads = ParallelReads()
        self.kept: KeptResponses | None = None

    @property
    def per_second(self) -> float:
        """The current rate, in requests per second."""
        return self._limiter.per_second

    def call(self, request: Request, observer: RequestObserver | None = None) -> Response:
        """The response: a 2xx whose body, if any, is JSON.

        Raises GatewayError, with `unknown` set if a write may have been carried out; StoppedError if the run is stopping; and
        what the observer's `on_send` raises.
        """
        if self.kept is not None and (known := self.kept.find(request)) is not None:
            return known
        attempt = 1
        lost: GatewayError | None = None
        while True:
            try:
                result, wait = self._attempt(request, attempt, observer)
            except StoppedError:
                if lost is not None:
                    raise lost from None
                raise
            if isinstance(result, Response):
                if self.kept is not None:
                    self.kept.add(request, result)
                return result
            lost = result if result.unknown and request.method != "GET" else lost
            if not may_retry(request.method, result):
                raise _rejected_after_lost(request, result) if lost not in (None, result) else result
            try:
                self._wait_for_retry(request, attempt, wait, result)
            except StoppedError:
                raise lost or _stopped(request) from None
            except GatewayError as error:
                # However the last attempt ended (not sent, rate limited): an earlier one may have been carried out.
                error.unknown = error.unknown or lost is not None
                raise
            attempt += 1

    def now(self) -> float:
        """Monotonic time in seconds, for the age of responses."""
        return self._clock.monotonic()

    def pause(self, attempt: int) -> None:
        """Wait as before a retry, for a caller that repeats a request itself; raises StoppedError."""
        self._clock.sleep(self._retry_policy.pause(attempt, self._clock.random_fraction))

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _attempt(
        self, request: Request, attempt: int, observer: RequestObserver | None
    ) -> tuple[Response | GatewayError, float | None]:
        """Send once. Returns the response or the error, and the seconds of a `Retry-After` header."""
        if self.reads.is_over:
            raise _stopped(request)  # before it takes the place of another request
        sent_at = self._limiter.wait()
        if self._clock.stopped() or self.reads.is_over:
            raise _stopped(request)
        if observer is not None and attempt == 1:
            observer.on_send(request)
        status = 0
        try:
            response = self._send(request, attempt)
            status = response.status
        except (NetworkError, ProtocolError) as error:
            return error, None
        finally:
            if observer is not None:
                observer.on_response(status, attempt)
        if status == 429:
            self._limiter.slow_down(sent_at)
        else:
            self._limiter.accept(sent_at)
        if not response.is_success:
            wait = retry_after(response.headers.get("retry-after"), self._clock.now())
            return error_for(request, response, self._config), wait
        return invalid_json(request, response) or response, None

    def _send(self, request: Request, attempt: int) -> Response:
        with self._lock:
            self.requests += 1
            self.retries += attempt > 1
        started, response = self._clock.monotonic(), Response(0)
        try:
            response = self._transport.send(request)
        finally:
            seconds = self._clock.monotonic() - started
            with self._lock:
                self.latency = (
                    seconds if not self.latency else self.latency + _LATENCY_WEIGHT * (seconds - self.latency)
                )
                if self._config.app is None:  # an application in this process answers one request at a time
                    self.reads.at_once = reads_at_once(self.per_second * self.latency)
            if self._on_request is not None:
                self._on_request(Sent(request, response.status, seconds, attempt, response.headers))
        return response

    def _wait_for_retry(self, request: Request, attempt: int, wait: float | None, error: GatewayError) -> None:
        """Wait before the next attempt, or raise the error if the retry policy allows none. `wait` is from `Retry-After`."""
        policy = self._retry_policy
        is_rate_limit = isinstance(error, RateLimitError)
        if not (is_rate_limit and policy.wait_for_quota):
            problem = ""
            if wait is not None and wait > policy.longest_wait:
                problem = f"the service requires a wait of {_duration_text(wait)}"
            elif attempt >= policy.attempts:
                problem = f"gave up after {attempt} attempts"
            if problem and is_rate_limit:
                message = f"{error.message}; {problem}"
                raise RateLimitError(message, retry_after=wait, hint=HOURLY_HINT, request=error.request)
            if problem:
                raise error
        seconds = wait or policy.pause(attempt, self._clock.random_fraction)
        if self._on_pause is not None:
            self._on_pause(Paused(request, seconds, attempt, is_rate_limit))
        # A header of whole seconds cannot say less than 1; how evenly requests are sent is the limiter's part.
        is_long = wait is not None and wait > WINDOW
        if is_rate_limit and (is_long or (attempt > 1 and not self._limiter.is_accepting)):
            self._limiter.hold(seconds)
            return
        with self._lock:
            self.paused += 1
        try:
            self._clock.sleep(seconds)
        finally:
            with self._lock:
                self.paused -= 1


def _rejected_after_lost(request: Request, error: GatewayError) -> GatewayError:
    """The error of a write whose first response was lost and whose retry was rejected, as a DELETE of a deleted resource is.

    The outcome is unknown: the first attempt may have been carried out.
    """
    if not isinstance(error, ApiError):
        return error
    return NetworkError(
        f"the response to {request.name} was lost and the retry failed (HTTP {error.status}); the outcome is unknown",
        hint="plan again to read the current state",
        request=request.name,
        rejection=error,
    )


def _stopped(request: Request) -> StoppedError:
    return StoppedError(f"{request.name} was not sent: the run is stopping", request=request.name)


def _duration_text(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
