"""Threads that run jobs: each job runs once and is returned when it ended; the process does not wait for them."""

from __future__ import annotations

import threading
from functools import partial

from reconciler.gateway.worker_pool import FinishedJob, WorkerPool

LONG = 20.0
"""Seconds after which a test gives up; nothing here takes that long."""


def _taken(worker_pool: WorkerPool[int], count: int) -> dict[int, BaseException | None]:
    found = [worker_pool.next(LONG) for _ in range(count)]
    return {finished.key: finished.error for finished in found if finished is not None}


def test_every_job_is_done_once_and_taken_back_with_its_key() -> None:
    worker_pool, done = WorkerPool[int](), list[int]()
    for number in range(20):
        worker_pool.submit(number, partial(done.append, number))
    assert worker_pool.active == 20
    assert _taken(worker_pool, 20) == dict.fromkeys(range(20))
    assert sorted(done) == list(range(20))
    assert worker_pool.active == 0


def test_jobs_run_side_by_side_as_many_as_were_given() -> None:
    worker_pool, together = WorkerPool[int](), threading.Barrier(6)

    def job() -> None:
        together.wait(LONG)

    for number in range(6):
        worker_pool.submit(number, job)
    assert _taken(worker_pool, 6) == dict.fromkeys(range(6))
    assert not together.broken


def test_a_thread_that_is_free_takes_the_next_job_and_no_new_one_starts() -> None:
    worker_pool, names = WorkerPool[int](), set[str]()
    for number in range(5):
        worker_pool.submit(number, lambda: names.add(threading.current_thread().name))
        assert worker_pool.next(LONG) == FinishedJob(number, None)
    assert len(names) == 1


def test_what_a_job_raises_is_handed_back_even_where_no_handler_would_catch_it() -> None:
    worker_pool, raised = WorkerPool[str](), KeyboardInterrupt()

    def fail() -> None:
        raise raised

    worker_pool.submit("a", fail)
    assert worker_pool.next(LONG) == FinishedJob("a", raised)
    worker_pool.submit("b", lambda: None)
    assert worker_pool.next(LONG) == FinishedJob("b", None)


def test_waiting_for_a_job_that_takes_long_ends_with_nothing_and_it_is_still_at_work() -> None:
    worker_pool, may_end = WorkerPool[str](), threading.Event()

    def job() -> None:
        may_end.wait(LONG)

    worker_pool.submit("slow", job)
    assert worker_pool.next(0.01) is None
    assert worker_pool.active == 1
    may_end.set()
    assert worker_pool.next(LONG) == FinishedJob("slow", None)


def test_threads_end_when_they_are_dismissed_and_never_keep_the_process_alive() -> None:
    worker_pool, threads = WorkerPool[int](), list[threading.Thread]()
    together = threading.Barrier(3)

    def job() -> None:
        threads.append(threading.current_thread())
        together.wait(LONG)

    for number in range(3):
        worker_pool.submit(number, job)
    _taken(worker_pool, 3)
    assert all(thread.daemon for thread in threads)
    worker_pool.shut_down()
    for thread in threads:
        thread.join(LONG)
    assert not any(thread.is_alive() for thread in threads)
