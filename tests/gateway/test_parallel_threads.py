"""The threads of reads at once end with what they read: whoever reads many workspaces in one process keeps none of them."""

from __future__ import annotations

import threading

from reconciler.gateway.parallel import ParallelReads

LONG = 20.0
"""Seconds after which a thread has not ended; nothing here takes that long."""


def test_the_threads_of_reads_end_with_their_iteration() -> None:
    reads, threads = ParallelReads(), set[threading.Thread]()
    reads.at_once = 4

    def job() -> None:
        threads.add(threading.current_thread())

    before = set(threading.enumerate())
    list(reads.in_order([job] * 20))
    assert threads - before
    for thread in threads - before:
        thread.join(LONG)
        assert not thread.is_alive()
