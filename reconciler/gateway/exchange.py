"""One request with all its patience: paced, counted, repeated where that is safe, and refusals turned into errors."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import ApiError, GatewayError, NetworkError, RateLimitError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.faults import HOURLY, fault
from reconciler.gateway.pacing import Limiter
from reconciler.gateway.retry import Patience, may_repeat, retry_after
from reconciler.gateway.wire import Answer, Request, Transport


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that left, for whoever watches: its status (0: no answer came) and how long it took, in seconds."""

    request: Request
    status: int
    seconds: float
    attempt: int


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Time and chance as the gateway knows them: `clock` is monotonic, `now` is Unix time, all in seconds."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random


REAL = Clockwork()
"""The clock on the wall."""


class Exchange:
    """Sends requests through one transport and one limiter; safe to share between threads."""

    def __init__(
        self,
        config: GatewayConfig,
        transport: Transport,
        limiter: Limiter,
        *,
        clockwork: Clockwork,
        patience: Patience,
        watch: Callable[[Sent], None] | None = None,
    ) -> None:
        self._config, self._transport, self._limiter = config, transport, limiter
        self._clockwork, self._patience, self._watch = clockwork, patience, watch
        self._lock = threading.Lock()
        self.requests = 0

    def call(self, request: Request) -> Answer:
        """The answer, a 2xx. Raises GatewayError: NetworkError with `sent` where a write's outcome is not known."""
        attempt, lost = 1, False
        while True:
            asked = None
            try:
                answer = self._send(request, attempt)
            except NetworkError as error:
                failure: GatewayError = error
                lost = lost or error.sent
            else:
                if answer.is_success:
                    return answer
                failure = fault(request, answer, self._config)
                asked = retry_after(answer.headers.get("retry-after"), self._clockwork.now())
            if not may_repeat(request.method, failure):
                raise self._outcome_unknown(request, failure) if lost and request.method != "GET" else failure
            self._pause(attempt, asked, failure)
            attempt += 1

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()

    def _send(self, request: Request, attempt: int) -> Answer:
        self._limiter.wait()
        with self._lock:
            self.requests += 1
        started, status = self._clockwork.clock(), 0
        try:
            answer = self._transport.send(request)
            status = answer.status
        finally:
            if self._watch is not None:
                self._watch(Sent(request, status, self._clockwork.clock() - started, attempt))
        if status == 429:
            self._limiter.slow_down()
        else:
            self._limiter.recover()
        return answer

    def _pause(self, attempt: int, asked: float | None, failure: GatewayError) -> None:
        """Wait before the next attempt, or raise the failure where patience ends."""
        is_rate = isinstance(failure, RateLimitError)
        if asked is not None and asked > self._patience.longest_wait:
            if is_rate:
                text = f"{failure.message}; it asks to wait {_spoken(asked)}"
                raise RateLimitError(text, retry_after=asked, hint=HOURLY, request=failure.request)
            raise failure
        if attempt >= self._patience.attempts:
            if is_rate:
                text = f"{failure.message}, {attempt} times in a row"
                raise RateLimitError(text, retry_after=asked, hint=HOURLY, request=failure.request)
            raise failure
        self._clockwork.sleep(asked or self._patience.pause(attempt, self._clockwork.chance))

    @staticmethod
    def _outcome_unknown(request: Request, failure: GatewayError) -> GatewayError:
        """A write whose answer was lost, then refused when repeated (as a DELETE is of what is gone): it may well be done."""
        if not isinstance(failure, ApiError):
            return failure
        return NetworkError(
            f"the answer to {request.name} was lost, and sending it again was refused (HTTP {failure.status}); "
            "whether it was carried out is not known",
            hint="plan again: it reads what is there",
            request=request.name,
        )


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
