"""Two concurrent applies: the lock of a state directory admits one; with two directories every object is created once."""

from __future__ import annotations

import getpass
import itertools
import json
import signal
import socket
import threading

import pytest

from tests.faults.commands import command_runner
from tests.faults.http_server import RequestHook, allow
from tests.faults.invariants import creation_problems, is_reached, unplanned_problems
from tests.faults.scenario_server import scenario_server
from tests.waiting import HANGING, wait_until

pytestmark = pytest.mark.slow


def test_a_second_apply_in_the_same_state_directory_is_refused_and_names_the_first() -> None:
    with command_runner(scenario_server("inline")) as runner:
        may_continue = threading.Event()

        def hold(number: int, _name: str) -> bool:
            return number != 20 or may_continue.wait(HANGING)

        runner.gate.before = hold
        first = runner.start()
        wait_until(lambda: runner.gate.count > 20)
        lock = json.loads((runner.folder / "state" / "lock").read_text())
        second = runner.start()
        _, output = second.communicate(timeout=HANGING)
        may_continue.set()
        assert second.returncode == 3
        for word in (getpass.getuser(), f"process {first.pid}", socket.gethostname(), lock["since"]):
            assert word in output
        assert "Traceback" not in output
        assert runner.wait_for(first).exit_code == 0
        assert is_reached(runner.state_folder)


def test_the_lock_of_a_killed_run_is_taken_over_and_reported() -> None:
    with command_runner(scenario_server("inline")) as runner:
        first = runner.start()

        def kill(number: int, _name: str) -> bool:
            if number == 30:
                first.send_signal(signal.SIGKILL)
                first.wait(HANGING)
            return number != 30

        runner.gate.before = kill
        assert runner.wait_for(first).exit_code is None
        assert (runner.folder / "state" / "lock").read_text()
        runner.gate.before = allow
        second = runner.apply()
        assert second.exit_code == 0
        assert getpass.getuser() in second.error
        assert f"process {first.pid} on {socket.gethostname()}" in second.error
        assert is_reached(runner.state_folder)


def _after_both_have_read() -> RequestHook:
    """Holds writes until both programs have finished reading: each requests the user right before its first write."""
    user_requests = itertools.count(1)
    both = threading.Event()

    def hold(_number: int, name: str) -> bool:
        if name.endswith("/user") and next(user_requests) == 2:
            both.set()
        return name.startswith("GET") or both.wait(HANGING)

    return hold


@pytest.mark.parametrize("head_start", [None, 40])
def test_two_state_directories_with_one_server_create_every_object_once(head_start: int | None) -> None:
    with command_runner(scenario_server("inline")) as runner:
        if head_start is None:
            runner.gate.before = _after_both_have_read()
        one = runner.start("one")
        if head_start is not None:
            wait_until(lambda: runner.gate.count >= head_start)
        both = one, runner.start("two")
        errors = [process.communicate(timeout=HANGING)[1] for process in both]
        assert {process.returncode for process in both} <= {0, 3, 4}, errors
        assert not any("Traceback" in error or "defect" in error for error in errors)
        runner.gate.before = allow
        for state in ("one", "two"):
            last = runner.start(state)
            output = last.communicate(timeout=HANGING)
            assert last.returncode == 0, (state, errors, output)
        assert is_reached(runner.state_folder)
        state_folder = runner.state_folder
        log, after = list(state_folder.app.state.log), state_folder.store.snapshot(state_folder.server.workspace_id)
        writes = [logged for logged in log if logged.method != "GET"]
        assert [
            *creation_problems(writes, after, state_folder.server),
            *unplanned_problems(writes, after, state_folder.server),
        ] == []
        assert after["time_entries"] == state_folder.server.before["time_entries"]
