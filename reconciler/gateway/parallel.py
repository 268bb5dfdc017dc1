"""Runs reads at once, as many as the rate needs at the current latency, and hands out their results as if one had followed the other."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from reconciler.gateway.worker_pool import WorkerPool

T = TypeVar("T")

AHEAD = 100
"""Reads that may be started before the first of them has ended: a slow one, in a pause before its retry, does not stop the others."""

MAX_AT_ONCE = 32
SPARE = 1.25
"""Reads under way, as a multiple of what the rate needs at the current latency: latency varies."""
_ONE_IS_ENOUGH = 0.01
"""Reads under way up to which one at a time is enough: at a rate by the hour, or before the latency is known."""


def reads_at_once(in_flight: float) -> int:
    """How many reads may be under way, where the rate times the latency is `in_flight`. One more than needed: one may be in a pause."""
    wanted = in_flight * SPARE
    return 1 if wanted <= _ONE_IS_ENOUGH else min(math.ceil(wanted) + 1, MAX_AT_ONCE)


@dataclass(slots=True)
class _Token:
    """Whether the reads of a batch may still send: not once the batch, or one that it is a part of, has ended."""

    parent: _Token | None
    is_cancelled: bool = False

    @property
    def is_over(self) -> bool:
        return self.is_cancelled or (self.parent is not None and self.parent.is_over)


class ParallelReads:
    """Runs the reads of one client."""

    def __init__(self) -> None:
        self.at_once = 1
        """How many reads may be under way; 1 means one after the other, without threads."""
        self._lock = threading.Lock()
        self._local = threading.local()
        self._running = 0
        self.outstanding = 0
        """Reads that were given and have not ended."""

    @property
    def is_over(self) -> bool:
        """Whether the current thread runs a read whose result nothing waits for any more: it must not send."""
        token = self._token
        return token is not None and token.is_over

    def in_order(self, jobs: Sequence[Callable[[], T]]) -> Generator[T, None, None]:
        """The results of `jobs`, in their order. The first error in that order is raised when its turn comes, whichever came first in time.

        Nothing is started before the first result is asked for. Once the iteration has ended, by an error, an interrupt or
        its `close`, no job sends anything more; those that wait for a response are not waited for.
        """
        batch = _Batch[T](jobs, _Token(self._token))
        self._add(len(jobs))
        try:
            for position, job in enumerate(jobs):
                while position not in batch.ended:
                    self._start(batch, position)
                    if batch.started == position:  # no thread is free, or none is needed
                        batch.started += 1
                        batch.results[position] = job()
                        self._end(batch, position)
                    else:
                        self._collect(batch)
                if (error := batch.errors.get(position)) is not None:
                    raise error
                yield batch.results.pop(position)
        finally:
            batch.token.is_cancelled = True
            batch.pool.shut_down()
            self._add(len(batch.ended) - len(jobs))

    @property
    def _token(self) -> _Token | None:
        return getattr(self._local, "token", None)

    def _add(self, count: int) -> None:
        with self._lock:
            self.outstanding += count

    def _start(self, batch: _Batch[T], position: int) -> None:
        """Start as many jobs of a batch as may run, ahead of the one at `position`."""
        while 1 < len(batch.jobs) > batch.started < position + AHEAD and self._take():
            batch.pool.submit(batch.started, partial(self._run, batch, batch.started))
            batch.started += 1

    def _take(self) -> bool:
        with self._lock:
            is_free = self._running < self.at_once > 1
            self._running += is_free
        return is_free

    def _run(self, batch: _Batch[T], position: int) -> None:
        with self._within(batch.token):
            batch.results[position] = batch.jobs[position]()

    @contextmanager
    def _within(self, token: _Token) -> Iterator[None]:
        self._local.token = token
        try:
            yield
        finally:
            self._local.token = None
            with self._lock:
                self._running -= 1

    def _collect(self, batch: _Batch[T]) -> None:
        finished = batch.pool.next()
        if finished is not None:
            self._end(batch, finished.key, finished.error)

    def _end(self, batch: _Batch[T], position: int, error: BaseException | None = None) -> None:
        batch.ended.add(position)
        self._add(-1)
        if error is not None:
            batch.errors[position] = error


@dataclass(slots=True)
class _Batch(Generic[T]):
    """Jobs that are run together. Only the thread that asks for the results changes it, except `results`."""

    jobs: Sequence[Callable[[], T]]
    token: _Token
    pool: WorkerPool[int] = field(default_factory=WorkerPool)
    started: int = 0
    ended: set[int] = field(default_factory=set)
    results: dict[int, T] = field(default_factory=dict)
    errors: dict[int, BaseException] = field(default_factory=dict)
