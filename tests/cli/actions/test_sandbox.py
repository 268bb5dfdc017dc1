"""`sandbox`: the embedded server on a port, and its data."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import ADDITIVE, PROGRAM, Desk, free_port, served


def test_the_served_sandbox_and_the_one_in_process_have_the_same_data(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with served(desk.folder) as url:
        done = desk.run("--sandbox", "--base-url", url, "apply", "--approve", "additive")
        assert done.returncode == 0, done.stderr
    assert desk.call("--sandbox", "plan", "--detailed-exitcode").exit_code == 0


def test_a_printed_command_goes_to_the_served_sandbox_too(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with served(desk.folder) as url:
        done = desk.run("plan", "-o", "plan.json", RECONCILER_SANDBOX="1", RECONCILER_BASE_URL=url)
        assert done.returncode == 0, done.stderr
        assert f"--sandbox --base-url {url} apply" in desk.run("show", "plan.json").stdout.replace("\\\n   ", "")


def test_the_sandbox_is_seeded_on_first_use_and_kept(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    assert desk.call("--sandbox", "plan", "--detailed-exitcode").exit_code == 0


def test_reset_makes_it_as_new_and_seed_fills_an_empty_one_only(desk: Desk) -> None:
    desk.write(ADDITIVE)
    first = desk.call("--sandbox", "plan").stdout
    desk.call("--sandbox", "apply", "--approve", "additive")
    assert desk.call("sandbox", "seed").exit_code == 1
    assert desk.call("sandbox", "reset").exit_code == 0
    assert desk.call("--sandbox", "plan").stdout == first
    assert desk.call("sandbox", "seed", "--state-dir", "other").exit_code == 0
    assert Path("other", "sandbox.sqlite3").is_file()


def test_two_state_folders_are_two_sandboxes(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    assert desk.call("--sandbox", "--state-dir", "other", "plan", "--detailed-exitcode").exit_code == 2


def test_a_port_that_is_taken_is_a_failure_told_in_words(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = desk.run("sandbox", "serve", "--port", port)
    assert done.returncode == 1
    assert port in done.stderr
    assert "serving the sandbox" not in done.stderr


@pytest.mark.parametrize("content", [b"this is no database", b""])
def test_a_file_that_is_no_store_is_left_as_it_is(desk: Desk, content: bytes) -> None:
    path = desk.write("", ".reconciler/sandbox.sqlite3")
    path.write_bytes(content)
    result = desk.call("--sandbox", "whoami")
    assert result.exit_code == (1 if content else 0)
    assert not content or path.read_bytes() == content


def test_ctrl_c_is_how_the_server_ends(desk: Desk) -> None:
    port = str(free_port())
    process = subprocess.Popen(
        [*PROGRAM, "sandbox", "serve", "--port", port], cwd=desk.folder, env=desk.environment, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    assert port.encode() in process.stderr.readline()
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                break
        signal.sigtimedwait([], 0.05)
    process.send_signal(signal.SIGINT)
    _, output = process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"Traceback" not in output
