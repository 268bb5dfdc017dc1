"""How close a run comes to the limit of a service, and how many 429s it gets: counts and seconds of virtual time, without a wall clock.

The requests go through the real pipeline in threads, as many at once as an apply starts.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from reconciler.gateway import Clock, GatewayConfig, Rate, RetryPolicy
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.rate_limit import Limiter
from reconciler.gateway.requests import RequestPipeline
from tests.gateway.limit_kinds import CLOCK, FixedWindow, Limit, SlidingWindow, TokenBucket, sliding, used_up
from tests.gateway.virtual_time import VirtualTime


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
    one_by_one: int = 0,
    **service: float,
) -> Outcome:
    """Send requests to a service that allows `count` a second, from a client that was configured with the rate `configured`.

    `one_by_one`: before them, as a command reads what its plan rests on; these are not measured.
    """
    time = VirtualTime()
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

    def read() -> None:
        for _ in range(one_by_one):
            pipeline.call(Request("GET", "/x"))

    time.run([read])
    started, served.accepted, served.rejected = time.seconds, 0, 0
    time.run([work] * 16)
    sent = served.accepted + served.rejected
    assert served.accepted == requests
    return Outcome((time.seconds - started) / (sent / count), 100 * served.rejected / sent)


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


@pytest.mark.parametrize("latency", [0.05, 0.2, 0.3])
@pytest.mark.parametrize("reads", [2, 3, 6, 11])
def test_what_a_run_read_one_by_one_does_not_hide_the_limit(latency: float, reads: int) -> None:
    outcome = run(sliding(10), 10, latency, one_by_one=reads, tells_when=True)
    assert outcome.of_limit <= 1.035
    assert outcome.rejected <= 1.0


@pytest.mark.parametrize(
    ("count", "others", "latency", "of_limit"),
    [
        (50, 50, 0.0, 1.16),  # a second of eight
        (50, 25, 0.2, 1.07),
        (10, 5, 0.0, 1.03),
        (10, 5, 0.2, 1.03),
        (10, 10, 0.05, 1.04),
        (10, 10, 0.2, 1.03),
    ],
)
def test_what_others_sent_just_before_costs_about_a_second(
    count: int, others: int, latency: float, of_limit: float
) -> None:
    outcome = run(used_up(count, others), count, latency, requests=400)
    assert outcome.of_limit <= of_limit
    assert outcome.rejected <= 2.0


@pytest.mark.parametrize("latency", [0.0, 0.05, 0.2])
def test_a_run_of_a_few_seconds_gets_hardly_a_429(latency: float) -> None:
    outcome = run(sliding(50), 50, latency, requests=300, jitter=0.003, tells_when=True)
    assert outcome.of_limit <= 1.08
    assert outcome.rejected == 0


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
