"""A time that passes only when somebody waits, for tests of anything that paces, backs off or has a date."""

from __future__ import annotations

import threading
from collections.abc import Callable

from reconciler.gateway import Clockwork


class Time:
    """Passes only when somebody sleeps; `naps` holds how long. Safe to share between threads."""

    def __init__(self, *, chance: float = 1.0) -> None:
        self.seconds = 1_000_000.0
        self.naps: list[float] = []
        self._lock = threading.Lock()
        self._chance = chance

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.naps.append(round(seconds, 6))
            self.seconds += seconds

    @property
    def clockwork(self) -> Clockwork:
        return self.stoppable(lambda: False)

    def stoppable(self, stopped: Callable[[], bool]) -> Clockwork:
        """A clockwork that is asked to stop where the function says so."""
        return Clockwork(
            clock=self.clock, sleep=self.sleep, now=self.clock, chance=lambda: self._chance, stopped=stopped
        )
