"""The memory that the tests of one mutant may take: a loop that never ends also fills lists."""

from __future__ import annotations

import resource

BYTES = 8 << 30
"""Address space of a process, far more than any test takes."""


def limit_memory() -> None:
    """Let this process, and those it starts, fail with MemoryError where they take more: a test that does has failed."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = BYTES if hard == resource.RLIM_INFINITY else min(BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
