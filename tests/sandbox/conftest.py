"""Fixtures of the sandbox tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.driving import Driver


@pytest.fixture
def sandbox() -> Iterator[Driver]:
    """A sandbox of the profile "live" with an empty workspace."""
    with Driver() as driver:
        yield driver


@pytest.fixture
def studio() -> Iterator[Driver]:
    """A sandbox of the profile "live" with the seeded workspace."""
    with Driver(seeded=True) as driver:
        yield driver
