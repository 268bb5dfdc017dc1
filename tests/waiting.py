"""Waiting for what must come. No test depends on how long anything takes: a wait ends with the event, and its one limit is only
for what hangs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

HANGING = 180.0
"""Seconds after which something hangs. A loaded machine needs far less, and a test that passes never waits for it to end."""


def wait_until(condition: Callable[[], object], what: str = "what was waited for") -> None:
    """Return as soon as the condition holds; raise AssertionError if it never does."""
    deadline = time.monotonic() + HANGING
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {HANGING:.0f} s"
        time.sleep(0.01)
