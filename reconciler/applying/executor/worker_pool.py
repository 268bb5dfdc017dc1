"""Threads that carry out jobs side by side, as many as are wanted at the moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class FinishedJob(Generic[Key]):
    """A job that has ended, and what it raised, if anything."""

    key: Key
    error: BaseException | None


class WorkerPool(Generic[Key]):
    """Carries out jobs in threads that start when they are needed. The threads are no reason for a process to live on: after a
    second Ctrl-C nobody waits for them.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Key, Callable[[], None]] | None] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[FinishedJob[Key]] = queue.SimpleQueue()
        self._threads = 0
        self.active = 0
        """How many jobs were given and not taken back yet."""

    def submit(self, key: Key, job: Callable[[], None]) -> None:
        """Have a job done; `next` tells when it has ended."""
        self.active += 1
        if self.active > self._threads:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._jobs.put((key, job))

    def next(self, timeout: float) -> FinishedJob[Key] | None:
        """The next job that has ended; None after `timeout` seconds."""
        try:
            finished = self._finished.get(timeout=timeout)
        except queue.Empty:
            return None
        self.active -= 1
        return finished

    def shut_down(self) -> None:
        """Let the threads end once they have nothing to do."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while (given := self._jobs.get()) is not None:
            key, job = given
            error: BaseException | None = None
            try:
                job()
            except BaseException as raised:  # noqa: BLE001 - handed to whoever gave the job
                error = raised
            self._finished.put(FinishedJob(key, error))
