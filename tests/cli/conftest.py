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
from tests.secrets_in_use import IN_USE
from tests.seeded import seed


def _unlimited(store: Store) -> Any:
    """The sandbox of the state folder without a limit of its own: the pace of a client that does not wait is none."""
    return create_app(store, Switches(rate="off"))


@pytest.fixture(autouse=True)
def secrets_search(request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No output, log, traceback or file of a test has a key, a token or a session link in it.

    The link that a terminal shows once, for its person to open, is no leak: tests of that use the fixture `link_on_terminal`.
    """
    request.getfixturevalue("forget_secrets")  # which forgets after this search
    IN_USE.clear()
    yield
    IN_USE.saw("log", caplog.text)
    found = [] if "link_on_terminal" in request.fixturenames else sorted({*IN_USE.leaks(tmp_path)})
    assert not found, f"a key, a token or a session link is in: {', '.join(found)}"


@pytest.fixture
def link_on_terminal() -> None:
    """The test is about the link that a terminal shows, and looks for it itself."""


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
