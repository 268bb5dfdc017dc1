"""A desk in an empty folder, for every test of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.altered_plans import Service, service
from tests.cli.embedded import Embedded, embedded
from tests.cli.program import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder of its own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


@pytest.fixture
def studio(desk: Desk) -> Iterator[Service]:
    """A served sandbox with the lived-in workspace."""
    with service(desk.folder) as found:
        yield found


@pytest.fixture
def sandbox(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedded]:
    """A sandbox within this process, with an empty workspace."""
    with embedded(desk, monkeypatch) as found:
        yield found
