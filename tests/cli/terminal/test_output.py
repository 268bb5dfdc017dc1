"""Colours where they are wanted, the result on standard output, everything else on standard error."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import has_color, screen_of
from reconciler.render.width import width
from tests.cli.program import ADDITIVE, ANSI, EXAMPLE, Desk, finished


@pytest.mark.slow
def test_a_pipe_gets_no_colours_and_80_columns(desk: Desk) -> None:
    desk.write(EXAMPLE.read_text(encoding="utf-8"))
    done = desk.run("--sandbox", "plan", COLUMNS="200")
    assert "\x1b" not in done.stdout + done.stderr
    assert max(map(width, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("columns", [80, pytest.param(120, marks=pytest.mark.slow)])
def test_a_terminal_gets_colours_and_lines_that_fit(desk: Desk, columns: int) -> None:
    desk.write(EXAMPLE.read_text(encoding="utf-8"))
    with desk.terminal("--sandbox", "plan", columns=columns) as child:
        code, shown = finished(child)
    assert code == 0
    assert "\x1b[32m" in shown
    lines = [ANSI.sub("", line) for line in shown.splitlines()]
    assert not any("\x1b" in line for line in lines)
    assert max(map(width, lines)) <= columns
    assert "+ create" in "\n".join(lines)


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        ([], {"RECONCILER_NO_COLOR": "1"}),
        (["--no-color"], {"FORCE_COLOR": "1"}),
        # Which of them decides is a table below, in this process.
        pytest.param(["--no-color"], {}, marks=pytest.mark.slow),
        pytest.param([], {"NO_COLOR": "1"}, marks=pytest.mark.slow),
        pytest.param([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, marks=pytest.mark.slow),
        pytest.param([], {"TERM": "dumb"}, marks=pytest.mark.slow),
    ],
)
def test_colours_can_be_turned_off(desk: Desk, options: list[str], environment: dict[str, str]) -> None:
    desk.write(ADDITIVE)
    desk.call("--sandbox", "plan", "-o", "plan.json")
    with desk.terminal(*options, "show", "plan.json", environment=environment) as child:
        code, shown = finished(child)
    assert code == 0
    assert "create" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("name", ["FORCE_COLOR", pytest.param("CLICOLOR_FORCE", marks=pytest.mark.slow)])
def test_colours_can_be_forced_into_a_pipe(desk: Desk, name: str) -> None:
    desk.write(ADDITIVE)
    desk.call("--sandbox", "plan", "-o", "plan.json")
    assert "\x1b[32m" in desk.run("show", "plan.json", **{name: "1"}).stdout
    assert "\x1b" not in desk.run("show", "plan.json", **{name: "0"}).stdout


@pytest.mark.slow
def test_an_encoding_without_arrows_gets_ascii_marks_and_no_crash(desk: Desk) -> None:
    desk.write(EXAMPLE.read_text(encoding="utf-8"))
    done = desk.run("--sandbox", "plan", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "->" in done.stdout


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_crash(desk: Desk) -> None:
    desk.write(EXAMPLE.read_text(encoding="utf-8"))
    line = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)"
    line += "; p.stdout.close(); err = p.stderr.read(); print(p.wait(), err)"

    words = [sys.executable, "-c", line, sys.executable, "-m", "reconciler", "--sandbox", "plan"]
    done = subprocess.run(words, cwd=desk.folder, env=desk.environment, capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=1) == ["0", "b''\n"]


class Terminal(io.StringIO):
    """A terminal with this encoding."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class AsciiTerminal(Terminal):
    """One that has no arrows."""

    encoding = "ascii"


@pytest.mark.parametrize(
    ("stream", "color", "variables", "expected"),
    [
        (Terminal(), None, {}, True),
        (Terminal(), None, {"TERM": "dumb"}, False),
        (Terminal(), None, {"TERM": ""}, True),
        (Terminal(), False, {"FORCE_COLOR": "1"}, False),
        (Terminal(), None, {"NO_COLOR": "1"}, False),
        (Terminal(), None, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (Terminal(), None, {"NO_COLOR": ""}, True),
        (Terminal(), True, {"NO_COLOR": "1"}, True),
        (io.StringIO(), None, {}, False),
        (io.StringIO(), True, {}, True),
        (io.StringIO(), None, {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), None, {"CLICOLOR_FORCE": "1"}, True),
        (io.StringIO(), None, {"FORCE_COLOR": "0", "CLICOLOR_FORCE": ""}, False),
    ],
)
def test_colours_by_option_then_variables_then_terminal(
    monkeypatch: pytest.MonkeyPatch,
    stream: io.StringIO,
    color: bool | None,  # noqa: FBT001 - a parameter of the test
    variables: dict[str, str],
    expected: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    assert has_color(stream, Settings(color=color)) is expected
    assert screen_of(stream, Settings(color=color)).color is expected


def test_a_screen_has_the_width_of_a_terminal_and_the_characters_of_its_encoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "123")
    wide, narrow, pipe = (screen_of(stream, Settings()) for stream in (Terminal(), AsciiTerminal(), io.StringIO()))
    assert [(screen.width, screen.ascii) for screen in (wide, narrow, pipe)] == [
        (123, False),
        (123, True),
        (80, False),
    ]
