"""Simulation of the limiter against a service with a sliding window of one second: share of the limit used, and number of 429s.

Time advances from event to event and randomness is seeded, so that every run is the same.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from itertools import count

import pytest

from reconciler.gateway.rate_limit import Limiter, Rate
from reconciler.sandbox.limits import Limiter as SlidingWindow


class Simulation:
    """An event queue with its clock; `sleep` runs the events in between."""

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
    """Accepts requests at the rate `allows`; each takes `latency` seconds, plus or minus a tenth."""

    def __init__(self, simulation: Simulation, limiter: Limiter, allows: str, latency: float) -> None:
        self.simulation, self.limiter, self.latency = simulation, limiter, latency
        self.window = SlidingWindow(allows, simulation.clock)
        self.random_fraction = random.Random(1)  # noqa: S311 -- a simulation
        self.accepted = self.refused = 0

    def send_request(self) -> None:
        sent_at = self.limiter.wait()
        arrives_at = (
            sent_at + self.latency / 2 * self.random_fraction.uniform(0.9, 1.1) + self.random_fraction.uniform(0, 0.002)
        )
        self.simulation.at(arrives_at, lambda: self._respond(sent_at))

    def _respond(self, sent_at: float) -> None:
        is_refused = self.window.wait("account") is not None
        self.refused += is_refused
        self.accepted += not is_refused
        receive = self.limiter.slow_down if is_refused else self.limiter.accept
        self.simulation.at(self.simulation.seconds + self.latency / 2, lambda: receive(sent_at))


def _run(configured: str, allows: str, latency: float, seconds: float) -> Service:
    simulation = Simulation()
    limiter = Limiter(Rate.parse(configured), simulation.clock, simulation.sleep)
    service = Service(simulation, limiter, allows, latency)
    until = simulation.seconds + seconds
    while simulation.seconds < until:
        service.send_request()
    simulation.sleep(latency * 2)
    return service


@pytest.mark.parametrize("latency", [0.0, 0.05, 0.2, 1.0])
def test_a_service_that_allows_a_fifth_of_the_configured_rate_is_used_well_with_few_429s(latency: float) -> None:
    service = _run("50/s", "10/s", latency, seconds=120)
    assert service.accepted >= 0.8 * 10 * 120
    assert service.refused <= 0.1 * service.accepted


@pytest.mark.parametrize(("latency", "share"), [(0.0, 0.97), (0.05, 0.97), (0.2, 0.96), (1.0, 0.9)])
def test_a_service_that_allows_the_configured_rate_is_used_nearly_fully(latency: float, share: float) -> None:
    service = _run("50/s", "50/s", latency, seconds=60)
    assert service.accepted >= share * 50 * 60
    assert service.refused <= 0.01 * service.accepted


def test_a_service_that_allows_more_than_the_configured_rate_sends_no_429() -> None:
    service = _run("10/s", "50/s", 0.2, seconds=30)
    assert service.refused == 0
    assert 0.98 * 10 * 30 <= service.accepted <= 10 * 30 + 1
