"""Threads that run jobs concurrently, started as they are needed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class FinishedJob(Generic[Key]):
    """A job that has ended, and the exception it raised, if any."""

    key: Key
    error: BaseException | None


class WorkerPool(Generic[Key]):
    """Runs jobs in daemon threads: after a second Ctrl-C the process exits without waiting for them."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Key, Callable[[], None]] | None] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[FinishedJob[Key]] = queue.SimpleQueue()
        self._threads = 0
        self.active = 0
        """Jobs that were submitted and not collected yet."""

    def submit(self, key: Key, job: Callable[[], None]) -> None:
        """Run a job in a thread; `next` returns it once it has ended."""
        self.active += 1
        if self.active > self._threads:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._jobs.put((key, job))

    def next(self, timeout: float | None = None) -> FinishedJob[Key] | None:
        """Wait for a job to end; None after `timeout` seconds. A signal interrupts the wait."""
        try:
            finished = self._finished.get(timeout=timeout)
        except queue.Empty:
            return None
        self.active -= 1
        return finished

    def shut_down(self) -> None:
        """End the threads once the queue is empty."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while (given := self._jobs.get()) is not None:
            key, job = given
            error: BaseException | None = None
            try:
                job()
            except BaseException as raised:  # noqa: BLE001 - handed to the caller of `next`
                error = raised
            self._finished.put(FinishedJob(key, error))
