"""The program's frame: lazy commands, help with examples, usage errors, exit codes."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from reconciler.cli.global_options import Command
from reconciler.cli.main import COMMANDS, root
from reconciler.version import __version__
from tests.cli.program import Desk, clean_environment

HEAVY = (
    "httpx",
    "jsonschema",
    "jsonschema_rs",
    "deepdiff",
    "yaml",
    "rich",
    "starlette",
    "uvicorn",
    "jinja2",
    "sqlite3",
)


def every_command() -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command and group with the words that call it, the program itself included."""
    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), root)]
    while waiting:
        words, command = waiting.pop()
        assert isinstance(command, Command), words
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None, name
                waiting.append(((*words, name), found))


ALL = sorted(every_command(), key=lambda item: item[0])


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) or "reconciler" for words, _ in ALL])
def test_every_command_says_what_it_does_and_shows_an_example(
    words: tuple[str, ...], command: Command, desk: Desk
) -> None:
    result = desk.call(*words, "--help")
    assert result.exit_code == 0
    assert command.help
    assert command.examples
    assert all(example in result.stdout for example in command.examples)
    assert all(example.startswith(("reconciler ", "RECONCILER_")) for example in command.examples)
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "--gateway" in result.stdout


@pytest.mark.parametrize("example", [example for _, command in ALL for example in command.examples])
def test_every_example_is_a_command_line_that_parses(example: str) -> None:
    for line in example.split("&&"):
        words = shlex.split(line.partition(">")[0])[1:]
        command: click.Command = root
        while isinstance(command, click.Group):
            with command.make_context("x", list(words), resilient_parsing=True) as context:
                rest = [*context._protected_args, *context.args]
            if not rest:
                assert command.invoke_without_command
                return
            found = command.get_command(context, rest[0])
            assert found is not None, line
            command, words = found, list(rest[1:])
        command.make_context("x", words)


def test_the_overview_is_in_the_words_of_the_table(desk: Desk) -> None:
    text = desk.call("--help").stdout
    assert all(name in text and summary in text for name, summary in COMMANDS.items())


@pytest.mark.parametrize("words", [["--version"], ["plan", "--version"], ["--help"], ["plan", "--help"]])
def test_version_and_help_import_nothing_that_they_do_not_need(words: list[str]) -> None:
    code = (
        "import sys\nfrom reconciler.cli.main import main\n"
        f"sys.argv = ['reconciler', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_environment(), capture_output=True, text=True, timeout=30, check=True
    )
    loaded = set(done.stderr.split())
    assert not loaded & set(HEAVY)
    if words == ["--version"]:
        assert done.stdout == f"reconciler {__version__}\n"
        rooms = {name for name in loaded if name.startswith("reconciler.")}
        assert rooms == {f"reconciler.{name}" for name in ("cli", "cli.main", "cli.options", "cli.settings", "version")}


def test_completing_a_command_name_imports_no_command(desk: Desk) -> None:
    done = desk.run(COMP_WORDS="reconciler pl", COMP_CWORD="1", _RECONCILER_COMPLETE="bash_complete")
    assert done.stdout.split() == ["plain,plan"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["pln"],
        ["plan", "--nonsense"],
        ["plan", "--format", "pdf"],
        ["plan", "--report", "pdf=x"],
        ["plan", "--report", "text"],
        ["plan", "--allow-removals", "walls=2"],
        ["plan", "--allow-removals", "tags=many"],
        ["plan", "--allow-removals", "tags=1", "--allow-removals", "tags=2"],
        ["--gateway", "smoke-signals", "plan"],
        ["--timeout", "0", "plan"],
        ["--sandbox", "--rate", "fast", "whoami"],
        ["show"],
        ["workspaces"],
        ["workspaces", "create"],
        ["sandbox", "serve", "--switch", "nonsense=1"],
        ["sandbox", "serve", "--switch", "language=tlh"],
        ["sandbox", "serve", "--host", "0.0.0.0"],  # noqa: S104 - that it is refused is the point
        ["schema", "walls"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_64(words: list[str], desk: Desk) -> None:
    desk.write("version: 1\ntags: [x]\n")
    result = desk.call(*words)
    assert result.exit_code == 64
    assert result.stdout == ""
    assert "error:" in result.stderr or "Usage:" in result.stderr


def test_a_near_miss_is_told_what_it_may_have_meant(desk: Desk) -> None:
    assert "Did you mean 'plan'?" in desk.call("pln").stderr


@pytest.mark.parametrize(
    "words", [["plan", "nowhere.yaml"], ["show", "nowhere.json"], ["apply", "nowhere.json"], ["validate", "nowhere"]]
)
def test_a_missing_file_is_a_failure_and_no_usage_error(words: list[str], desk: Desk) -> None:
    result = desk.call(*words)
    assert result.exit_code == 1
    assert "nowhere" in result.stderr + result.stdout


def test_python_dash_m_is_the_same_program(desk: Desk) -> None:
    assert desk.run("--version").stdout == f"reconciler {__version__}\n"
