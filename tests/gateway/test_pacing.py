"""How close a run comes to the limit of a service, and how many 429s it gets: counts and seconds of virtual time, without a wall clock.

The requests go through the real pipeline in threads, as many at once as an apply starts.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from reconciler.gateway import Clock, GatewayConfig, Rate, RetryPolicy
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.rate_limit import Limiter
from reconciler.gateway.requests import RequestPipeline
from tests.gateway.virtual_time import VirtualTime

CLOCK = Callable[[], float]


class Limit(Protocol):
    def wait(self) -> float | None:
        """None if a request that arrives now is accepted, else the seconds until one is."""


@dataclass
class SlidingWindow:
    """`count` accepted requests within any second; with `counts_rejected`, rejected ones are among them."""

    count: int
    clock: CLOCK
    counts_rejected: bool = False
    times: deque[float] = field(default_factory=deque)

    def wait(self) -> float | None:
        now = self.clock()
        while self.times and self.times[0] <= now - 1:
            self.times.popleft()
        is_accepted = len(self.times) < self.count
        if is_accepted or self.counts_rejected:
            self.times.append(now)
        return None if is_accepted else self.times[0] + 1 - now


@dataclass
class FixedWindow:
    """`count` requests in each second of the service's own clock."""

    count: int
    clock: CLOCK
    window: int = 0
    used: int = 0

    def wait(self) -> float | None:
        now = self.clock() + 0.37
        if math.floor(now) != self.window:
            self.window, self.used = math.floor(now), 0
        self.used += 1
        return None if self.used <= self.count else self.window + 1 - now


@dataclass
class TokenBucket:
    """`count` requests a second, and at first, or after a rest, up to `burst` at once."""

    count: int
    clock: CLOCK
    burst: int
    tokens: float = math.inf
    filled_at: float = 0.0

    def wait(self) -> float | None:
        now = self.clock()
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.count)
        self.filled_at = now
        if self.tokens < 1:
            return (1 - self.tokens) / self.count
        self.tokens -= 1
        return None


@dataclass
class Service:
    """Responds after `latency` seconds, and up to about three times `jitter` more. With `tells_when`, a 429 has a `Retry-After`."""

    time: VirtualTime
    limit: Limit
    latency: float
    jitter: float = 0.005
    tells_when: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - a simulation
    accepted: int = 0
    rejected: int = 0

    def send(self, _: Request) -> Response:
        self.time.sleep(self.latency + abs(self.chance.gauss(0, self.jitter)) + 0.001)
        wait = self.limit.wait()
        self.time.sleep(0.001)
        if wait is None:
            self.accepted += 1
            return Response(200, {}, b'{"id": "a"}')
        self.rejected += 1
        return Response(429, {"retry-after": str(math.ceil(wait))} if self.tells_when else {}, b"")

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Outcome:
    """`of_limit`: seconds, divided by those that all requests take at the limit; `rejected`: the part of 429s in percent."""

    of_limit: float
    rejected: float


def run(
    limit: Callable[[CLOCK], Limit],
    count: int,
    latency: float,
    *,
    requests: int = 1000,
    configured: str = "50/s",
    **service: float,
) -> Outcome:
    """Send requests to a service that allows `count` a second, to a client that was configured with the rate `configured`."""
    time = VirtualTime()
    started = time.seconds
    limiter, served = (
        Limiter(Rate.parse(configured), time.clock, time.sleep),
        Service(time, limit(time.clock), latency, **service),  # type: ignore[arg-type]
    )
    config = GatewayConfig("sandbox", base_url="http://127.0.0.1:1", key="any-k3y-will-do")
    clock = Clock(time.clock, time.sleep, time.clock, served.chance.random)
    pipeline = RequestPipeline(config, served, limiter, clock=clock, retry_policy=RetryPolicy())
    pipeline.latency = latency + 0.002
    left, active, parked = [requests], [0], []

    def at_once() -> int:
        """As many as an apply has under way."""
        return max(math.ceil((pipeline.per_second * pipeline.latency + pipeline.paused) * 1.25) + 1, 2)

    def work() -> None:
        while left[0]:
            if active[0] >= at_once():
                parked.append(turn := time.turn())
                time.wait_for(turn)
                continue
            left[0] -= 1
            active[0] += 1
            pipeline.call(Request("POST", "/x"))
            active[0] -= 1
            while parked and (not left[0] or len(parked) > 16 - at_once()):
                time.wake(parked.pop())

    time.run([work] * 16)
    sent = served.accepted + served.rejected
    assert served.accepted == requests
    return Outcome((time.seconds - started) / (sent / count), 100 * served.rejected / sent)


def sliding(count: int) -> Callable[[CLOCK], Limit]:
    return lambda clock: SlidingWindow(count, clock)


@pytest.mark.parametrize("latency", [0.0, 0.05, 0.2])
def test_a_service_that_allows_the_configured_rate_is_used_to_a_few_percent(latency: float) -> None:
    outcome = run(sliding(50), 50, latency)
    assert outcome.of_limit <= 1.04
    assert outcome.rejected <= 0.3


@pytest.mark.parametrize("latency", [0.05, 0.2])
def test_a_service_that_allows_a_fifth_of_the_configured_rate_is_used_to_a_few_percent(latency: float) -> None:
    outcome = run(sliding(10), 10, latency)
    assert outcome.of_limit <= 1.05
    assert outcome.rejected <= 1.0


def test_a_retry_after_of_a_second_holds_up_only_the_request_that_it_is_for() -> None:
    outcome = run(sliding(50), 50, 0.2, tells_when=True)
    assert outcome.of_limit <= 1.05
    assert outcome.rejected <= 0.3


def test_requests_that_arrive_unevenly_cost_a_little_more() -> None:
    outcome = run(sliding(50), 50, 0.2, jitter=0.02)
    assert outcome.of_limit <= 1.08
    assert outcome.rejected <= 0.5


@pytest.mark.parametrize(
    ("limit", "count", "of_limit", "rejected"),
    [
        (lambda clock: SlidingWindow(10, clock, counts_rejected=True), 10, 1.05, 1.0),
        (lambda clock: FixedWindow(10, clock), 10, 1.03, 1.2),
        (lambda clock: TokenBucket(50, clock, burst=5), 50, 1.03, 0.3),
        (lambda clock: TokenBucket(10, clock, burst=5), 10, 1.05, 1.5),
        (lambda clock: TokenBucket(10, clock, burst=100), 10, 1.0, 4.0),
    ],
    ids=["counts-rejected", "fixed-10", "bucket-50", "bucket-10", "large-bucket-10"],
)
def test_other_kinds_of_limits_are_found_as_well(
    limit: Callable[[CLOCK], Limit], count: int, of_limit: float, rejected: float
) -> None:
    outcome = run(limit, count, 0.2)
    assert outcome.of_limit <= of_limit
    assert outcome.rejected <= rejected


def test_an_error_of_a_thread_is_raised_where_the_threads_were_started() -> None:
    time = VirtualTime()
    with pytest.raises(ZeroDivisionError):
        time.run([lambda: time.sleep(1), lambda: time.sleep(1 / 0)])
    assert time.seconds == pytest.approx(1_001)
