"""`sandbox`: the embedded server on a port, and its data."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.actions import sandbox as action
from reconciler.sandbox import dump
from tests.cli.program import ADDITIVE, PROGRAM, Desk, restore_sigint, served
from tests.waiting import HANGING, wait_until


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
        done = desk.call("sandbox", "serve", "--port", port)
    assert done.exit_code == 1
    assert port in done.stderr
    assert "serving the sandbox" not in done.stderr


@pytest.mark.parametrize("content", [b"this is no database", b""])
def test_a_file_that_is_no_store_is_left_as_it_is(desk: Desk, content: bytes) -> None:
    path = desk.write("", ".reconciler/sandbox.sqlite3")
    path.write_bytes(content)
    result = desk.call("--sandbox", "whoami")
    assert result.exit_code == (1 if content else 0)
    assert not content or path.read_bytes() == content


@pytest.mark.slow
def test_the_served_sandbox_and_the_one_in_process_have_the_same_data_and_ctrl_c_ends_the_server(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    process = subprocess.Popen(
        [*PROGRAM, "sandbox", "serve", "--port", port],
        cwd=desk.folder,
        env=desk.environment,
        stderr=subprocess.PIPE,
        preexec_fn=restore_sigint,  # noqa: PLW1509 - it affects only the child, before any thread of it exists
    )
    try:
        assert process.stderr is not None
        assert port.encode() in process.stderr.readline()
        wait_until(lambda: process.poll() is not None or answers(port), "the server's start")
        aim = ["--sandbox", "--base-url", f"http://127.0.0.1:{port}"]
        done = desk.call(*aim, "apply", "--approve", "additive")
        process.send_signal(signal.SIGINT)
        _, output = process.communicate(timeout=HANGING)
    finally:
        process.kill()
    assert done.exit_code == 0, done.stderr
    assert process.returncode == 0
    assert b"Traceback" not in output
    assert desk.call("--sandbox", "plan", "--detailed-exitcode").exit_code == 0


def answers(port: str) -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def test_a_printed_command_goes_to_the_served_sandbox_too(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with served(desk.folder) as url:
        done = desk.call("plan", "-o", "plan.json", RECONCILER_SANDBOX="1", RECONCILER_BASE_URL=url)
        assert done.exit_code == 0, done.stderr
        assert f"--sandbox --base-url {url} apply" in desk.call("show", "plan.json").stdout.replace("\\\n   ", "")


@pytest.mark.parametrize(
    ("host", "authority"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("localhost", "localhost")]
)
@pytest.mark.parametrize("key", [[], ["--key", "0pen-sesame"], ["--switch", "key=0pen-sesame"]])
def test_serving_prints_how_to_use_it_and_serves_with_the_switches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, host: str, authority: str, key: list[str]
) -> None:
    served_with: list[Any] = []

    def listen(*place: object) -> FreePort:
        served_with.append(place)
        return FreePort()

    monkeypatch.setattr(action, "listen", listen)
    monkeypatch.setattr(action, "create_app", lambda _, switches, **__: switches)
    monkeypatch.setattr(action, "serve", lambda switches, *_, **__: served_with.append(switches))
    words = ["--host", host, "--port", "0", "--switch", "rate=off", "--switch", "language=es"]
    result = desk.call("sandbox", "serve", *words, *key)
    assert result.exit_code == 0, result.stderr
    [place, switches] = served_with
    assert place == (host, 0)
    assert (switches.key, switches.rate, switches.language) == ("0pen-sesame" if key else "", "off", "es")
    lines = result.stderr.splitlines()
    assert lines[:2] == [
        f"serving the sandbox at http://{authority}:8123; stop it with Ctrl-C. To use it:",
        f"  reconciler --sandbox --base-url http://{authority}:8123 whoami",
    ]
    assert lines[2:] == (["set RECONCILER_SANDBOX_KEY to the required key first"] if key else [])


class FreePort(contextlib.AbstractContextManager["FreePort"]):
    """A socket that listens on port 8123, without one."""

    def getsockname(self) -> tuple[str, int]:
        return "", 8123

    def __exit__(self, *_: object) -> None:
        pass


def test_a_server_that_does_not_start_is_a_failure_told_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SystemExit(3)

    monkeypatch.setattr(action, "serve", fail)
    monkeypatch.setattr(action, "listen", lambda *_: FreePort())
    result = desk.call("sandbox", "serve", "--port", "8123")
    assert result.exit_code == 1
    assert result.stderr.endswith("error: cannot serve at http://127.0.0.1:8123\n")


def test_the_ready_file_is_there_as_long_as_requests_are_accepted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def serve(app: Any, _: object, *, on_ready: Any, on_end: Any) -> None:
        on_ready()
        seen.append(json.loads(Path("ready.json").read_text(encoding="utf-8")))
        seen.append(len(app.state.store.records("workspace")))
        on_end()

    monkeypatch.setattr(action, "serve", serve)
    words = ["--port", "0", "--store", ":memory:", "--ready-file", "ready.json"]
    assert desk.call("sandbox", "serve", *words).exit_code == 0
    ready, workspaces = seen
    url = ready["url"]
    assert ready == {
        "url": url,
        "port": int(url.rpartition(":")[2]),
        "pid": os.getpid(),
        "clockify": f"{url}/api/v1",
        "maton": f"{url}/clockify/api/v1",
        "control": f"{url}/_sandbox",
    }
    assert workspaces == 2
    assert not Path("ready.json").exists()
    assert not Path(".reconciler").exists()


def test_without_a_ready_file_a_filled_sandbox_is_served_as_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.call("--sandbox", "whoami").exit_code == 0
    before = desk.call("sandbox", "dump").stdout
    served: list[Any] = []

    def serve(app: Any, _: object, *, on_ready: Any, on_end: Any) -> None:
        on_ready()
        served.append(dump(app.state.store))
        on_end()

    monkeypatch.setattr(action, "serve", serve)
    assert desk.call("sandbox", "serve", "--port", "0").exit_code == 0
    assert served == [json.loads(before)]
    assert [path.name for path in desk.folder.iterdir()] == [".reconciler"]


def test_a_state_folder_that_cannot_be_made_is_named(desk: Desk) -> None:
    desk.write("", "file")
    result = desk.call("--sandbox", "--state-dir", "file/below", "whoami")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: cannot create the folder file/below: ")


def test_a_dump_seeds_another_sandbox_with_the_same_content(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    first = desk.call("sandbox", "dump")
    assert desk.call("sandbox", "dump", "-o", "studio.json").exit_code == 0
    assert Path("studio.json").read_text(encoding="utf-8") == first.stdout
    assert "session_token" not in first.stdout
    assert desk.call("sandbox", "seed", "studio.json", "--state-dir", "other").exit_code == 0
    assert desk.call("sandbox", "dump", "--state-dir", "other").stdout == first.stdout
    assert desk.call("sandbox", "reset").exit_code == 0
    assert desk.call("sandbox", "dump").stdout != first.stdout
    assert desk.call("sandbox", "reset", "studio.json").exit_code == 0
    assert desk.call("sandbox", "dump").stdout == first.stdout
    names: list[Any] = []
    monkeypatch.setattr(action, "serve", lambda app, *_, **__: names.append(dump(app.state.store)))
    served = ["sandbox", "serve", "--port", "0", "--seed", "studio.json"]
    assert desk.call(*served, "--store", ":memory:").exit_code == 0
    assert names == [json.loads(first.stdout)]
    refused = desk.call(*served)
    assert refused.exit_code == 1
    assert "already has data" in refused.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "not JSON"), ("{}", "format is missing"), ('{"format": "x", "users": []}', "format must be reconciler-sandbox/1")],
)  # fmt: skip
def test_an_invalid_document_changes_nothing(desk: Desk, text: str, message: str) -> None:
    before = desk.call("sandbox", "dump").stdout
    Path("odd.json").write_text(text, encoding="utf-8")
    for words in (["reset", "odd.json"], ["seed", "odd.json"], ["serve", "--seed", "odd.json", "--port", "0"]):
        result = desk.call("sandbox", *words)
        assert result.exit_code == 1
        assert message in result.stderr
    assert desk.call("sandbox", "dump").stdout == before


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "schlüssel"])
def test_a_key_that_no_client_can_send_is_a_usage_error(desk: Desk, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr(action, "serve", lambda *_, **__: None)
    result = desk.call("sandbox", "serve", "--port", "0", "--key", key)
    assert (result.exit_code, result.stdout) == (64, "")
    assert "--key" in result.stderr


@pytest.mark.parametrize(
    "words",
    [("--switch", "nonsense"), ("--switch", "rate=fast"), ("--key", "a b"), ("--key", ""), ("--host", "192.0.2.1")],
)
def test_what_cannot_be_served_is_a_usage_error(desk: Desk, words: tuple[str, str]) -> None:
    result = desk.call("sandbox", "serve", "--port", "0", *words)
    assert result.exit_code == 64
    assert words[0] in result.stderr
