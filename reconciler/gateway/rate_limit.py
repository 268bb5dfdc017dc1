"""How fast requests leave: a rate, and the one limiter that every request of a run passes."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import ConfigurationError

_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)/([sh])")
_SECONDS = {"s": 1.0, "h": 3600.0}

SLOWEST = 32.0
"""Refusals slow a run down to this part of its rate at the least."""
WINDOW = 1.0
"""Seconds over which accepted requests are counted: the limits of Clockify and Maton are given by the second."""
GIVES = 0.98
"""After a refusal the rate falls at least by this, however much was accepted just before it."""
CALM = 10.0
"""Seconds without a refusal before a slowed run tries to go faster again."""
GROWTH = 0.003
"""How much faster it tries to be then, in each second; more with every ten seconds that go well."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a second (`s`) or an hour (`h`)."""

    count: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read `50/s` or `30/h`; raises ConfigurationError."""
        match = _RATE.fullmatch(text.strip())
        if match is None or float(match[1]) <= 0:
            shown = text if text.isprintable() and len(text) <= 20 else "this"
            raise ConfigurationError(
                f"{shown!r} is no rate", hint="write it as requests a second or an hour: 50/s, 30/h"
            )
        return cls(float(match[1]), match[2])

    @property
    def interval(self) -> float:
        """Seconds from one request to the next."""
        return _SECONDS[self.unit] / self.count

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.count / _SECONDS[self.unit]

    def __str__(self) -> str:
        return f"{self.count:g}/{self.unit}"


class Limiter:
    """Lets requests leave evenly at a rate, from any number of threads; slower after a refusal, then slowly back.

    A refusal shows what the service takes: as many as it accepted within the second before. That is the new rate; where nothing
    was accepted to go by, half the old one. `clock` is monotonic, in seconds; `sleep` waits for seconds.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._rate = self._normal = rate.per_second
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = clock()
        self._held_until = float("-inf")
        self._slowed = self._tried = float("-inf")
        self._accepted: deque[float] = deque()

    @property
    def per_second(self) -> float:
        """Requests a second, as of now."""
        return self._rate

    def wait(self) -> float:
        """Return when the next request may leave: the time at which it does."""
        while True:
            with self._lock:
                now = self._clock()
                leaves = max(now, self._next, self._held_until)
                self._next = leaves + 1 / self._rate
            if leaves > now:
                self._sleep(leaves - now)
            if self._held_until <= leaves:
                return leaves

    def hold(self, seconds: float) -> None:
        """Let nothing leave for so long: what a service asks of one request, it means for all."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def slow_down(self, left: float) -> None:
        """After a refusal of a request that `left` then. Those that left before the last slowing tell nothing new."""
        with self._lock:
            if left <= self._slowed:
                return
            self._slowed = self._clock()
            self._forget(left)
            seen = len(self._accepted) / WINDOW
            slower = min(self._rate * GIVES, seen) if seen > 1 else self._rate / 2
            self._rate = max(self._normal / SLOWEST, slower)
            self._next = max(self._next, self._slowed + 1 / self._rate)

    def accept(self, left: float) -> None:
        """After an answer that is no such refusal, to a request that `left` then."""
        with self._lock:
            now = self._clock()
            self._accepted.append(left)
            self._forget(left)
            calm = now - self._slowed - CALM
            if calm > 0 and self._rate < self._normal:
                passed = now - max(self._tried, self._slowed + CALM)
                self._rate = min(self._normal, self._rate * (1 + GROWTH * passed * (1 + calm / CALM)))
            self._tried = now

    def _forget(self, left: float) -> None:
        """Forget what left a second or more before. Told by when requests left, not by now: of what left within the last
        latency no answer is here yet, and it would seem as if less were accepted.
        """
        while self._accepted and self._accepted[0] <= left - WINDOW:
            self._accepted.popleft()
