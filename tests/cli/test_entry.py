"""How the program starts and ends, within this process: the entry points, completion, and failures that click reports."""

from __future__ import annotations

import runpy

import click
import pytest

from reconciler.cli.actions import whoami
from reconciler.cli.main import COMMANDS, main, root
from reconciler.version import __version__
from tests.cli.program import Desk


def test_the_console_script_ends_with_the_code_of_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["reconciler", "--version"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    assert capsys.readouterr().out == f"reconciler {__version__}\n"


def test_the_package_runs_as_the_same_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["anything", "quux"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("reconciler", run_name="__main__")
    assert end.value.code == 64
    assert capsys.readouterr().err.startswith("error: no such command: quux\n")
    runpy.run_module("reconciler.__main__", run_name="not main")  # an import alone runs nothing


def test_completion_offers_commands_with_their_summaries_and_options() -> None:
    offered = root.shell_complete(click.Context(root), "pl")
    assert [(item.value, item.help) for item in offered] == [("plan", COMMANDS["plan"])]
    assert [item.value for item in root.shell_complete(click.Context(root), "")] == list(COMMANDS)
    assert "--sandbox" in {item.value for item in root.shell_complete(click.Context(root), "--")}


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (click.Abort(), 130, "interrupted\n"),
        (click.ClickException("odd \x1b[31m"), 1, "error: odd \\u{1b}[31m\n"),
        (click.FileError("a file", "gone"), 1, "error: Could not open file 'a file': gone\n"),
    ],
    ids=["Ctrl-C", "abort", "of click", "file"],
)
def test_what_click_raises_is_an_exit_code_and_a_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, message: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(whoami, "show_user", fail)
    result = desk.call("--sandbox", "whoami")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.lstrip("\n") == message


def test_a_second_ctrl_c_right_after_the_first_one_is_no_traceback(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(whoami, "show_user", interrupt)
    monkeypatch.setattr(click.core, "echo", interrupt)
    result = desk.call("--sandbox", "whoami")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "interrupted\n")
