"""Where a key comes from: two variables for each gateway, or a command that prints it; and what is never shown of it."""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import click
import pytest

from reconciler.cli import key_command
from reconciler.cli.credentials import Credential, find_credential
from reconciler.cli.key_command import MAX_BYTES, run_key_command
from reconciler.cli.settings import REGIONS, Settings
from reconciler.errors import ConfigurationError
from reconciler.gateway import REGIONS as URLS
from reconciler.gateway import KeyKind
from reconciler.text import API_KEYS
from tests.cli.program import Desk, served
from tests.cli.test_settings import EVERY_KEY, recorder, seen

SECRET = "Zk3yThatMustStaySecret42x"


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("MATON_API_KEY", "MATON_ACCESS_TOKEN", "CLOCKIFY_API_KEY", "CLOCKIFY_ADDON_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    run_key_command.cache_clear()
    yield
    run_key_command.cache_clear()
    API_KEYS.clear()


def python(code: str) -> str:
    return shlex.join([sys.executable, "-S", "-c", code])


@pytest.mark.parametrize(
    ("gateway", "variable", "kind"),
    [
        ("maton", "MATON_API_KEY", KeyKind.API_KEY),
        ("maton", "MATON_ACCESS_TOKEN", KeyKind.ACCESS_TOKEN),
        ("clockify", "CLOCKIFY_API_KEY", KeyKind.API_KEY),
        ("clockify", "CLOCKIFY_ADDON_TOKEN", KeyKind.ADDON_TOKEN),
    ],
)
def test_each_variable_is_a_kind_of_key(
    gateway: str, variable: str, kind: KeyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, SECRET)
    assert find_credential(Settings(gateway=gateway)) == Credential(SECRET, kind)
    assert SECRET not in repr(find_credential(Settings(gateway=gateway)))


@pytest.mark.parametrize(("gateway", "names"), [
    ("maton", ("MATON_API_KEY", "MATON_ACCESS_TOKEN")), ("clockify", ("CLOCKIFY_API_KEY", "CLOCKIFY_ADDON_TOKEN")),
])  # fmt: skip
def test_two_keys_of_a_gateway_are_an_error_that_names_both(gateway: str, names: tuple[str, str], desk: Desk) -> None:
    result = desk.call("--gateway", gateway, "whoami", **dict.fromkeys(names, SECRET))
    assert result.exit_code == 1
    assert f"{names[0]} and {names[1]} are both set" in result.stderr
    assert SECRET not in result.output


def test_a_key_command_of_the_environment_and_a_variable_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATON_API_KEY", SECRET)
    with pytest.raises(ConfigurationError, match="RECONCILER_KEY_COMMAND and MATON_API_KEY are both set"):
        find_credential(Settings(key_command="never-run"))


def test_a_key_command_of_the_command_line_overrides_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATON_API_KEY", "of-the-variable")
    command = python(f"print({SECRET!r})")
    found = find_credential(Settings(key_command=command, given={"key_command": command}))
    assert (found.key, found.source) == (SECRET, "key command")


def test_it_runs_once_per_process(desk: Desk) -> None:
    command = python(f"open('runs', 'a').write('x'); print({SECRET!r})")
    assert [run_key_command(command) for _ in range(3)] == [SECRET] * 3
    assert (desk.folder / "runs").read_text(encoding="utf-8") == "x"


def test_it_runs_without_a_shell(desk: Desk) -> None:
    command = f"{python('import sys; print(sys.argv[1])')} '$HOME;touch-me'"
    assert run_key_command(command) == "$HOME;touch-me"
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("'unbalanced " + SECRET, "its quotes do not match"),
        (" ", "it is empty"),
        (f"/no/such/{SECRET}", "cannot run the key command"),
        (python(f"import sys; print({SECRET!r}); sys.stderr.write({SECRET!r}); sys.exit(3)"), "failed (exit code 3)"),
        (python("import os; os.kill(os.getpid(), 9)"), "failed (signal 9)"),
        (python("pass"), "printed nothing"),
        (python(f"print({SECRET!r}, {SECRET!r})"), "printed more than one word"),
        (python(f"import sys; sys.stdout.buffer.write(b'\\xff' + {SECRET!r}.encode())"), "not text"),
        (python(f"print('x' * {MAX_BYTES + 1})"), "more than 64 KiB"),
    ],
    ids=["quotes", "empty", "missing", "fails", "killed", "nothing", "two words", "binary", "long"],
)
def test_a_command_that_gives_no_key_is_an_error_without_its_output(
    command: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run_key_command(command)
    assert message in caught.value.message
    assert SECRET not in f"{caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"
    assert SECRET not in "".join(capfd.readouterr())


def test_a_command_that_does_not_end_is_stopped() -> None:
    with pytest.raises(ConfigurationError, match=r"did not finish within 0\.05 s"):
        run_key_command(python("import time; time.sleep(600)"), seconds=0.05)


class Silent:
    """A process that closed its stdout with `output`, and does not end."""

    def __init__(self, output: bytes) -> None:
        self.stdout, self.calls = io.BytesIO(output), list[str]()

    def wait(self, timeout: float | None = None) -> int:
        self.calls.append("wait")
        if timeout is not None:
            raise subprocess.TimeoutExpired("it", timeout)
        return -9

    def kill(self) -> None:
        self.calls.append("kill")


class Reading:
    """A thread that does not end: something else holds the other end of its pipe."""

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass

    def join(self, _: float) -> None:
        pass

    def is_alive(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("thread", "calls", "is_closed"),
    [(threading.Thread, ["wait", "kill", "wait"], True), (Reading, ["kill", "kill", "wait"], False)],
    ids=["the process stays", "the pipe stays open"],
)
def test_a_command_that_leaves_a_process_behind_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
    thread: type,
    calls: list[str],
    is_closed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    process = Silent(SECRET.encode())
    monkeypatch.setattr(
        key_command, "subprocess", SimpleNamespace(**{**vars(subprocess), "Popen": lambda *_, **__: process})
    )
    monkeypatch.setattr(key_command, "threading", SimpleNamespace(Thread=thread))
    with pytest.raises(ConfigurationError, match=r"did not finish within 2 s"):
        run_key_command("a-program", seconds=2)
    assert (process.calls, process.stdout.closed) == (calls, is_closed)


def test_the_key_of_a_command_is_sent_and_shown_nowhere(desk: Desk) -> None:
    command = python(f"print({SECRET!r})")
    with recorder() as (url, sent):
        result = desk.call("-v", "--base-url", url, "--key-command", command, "whoami")
    assert result.exit_code == 1
    assert set(sent) == {f"Bearer {SECRET}"}
    assert SECRET not in result.output


@pytest.mark.parametrize("words", [["--sandbox"], ["--gateway", "sandbox"]])
def test_a_sandbox_gets_no_key_of_a_key_command(words: list[str]) -> None:
    assert seen(*words, "group", "leaf", RECONCILER_KEY_COMMAND="maton token").key_command == ""
    with pytest.raises(click.UsageError, match="exclude each other"):
        seen(*words, "--key-command", "maton token", "group", "leaf")


def test_a_printed_command_leaves_the_key_command_out() -> None:
    found = seen("--key-command", f"echo {SECRET}", "--workspace", "W", "group", "leaf")
    assert found.command("plan") == "reconciler --workspace W plan"
    assert found.key_command == f"echo {SECRET}"


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_a_base_url_of_clockify(region: str) -> None:
    assert seen("--gateway", "clockify", "--region", region, "group", "leaf").base_url == URLS[region]
    assert seen("--gateway", "clockify", "group", "leaf", RECONCILER_REGION=region).base_url == URLS[region]
    assert set(URLS) == set(REGIONS)


@pytest.mark.parametrize(
    ("words", "variables", "message"),
    [
        ("--region eu", {}, "--region and default gateway maton exclude each other"),
        ("--sandbox --region eu", {}, "--region and --sandbox exclude each other"),
        ("--gateway clockify --region eu --base-url https://a.clockify.me", {}, "--region and --base-url exclude each other"),
        ("", {"RECONCILER_REGION": "eu"}, "RECONCILER_REGION and default gateway maton exclude each other"),
    ],
)  # fmt: skip
def test_a_region_goes_with_clockify_alone(words: str, variables: dict[str, str], message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        seen(*words.split(), "group", "leaf", **variables)
    assert caught.value.message == message


def test_the_command_line_overrides_a_region_or_an_address_of_the_environment() -> None:
    clockify = ("--gateway", "clockify")
    address = "https://acme.clockify.me"
    assert seen(*clockify, "--base-url", address, "group", "leaf", RECONCILER_REGION="eu").base_url == address
    assert seen(*clockify, "--region", "us", "group", "leaf", RECONCILER_BASE_URL=address).base_url == URLS["us"]
    assert seen("--gateway", "maton", "group", "leaf", RECONCILER_REGION="eu").base_url == ""


@pytest.mark.parametrize(
    ("variable", "key", "code", "advice"),
    [
        ("CLOCKIFY_API_KEY", "of-the-sandbox", 0, ""),
        ("CLOCKIFY_ADDON_TOKEN", "of-the-sandbox", 0, ""),
        ("CLOCKIFY_API_KEY", "another-key", 1, "set CLOCKIFY_API_KEY to a valid key"),
        ("CLOCKIFY_ADDON_TOKEN", "another-key", 1, "set CLOCKIFY_ADDON_TOKEN to a valid key"),
    ],
)
def test_clockify_is_reached_directly_with_either_key(
    variable: str, key: str, code: int, advice: str, desk: Desk
) -> None:
    with served(desk.folder, key="of-the-sandbox") as url:
        result = desk.call("--gateway", "clockify", "--base-url", url, "whoami", **{variable: key})
    assert result.exit_code == code, result.stderr
    assert advice in result.stderr
    assert ("--region" in result.stderr) is bool(code)


def test_an_account_key_still_never_goes_to_a_sandbox() -> None:
    assert find_credential(Settings(gateway="sandbox", base_url="http://127.0.0.1:1")).key not in EVERY_KEY.values()
