"""Threads in virtual time: one runs at a time, and time passes only when all of them sleep. Every run is the same."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Sequence
from itertools import count


class VirtualTime:
    """The clock of `run`: `clock` and `sleep` are those of its threads."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self._number = count()
        self._asleep: list[tuple[float, int, threading.Semaphore]] = []
        self._errors: list[BaseException] = []

    def clock(self) -> float:
        """The time, in seconds."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let the others run, until this time has passed."""
        turn = self._join(self.seconds + max(seconds, 0.0))
        self._next()
        turn.acquire()

    def run(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run each job in a thread of its own until all have ended; raise the first error of one."""
        threads = [threading.Thread(target=self._run, args=(self._join(self.seconds), job)) for job in jobs]
        for thread in threads:
            thread.start()
        self._next()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def turn(self) -> threading.Semaphore:
        """A turn that comes once another thread gives it to `wake`; `wait_for` it."""
        return threading.Semaphore(0)

    def wait_for(self, turn: threading.Semaphore) -> None:
        """Let the others run, until one of them wakes this thread."""
        self._next()
        turn.acquire()

    def wake(self, turn: threading.Semaphore) -> None:
        """Let the thread of this turn go on, now."""
        heapq.heappush(self._asleep, (self.seconds, next(self._number), turn))

    def _join(self, until: float) -> threading.Semaphore:
        turn = threading.Semaphore(0)
        heapq.heappush(self._asleep, (until, next(self._number), turn))
        return turn

    def _run(self, turn: threading.Semaphore, job: Callable[[], None]) -> None:
        turn.acquire()
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised by `run`
            self._errors.append(error)
        self._next()

    def _next(self) -> None:
        if self._asleep:
            until, _, turn = heapq.heappop(self._asleep)
            self.seconds = max(self.seconds, until)
            turn.release()
