"""For all tests: property tests draw the same examples every time, so that a run says the same of the same code.

`HYPOTHESIS_PROFILE=explore` draws new ones, and ten times as many where a test does not say how many; use it to search.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from reconciler.text import API_KEYS, CONNECTION_IDS

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True)
def forget_secrets() -> Iterator[None]:
    """A process has the keys of one run; the tests of a process have the keys of many, which may contain ordinary words."""
    yield
    for secrets in (API_KEYS, CONNECTION_IDS):
        secrets.clear()
