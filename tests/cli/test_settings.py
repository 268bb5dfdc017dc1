"""Global options: before or after the command, from the environment, and again in the commands that are printed."""

from __future__ import annotations

import shlex

import click
import pytest
from click.testing import CliRunner

from reconciler.cli.global_options import Command, Group
from reconciler.cli.settings import Settings, current_settings
from tests.cli.program import ADDITIVE, Desk


class _Outermost(Group):
    outermost = True


def seen(*words: str, **environment: str) -> Settings:
    """The settings that a command two groups deep would see."""
    found: list[Settings] = []
    root = _Outermost("root")
    group = Group("group")
    group.add_command(Command("leaf", callback=lambda: found.append(current_settings())))
    root.add_command(group)
    result = CliRunner(env=dict(environment)).invoke(root, list(words), standalone_mode=False)
    if isinstance(result.exception, click.UsageError):
        raise result.exception
    assert result.exception is None
    return found[0]


GIVEN = {
    "--gateway=clockify": ("gateway", "clockify"),
    "--sandbox": ("gateway", "sandbox"),
    "--base-url=https://eu.example": ("base_url", "https://eu.example"),
    "--workspace=Acme Studio": ("workspace", "Acme Studio"),
    "--connection=c1": ("connection", "c1"),
    "--rate=30/h": ("rate", "30/h"),
    "--timeout=2.5": ("timeout", 2.5),
    "--state-dir=elsewhere": ("state_dir", "elsewhere"),
    "--verbose": ("verbose", True),
    "-v": ("verbose", True),
    "--no-color": ("color", False),
}


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize(("word", "expected"), GIVEN.items())
def test_a_global_option_may_stand_anywhere(word: str, expected: tuple[str, object], position: int) -> None:
    words = ["group", "leaf"]
    words.insert(position, word)
    found = seen(*words)
    assert getattr(found, expected[0]) == expected[1]
    assert dict(found.given) == {expected[0]: expected[1]}


def test_without_options_everything_has_its_default() -> None:
    assert seen("group", "leaf") == Settings()


@pytest.mark.parametrize(
    ("words", "gateway"),
    [
        (["--gateway", "clockify", "group", "leaf", "--gateway", "maton"], "maton"),
        (["--sandbox", "group", "leaf", "--gateway", "clockify"], "clockify"),
        (["--gateway", "clockify", "group", "--sandbox", "leaf"], "sandbox"),
        (["--sandbox", "--gateway", "clockify", "group", "leaf"], "clockify"),
        (["--gateway", "clockify", "--sandbox", "group", "leaf"], "sandbox"),
    ],
)
def test_the_later_one_wins(words: list[str], gateway: str) -> None:
    assert seen(*words).gateway == gateway


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("GATEWAY", "clockify", ("gateway", "clockify")),
        ("SANDBOX", "1", ("gateway", "sandbox")),
        ("BASE_URL", "https://eu.example", ("base_url", "https://eu.example")),
        ("WORKSPACE", "Acme", ("workspace", "Acme")),
        ("CONNECTION", "c1", ("connection", "c1")),
        ("RATE", "10/s", ("rate", "10/s")),
        ("TIMEOUT", "7", ("timeout", 7.0)),
        ("STATE_DIR", "d", ("state_dir", "d")),
        ("VERBOSE", "1", ("verbose", True)),
        ("NO_COLOR", "1", ("color", False)),
    ],
)
def test_every_global_option_is_a_variable_too(name: str, value: str, expected: tuple[str, object]) -> None:
    found = seen("group", "leaf", **{f"RECONCILER_{name}": value})
    assert getattr(found, expected[0]) == expected[1]
    assert found.given == {}


@pytest.mark.parametrize("words", [["--gateway", "clockify", "group", "leaf"], ["group", "leaf", "--gateway=clockify"]])
def test_an_option_wins_over_any_variable(words: list[str]) -> None:
    assert seen(*words, RECONCILER_GATEWAY="maton", RECONCILER_SANDBOX="1").gateway == "clockify"


def test_an_empty_variable_is_none() -> None:
    assert seen("group", "leaf", RECONCILER_WORKSPACE="", RECONCILER_GATEWAY="") == Settings()


def test_a_wrong_variable_is_a_usage_error(desk: Desk) -> None:
    done = desk.run("plan", RECONCILER_GATEWAY="pigeon")
    assert done.returncode == 64
    assert "RECONCILER_GATEWAY" in done.stderr or "--gateway" in done.stderr


def test_a_printed_command_has_the_global_options_of_this_one_quoted() -> None:
    found = seen("--workspace", "It's; rm -rf", "-v", "group", "--timeout=2", "leaf", "--sandbox")
    command = found.command("apply", "my plan.json")
    assert shlex.split(command) == [
        "reconciler",
        "--workspace",
        "It's; rm -rf",
        "--timeout",
        "2",
        "--sandbox",
        "apply",
        "my plan.json",
    ]


@pytest.mark.parametrize("words", [("--sandbox", "plan"), ("plan", "--sandbox")])
def test_a_real_command_takes_them_on_either_side(words: tuple[str, ...], desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call(*words)
    assert (result.exit_code, "2 to create" in result.stdout) == (0, True)
