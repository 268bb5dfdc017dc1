"""How fast requests leave: a rate, and the one limiter that every request of a run passes."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import ConfigurationError

_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)/([sh])")
_SECONDS = {"s": 1.0, "h": 3600.0}

SLOWEST = 32.0
"""A refusal halves the rate, again and again down to this part of it."""
RECOVERY = 0.98
"""Each answer that is no refusal shortens the pause by this much: some 35 answers undo one halving."""


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

    `clock` is monotonic, in seconds; `sleep` waits for seconds.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._interval = self._normal = rate.interval
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = clock()
        self._slowed = float("-inf")

    @property
    def interval(self) -> float:
        """Seconds from one request to the next, as of now."""
        return self._interval

    def wait(self) -> None:
        """Return when the next request may leave."""
        with self._lock:
            now = self._clock()
            leaves = max(now, self._next)
            self._next = leaves + self._interval
        if leaves > now:
            self._sleep(leaves - now)

    def slow_down(self) -> None:
        """After a 429: half the rate. Requests that were in flight together are refused together: they count once."""
        with self._lock:
            now = self._clock()
            if now - self._slowed < self._interval:
                return
            self._slowed = now
            self._interval = min(self._interval * 2, self._normal * SLOWEST)
            self._next = max(self._next, now + self._interval)

    def recover(self) -> None:
        """After any answer that is no refusal: a little faster, up to the rate that was asked for."""
        if self._interval > self._normal:
            with self._lock:
                self._interval = max(self._normal, self._interval * RECOVERY)
