"""A desk in an empty folder, for every test of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import connect
from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.sandbox import Store, Switches, create_app
from tests.cli.altered_answers import Service, service
from tests.cli.embedded import Embedded, embedded
from tests.cli.program import Desk
from tests.seeded import seed


def _unlimited(store: Store) -> Any:
    """The sandbox of the state folder without a limit of its own: the pace of a client that does not wait is none."""
    return create_app(store, Switches(rate="off"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder of its own, which is the current one. Commands of this process pace themselves without waiting."""
    real = Interrupt.pause
    monkeypatch.setattr(Interrupt, "pause", lambda interrupt, _: real(interrupt, 0))
    monkeypatch.setattr(connect, "create_app", _unlimited)
    monkeypatch.setattr(connect, "seed", seed)
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
