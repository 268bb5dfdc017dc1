"""The threads of a run end with it: whoever applies many plans in one process keeps none of them."""

from __future__ import annotations

import threading

from tests.sandbox_client import Stage

LONG = 20.0
"""Seconds after which a test gives up; nothing here takes that long."""


def test_a_run_that_has_ended_leaves_no_thread_behind() -> None:
    with Stage() as stage:
        before = set(threading.enumerate())
        assert stage.apply({"tags": ["a", "b"]}).exit_code == 0
        for thread in set(threading.enumerate()) - before:
            thread.join(LONG)
            assert not thread.is_alive()
