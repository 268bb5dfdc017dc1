"""The cycle collector: off for the length of a command, on for a server, and for a caller as it was."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from reconciler import collector
from reconciler.cli import main as program
from reconciler.cli.actions import sandbox
from tests.cli.program import Desk


def test_a_command_runs_without_the_collector_to_the_end_of_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(gc, "freeze", lambda: seen.append("frozen"))

    def run() -> None:
        seen.append(gc.isenabled())
        raise SystemExit(3)

    monkeypatch.setattr(program.root, "main", run)
    with pytest.raises(SystemExit) as end:
        program.main()
    assert seen == [False, "frozen"]
    assert end.value.code == 3
    assert not gc.isenabled()  # what is left to do would only start a last collection of everything


def test_a_server_has_the_collector_on(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(sandbox, "serve", lambda *_, **__: seen.append(gc.isenabled()))
    collector.switch_off()
    assert desk.call("sandbox", "serve", "--port", "0").exit_code == 0
    assert seen == [True]
    assert not gc.isenabled()


def test_what_is_there_is_left_out_and_a_collector_that_was_on_stays_on(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    with collector.switched_on():
        assert gc.isenabled()
    assert (gc.isenabled(), frozen) == (True, [True])


def test_a_pause_ends_as_it_began() -> None:
    with collector.without_gc():
        assert not gc.isenabled()
        with collector.without_gc():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
