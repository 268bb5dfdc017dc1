"""Tests that leave a secret behind, each in another place: `tests/test_secrets.py` runs them, and each must fail at its end."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import click
import pexpect
import pytest
from click.testing import CliRunner

from reconciler.errors import ConfigurationError
from reconciler.gateway import GatewayConfig
from reconciler.sandbox import Switches
from reconciler.text import API_KEYS
from tests.sandbox.driving import Driver

KEY = "planted-k3y-of-a-test"


@pytest.fixture
def in_use() -> None:
    API_KEYS.add(KEY)


@pytest.fixture
def prints_at_its_end() -> Iterator[None]:
    yield
    print(KEY)  # noqa: T201 - what is planted


def _program(*words: str) -> list[str]:
    return [
        sys.executable,
        "-S",
        "-c",
        "import sys; sys.stdout.write(sys.argv[1]); sys.stderr.write(sys.argv[2])",
        *words,
    ]


@click.command
@click.argument("word")
def _echo(word: str) -> None:
    click.echo(word)
    click.echo("nothing", err=True)


@click.command
def _fail() -> None:
    raise RuntimeError(KEY)


@pytest.mark.usefixtures("in_use")
class TestPlaces:
    def test_stdout(self) -> None:
        sys.stdout.write(KEY)

    def test_stderr(self) -> None:
        sys.stderr.write(KEY)

    def test_log(self) -> None:
        logging.getLogger("planted").warning("with %s", KEY)

    @pytest.mark.usefixtures("prints_at_its_end")
    def test_fixture(self) -> None:
        pass

    def test_captured(self, capsys: pytest.CaptureFixture[str]) -> None:
        sys.stdout.write(KEY)
        assert capsys.readouterr().out

    def test_error(self) -> None:
        with pytest.raises(ConfigurationError):
            raise ConfigurationError("refused", hint=f"not {KEY}")

    def test_cause(self) -> None:
        with pytest.raises(ConfigurationError):
            raise ConfigurationError("refused") from ValueError(KEY)

    def test_file(self, tmp_path: Path) -> None:
        (tmp_path / "runs").mkdir()
        (tmp_path / "runs" / "journal.jsonl").write_text(f'{{"key": "{KEY}"}}', encoding="utf-8")

    def test_file_name(self, tmp_path: Path) -> None:
        (tmp_path / f"{KEY}.json").touch()

    def test_sandbox_data(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "sandbox.sqlite3") as data:
            data.execute("create table texts (text)")
            data.execute("insert into texts values (?)", [KEY])
        data.close()

    def test_deleted_folder(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            Path(name, "plan.json").write_text(KEY, encoding="utf-8")

    def test_process_stdout(self) -> None:
        subprocess.run(_program(KEY, ""), capture_output=True, check=True)

    def test_process_stderr(self) -> None:
        with subprocess.Popen(_program("", KEY), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            process.communicate()

    def test_terminal(self) -> None:
        child = pexpect.spawn(sys.executable, _program(KEY[:9], KEY[9:])[1:], encoding="utf-8", timeout=60)
        child.expect(pexpect.EOF)
        child.close()

    def test_command(self) -> None:
        CliRunner().invoke(_echo, [b64encode(f"user:{KEY}".encode()).decode()])

    def test_traceback(self) -> None:
        CliRunner().invoke(_fail)


class TestSources:
    """Where a key comes from, without anything else that knows it."""

    @pytest.fixture(autouse=True)
    def _printed(self) -> Iterator[None]:
        yield
        sys.stdout.write(KEY)

    def test_configuration(self) -> None:
        GatewayConfig("maton", key=KEY)

    def test_switches(self) -> None:
        Switches.parse(f"key={KEY}")

    @pytest.mark.parametrize("header", ["X-Api-Key", "X-Addon-Token", "Authorization"])
    def test_request_to_a_sandbox(self, header: str) -> None:
        path = "/clockify/api/v1/user" if header == "Authorization" else "/api/v1/user"
        with Driver() as sandbox:
            sandbox("GET", path, headers={header: f"Bearer {KEY}" if header == "Authorization" else KEY})

    @pytest.mark.parametrize(
        "variable", ["MATON_API_KEY", "MATON_ACCESS_TOKEN", "CLOCKIFY_API_KEY", "CLOCKIFY_ADDON_TOKEN"]
    )
    def test_environment_of_a_command(self, variable: str) -> None:
        CliRunner(env={variable: KEY}).invoke(_echo, ["nothing"])

    def test_environment_of_this_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RECONCILER_SANDBOX_KEY", KEY)
        CliRunner().invoke(_echo, ["nothing"])

    def test_environment_of_a_process(self) -> None:
        subprocess.run(_program("", ""), env={"MATON_API_KEY": KEY}, capture_output=True, check=True)

    def test_environment_of_a_terminal(self) -> None:
        child = pexpect.spawn(sys.executable, _program("", "")[1:], env={"MATON_API_KEY": KEY}, timeout=60)
        child.expect(pexpect.EOF)
        child.close()

    def test_cleared(self) -> None:
        """A test that forgets the keys of the process does not hide them from the search."""
        API_KEYS.add(KEY)
        API_KEYS.clear()

    def test_short(self) -> None:
        """A key of seven characters can not be looked for: it is refused."""
        GatewayConfig("maton", key="abcdefg")


class TestClean:
    """Nothing is found here."""

    def test_nothing_is_in_use(self) -> None:
        sys.stdout.write(KEY)

    @pytest.mark.usefixtures("in_use")
    def test_another_text(self, tmp_path: Path) -> None:
        sys.stdout.write(KEY[:-1])
        (tmp_path / "plan.json").write_text(KEY[1:], encoding="utf-8")

    @pytest.mark.usefixtures("in_use")
    def test_the_link_of_a_connection_in_the_data_of_a_sandbox(self, tmp_path: Path) -> None:
        (tmp_path / "sandbox.sqlite3").write_text(f"https://x/?session_token={KEY}&app=clockify", encoding="utf-8")

    @pytest.mark.usefixtures("in_use", "link_on_terminal")
    def test_the_link_on_a_terminal(self) -> None:
        child = pexpect.spawn(sys.executable, _program(KEY, "")[1:], encoding="utf-8", timeout=60)
        child.expect(pexpect.EOF)
        child.close()

    @pytest.mark.usefixtures("short_key")
    def test_a_key_that_is_meant_to_be_short(self) -> None:
        sys.stdout.write(GatewayConfig("maton", key="a").key)


@pytest.mark.usefixtures("in_use")
class TestSharedFolder:
    """At the end: a folder that is not of one test alone is searched after each test of the module."""

    def test_other_folder(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        (tmp_path_factory.mktemp("shared") / "shared.json").write_text(KEY, encoding="utf-8")

    def test_folder_of_a_test_before(self) -> None:
        pass
