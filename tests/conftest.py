"""For all tests: property tests draw the same examples every time, so that a run says the same of the same code.

`HYPOTHESIS_PROFILE=explore` draws new ones, and ten times as many where a test does not say how many; use it to search.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from reconciler.text import API_KEYS, CONNECTION_IDS

# How long an example takes says how loaded the machine is, and nothing of the code.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", _UNTIMED, derandomize=True)
settings.register_profile("explore", _UNTIMED, derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


_ALL_SLOW = re.compile(r"^pytestmark = .*\bslow\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a module of slow tests where they are left out: some play whole runs to know their cases."""
    if config.option.markexpr != "not slow" or not re.fullmatch(r"test_\w+\.py", collection_path.name):
        return None
    return True if _ALL_SLOW.search(collection_path.read_text(encoding="utf-8")) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests and all modules stay until the end: the collector of garbage need not look at them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(autouse=True)
def forget_secrets() -> Iterator[None]:
    """A process has the keys of one run; the tests of a process have the keys of many, which may contain ordinary words."""
    yield
    for secrets in (API_KEYS, CONNECTION_IDS):
        secrets.clear()
