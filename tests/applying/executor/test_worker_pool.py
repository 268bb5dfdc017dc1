"""Threads that carry out jobs: each job once, told when it ended, and nobody waits for them at the end."""

from __future__ import annotations

import threading
from functools import partial

from reconciler.applying.executor.worker_pool import Crew, Finished

LONG = 20.0
"""Seconds after which a test gives up; nothing here takes that long."""


def _taken(crew: Crew[int], count: int) -> dict[int, BaseException | None]:
    found = [crew.next(LONG) for _ in range(count)]
    return {finished.key: finished.error for finished in found if finished is not None}


def test_every_job_is_done_once_and_taken_back_with_its_key() -> None:
    crew, done = Crew[int](), list[int]()
    for number in range(20):
        crew.give(number, partial(done.append, number))
    assert crew.at_work == 20
    assert _taken(crew, 20) == dict.fromkeys(range(20))
    assert sorted(done) == list(range(20))
    assert crew.at_work == 0


def test_jobs_run_side_by_side_as_many_as_were_given() -> None:
    crew, together = Crew[int](), threading.Barrier(6)

    def job() -> None:
        together.wait(LONG)

    for number in range(6):
        crew.give(number, job)
    assert _taken(crew, 6) == dict.fromkeys(range(6))
    assert not together.broken


def test_a_thread_that_is_free_takes_the_next_job_and_no_new_one_starts() -> None:
    crew, names = Crew[int](), set[str]()
    for number in range(5):
        crew.give(number, lambda: names.add(threading.current_thread().name))
        assert crew.next(LONG) == Finished(number, None)
    assert len(names) == 1


def test_what_a_job_raises_is_handed_back_even_where_no_handler_would_catch_it() -> None:
    crew, raised = Crew[str](), KeyboardInterrupt()

    def fail() -> None:
        raise raised

    crew.give("a", fail)
    assert crew.next(LONG) == Finished("a", raised)
    crew.give("b", lambda: None)
    assert crew.next(LONG) == Finished("b", None)


def test_waiting_for_a_job_that_takes_long_ends_with_nothing_and_it_is_still_at_work() -> None:
    crew, may_end = Crew[str](), threading.Event()

    def job() -> None:
        may_end.wait(LONG)

    crew.give("slow", job)
    assert crew.next(0.01) is None
    assert crew.at_work == 1
    may_end.set()
    assert crew.next(LONG) == Finished("slow", None)


def test_threads_end_when_they_are_dismissed_and_never_keep_the_process_alive() -> None:
    crew, threads = Crew[int](), list[threading.Thread]()
    together = threading.Barrier(3)

    def job() -> None:
        threads.append(threading.current_thread())
        together.wait(LONG)

    for number in range(3):
        crew.give(number, job)
    _taken(crew, 3)
    assert all(thread.daemon for thread in threads)
    crew.dismiss()
    for thread in threads:
        thread.join(LONG)
    assert not any(thread.is_alive() for thread in threads)
