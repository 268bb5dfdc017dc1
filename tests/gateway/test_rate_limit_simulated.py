"""The limiter against a service that counts requests over a sliding second, simulated: how much of the limit it uses, and how often
it is refused. Time passes from event to event, chance is seeded: the same every time.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from itertools import count

import pytest

from reconciler.gateway.rate_limit import Limiter, Rate
from reconciler.sandbox.limits import Limiter as SlidingWindow


class World:
    """Time that passes from one event to the next, while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = count()

    def clock(self) -> float:
        return self.seconds

    def at(self, seconds: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (seconds, next(self._number), event))

    def sleep(self, seconds: float) -> None:
        until = self.seconds + seconds
        while self._events and self._events[0][0] <= until:
            self.seconds, _, event = heapq.heappop(self._events)
            event()
        self.seconds = until


class Service:
    """Allows so many requests a second; each takes `latency` on the way, give or take a tenth of it."""

    def __init__(self, world: World, limiter: Limiter, allows: str, latency: float) -> None:
        self.world, self.limiter, self.latency = world, limiter, latency
        self.window = SlidingWindow(allows, world.clock)
        self.random_fraction = random.Random(1)  # noqa: S311 -- a simulation
        self.accepted = self.refused = 0

    def ask(self) -> None:
        left = self.limiter.wait()
        there = (
            left + self.latency / 2 * self.random_fraction.uniform(0.9, 1.1) + self.random_fraction.uniform(0, 0.002)
        )
        self.world.at(there, lambda: self._decide(left))

    def _decide(self, left: float) -> None:
        is_refused = self.window.wait("account") is not None
        self.refused += is_refused
        self.accepted += not is_refused
        tell = self.limiter.slow_down if is_refused else self.limiter.accept
        self.world.at(self.world.seconds + self.latency / 2, lambda: tell(left))


def _run(told: str, allows: str, latency: float, seconds: float) -> Service:
    world = World()
    limiter = Limiter(Rate.parse(told), world.clock, world.sleep)
    service = Service(world, limiter, allows, latency)
    until = world.seconds + seconds
    while world.seconds < until:
        service.ask()
    world.sleep(latency * 2)
    return service


@pytest.mark.parametrize("latency", [0.0, 0.05, 0.2, 1.0])
def test_a_service_that_allows_a_fifth_of_what_we_were_told_is_used_well_and_seldom_pressed(latency: float) -> None:
    service = _run("50/s", "10/s", latency, seconds=120)
    assert service.accepted >= 0.8 * 10 * 120
    assert service.refused <= 0.1 * service.accepted


@pytest.mark.parametrize(("latency", "share"), [(0.0, 0.97), (0.05, 0.97), (0.2, 0.96), (1.0, 0.9)])
def test_a_service_that_allows_what_we_were_told_is_used_nearly_to_the_full(latency: float, share: float) -> None:
    service = _run("50/s", "50/s", latency, seconds=60)
    assert service.accepted >= share * 50 * 60
    assert service.refused <= 0.01 * service.accepted


def test_a_service_that_allows_more_than_we_were_told_is_never_pressed() -> None:
    service = _run("10/s", "50/s", 0.2, seconds=30)
    assert service.refused == 0
    assert service.accepted == pytest.approx(10 * 30, abs=1)
