"""A time that passes only when somebody waits, for tests of anything that paces, backs off or has a date."""

from __future__ import annotations

import threading
from collections.abc import Callable

from reconciler.gateway import Clock


class Time:
    """Passes only when somebody sleeps; `naps` holds how long. Safe to share between threads."""

    def __init__(self, *, random_fraction: float = 1.0) -> None:
        self.seconds = 1_000_000.0
        self.naps: list[float] = []
        self._lock = threading.Lock()
        self._chance = random_fraction

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.naps.append(round(seconds, 6))
            self.seconds += seconds

    @property
    def gateway_clock(self) -> Clock:
        return self.stoppable(lambda: False)

    def stoppable(self, stopped: Callable[[], bool]) -> Clock:
        """A clock for the gateway that is asked to stop where the function says so."""
        return Clock(
            monotonic=self.clock,
            sleep=self.sleep,
            now=self.clock,
            random_fraction=lambda: self._chance,
            stopped=stopped,
        )
