"""Kinds of rate limits that a service may have, in virtual time."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

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


def used_up(count: int, others: int) -> Callable[[CLOCK], Limit]:
    """`count` a second, of which others sent some in the second before."""

    def opened(clock: CLOCK) -> Limit:
        return SlidingWindow(count, clock, times=deque(clock() - 1 + (place + 1) / others for place in range(others)))

    return opened


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


def sliding(count: int) -> Callable[[CLOCK], Limit]:
    return lambda clock: SlidingWindow(count, clock)
