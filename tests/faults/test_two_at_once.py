"""Two applies at the same time: one state folder lets one through; two folders end in one state, each object made once."""

from __future__ import annotations

import getpass
import itertools
import json
import signal
import socket
import threading

import pytest

from tests.faults.commands import counterdesk, wait_until
from tests.faults.http_server import Visitor, welcome
from tests.faults.invariants import created_once, is_reached, only_planned
from tests.faults.scenario_server import world


def test_a_second_apply_in_the_same_folder_is_refused_and_told_whose_the_first_is() -> None:
    with counterdesk(world("inline")) as desk:
        may_go_on = threading.Event()

        def hold(number: int, _name: str) -> bool:
            return number != 20 or may_go_on.wait(20)

        desk.gate.before = hold
        first = desk.start()
        wait_until(lambda: desk.gate.count > 20)
        lock = json.loads((desk.folder / "state" / "lock").read_text())
        second = desk.start()
        _, shown = second.communicate(timeout=25)
        may_go_on.set()
        assert second.returncode == 3
        for word in (getpass.getuser(), f"process {first.pid}", socket.gethostname(), lock["since"]):
            assert word in shown
        assert "Traceback" not in shown
        assert desk.ended(first).exit_code == 0
        assert is_reached(desk.office)


def test_the_lock_of_a_killed_run_is_no_obstacle_and_is_mentioned() -> None:
    with counterdesk(world("inline")) as desk:
        first = desk.start()

        def kill(number: int, _name: str) -> bool:
            if number == 30:
                first.send_signal(signal.SIGKILL)
                first.wait(20)
            return number != 30

        desk.gate.before = kill
        assert desk.ended(first).exit_code is None
        assert (desk.folder / "state" / "lock").read_text()
        desk.gate.before = welcome
        second = desk.apply()
        assert second.exit_code == 0
        assert f"the previous run did not exit cleanly; resuming it ({getpass.getuser()}" in second.error
        assert f"process {first.pid} on {socket.gethostname()}" in second.error
        assert is_reached(desk.office)


def _after_both_have_read() -> Visitor:
    """Holds writes until both programs have read all: each asks once who it is, right before its first write."""
    asked = itertools.count(1)
    both = threading.Event()

    def hold(_number: int, name: str) -> bool:
        if name.endswith("/user") and next(asked) == 2:
            both.set()
        return name.startswith("GET") or both.wait(20)

    return hold


@pytest.mark.parametrize("head_start", [None, 40])
def test_two_folders_before_one_server_end_in_one_state_with_everything_made_once(head_start: int | None) -> None:
    with counterdesk(world("inline")) as desk:
        if head_start is None:
            desk.gate.before = _after_both_have_read()
        one = desk.start("one")
        if head_start is not None:
            wait_until(lambda: desk.gate.count >= head_start)
        both = one, desk.start("two")
        ends = [process.communicate(timeout=25)[1] for process in both]
        assert {process.returncode for process in both} <= {0, 3, 4}, ends
        assert not any("Traceback" in shown or "internal error" in shown for shown in ends)
        desk.gate.before = welcome
        for state in ("one", "two"):
            last = desk.start(state)
            shown = last.communicate(timeout=25)
            assert last.returncode == 0, (state, ends, shown)
        assert is_reached(desk.office)
        office = desk.office
        log, after = list(office.app.state.log), office.store.snapshot(office.world.workspace_id)
        writes = [logged for logged in log if logged.method != "GET"]
        assert [*created_once(writes, after, office.world), *only_planned(writes, after, office.world)] == []
        assert after["time_entries"] == office.world.before["time_entries"]
