"""Request rates, and the adaptive rate limiter that all requests of a run share."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import ConfigurationError
from reconciler.text import sanitize

_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)/([sh])")
_SECONDS = {"s": 1.0, "h": 3600.0}

MAX_SLOWDOWN = 32.0
"""Rate-limited responses (429) reduce the rate to no less than the configured rate divided by this."""
WINDOW = 1.0
"""Seconds over which accepted requests are counted: the limits of Clockify and Maton are per second."""
DECREASE = 0.98
"""A 429 reduces the rate at least by this factor, however many requests were accepted just before it."""
RECOVERY_DELAY = 10.0
"""Seconds without a 429 before a reduced rate increases again."""
GROWTH = 0.003
"""Increase of the rate per second after that delay; it grows with every further RECOVERY_DELAY without a 429."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A number of requests per second (`s`) or per hour (`h`)."""

    count: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Parse `50/s` or `30/h`; raises ConfigurationError."""
        match = _RATE.fullmatch(text.strip())
        if match is None or float(match[1]) <= 0:
            raise ConfigurationError(f"invalid rate {sanitize(text, 20)!r}; use N/s or N/h, e.g. 50/s")
        return cls(float(match[1]), match[2])

    @property
    def interval(self) -> float:
        """Seconds between two requests."""
        return _SECONDS[self.unit] / self.count

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.count / _SECONDS[self.unit]

    def __str__(self) -> str:
        return f"{f'{self.count:.3f}'.rstrip('0').rstrip('.')}/{self.unit}"


class Limiter:
    """Spaces requests evenly at a rate, across threads. A 429 reduces the rate; without further ones it slowly recovers.

    A 429 reveals the limit of the service: the requests that it accepted within the second before. That is the new rate; if
    none were accepted, half the old rate. `clock` is monotonic, in seconds; `sleep` waits for a number of seconds.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._rate = self._configured = rate.per_second
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = clock()  # when the next request may be sent
        self._held_until = float("-inf")
        self._slowed_at = self._accepted_at = float("-inf")
        self._accepted: deque[float] = deque()
        self._waiting: list[float] = []  # when the requests that wait may be sent

    @property
    def per_second(self) -> float:
        """The current rate, in requests per second."""
        return self._rate

    @property
    def seconds_left(self) -> float:
        """Seconds until the first of the requests that wait here may be sent; 0 if none waits."""
        with self._lock:
            return max(0.0, max(min(self._waiting), self._held_until) - self._clock()) if self._waiting else 0.0

    def wait(self) -> float:
        """Wait until the next request may be sent; returns the time at which it is sent."""
        while True:
            with self._lock:
                now = self._clock()
                send_at = max(now, self._next, self._held_until)
                self._next = send_at + 1 / self._rate
                self._waiting.append(send_at)
            try:
                if send_at > now:
                    self._sleep(send_at - now)
            finally:
                with self._lock:
                    self._waiting.remove(send_at)
            if self._held_until <= send_at:
                return send_at

    def hold(self, seconds: float) -> None:
        """Hold all requests for this many seconds: a `Retry-After` for one request applies to the whole account."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def slow_down(self, sent_at: float) -> None:
        """Reduce the rate after a 429 for a request of that time. Requests from before the last reduction are ignored."""
        with self._lock:
            if sent_at <= self._slowed_at:
                return
            self._slowed_at = self._clock()
            self._drop_older(sent_at)
            accepted_rate = len(self._accepted) / WINDOW
            slower = min(self._rate * DECREASE, accepted_rate) if accepted_rate > 1 else self._rate / 2
            self._rate = max(self._configured / MAX_SLOWDOWN, slower)
            self._next = max(self._next, self._slowed_at + 1 / self._rate)

    def accept(self, sent_at: float) -> None:
        """Count any response but 429 to a request of that time; increase a reduced rate."""
        with self._lock:
            now = self._clock()
            self._accepted.append(sent_at)
            self._drop_older(sent_at)
            recovering = now - self._slowed_at - RECOVERY_DELAY
            if recovering > 0 and self._rate < self._configured:
                elapsed = now - max(self._accepted_at, self._slowed_at + RECOVERY_DELAY)
                self._rate = min(
                    self._configured, self._rate * (1 + GROWTH * elapsed * (1 + recovering / RECOVERY_DELAY))
                )
            self._accepted_at = now

    def _drop_older(self, sent_at: float) -> None:
        """Drop requests sent a WINDOW or more before. The reference is the send time, not the current time: requests of
        the last latency have no response yet, and the accepted rate would be underestimated.
        """
        while self._accepted and self._accepted[0] <= sent_at - WINDOW:
            self._accepted.popleft()
