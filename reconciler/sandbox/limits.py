"""The rate limit: a sliding window of accepted requests per account."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable

from reconciler.sandbox.switches import parse_rate


class Limiter:
    """Accepts `rate` requests (`50/s`, `30/h`, or `off`) for each account; `clock` gives seconds."""

    def __init__(self, rate: str, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._count, self._window = (0, 0.0) if rate == "off" else parse_rate(rate)
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait(self, account: str) -> float | None:
        """None if the request is accepted, else the seconds until the next one would be. Rejected requests do not count."""
        if not self._count:
            return None
        now, admitted = self._clock(), self._admitted[account]
        while admitted and admitted[0] <= now - self._window:
            admitted.popleft()
        if len(admitted) < self._count:
            admitted.append(now)
            return None
        return admitted[0] + self._window - now
