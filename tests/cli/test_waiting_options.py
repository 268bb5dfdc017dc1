"""`--wait` and `--quiet`, of every command that has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import pytest

from reconciler.cli import session
from reconciler.cli.main import root
from reconciler.sandbox import Fault
from tests.cli.embedded import Embedded

WAITING = (
    ("plan",),
    ("drift",),
    ("pull",),
    ("export",),
    ("get", "tags"),
    ("init", "--from-workspace", "-"),
    ("users", "list"),
    ("whoami",),
    ("workspaces", "list"),
    ("workspaces", "get"),
    ("time", "list"),
    ("time", "running"),
    ("apply", "--approve", "additive"),
)


def _limited(times: int) -> list[Fault | None]:
    return [Fault.THROTTLE] * times


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each session was quiet."""
    seen: list[bool] = []

    @contextmanager
    def record(*_: Any, quiet: bool) -> Iterator[None]:
        seen.append(quiet)
        yield

    monkeypatch.setattr(session, "show_waits", record)
    return seen


@pytest.mark.parametrize("words", WAITING, ids=" ".join)
def test_a_command_that_waits_shows_nothing_with_quiet(
    words: tuple[str, ...], sandbox: Embedded, quiet: list[bool]
) -> None:
    sandbox.declare(tags=["urgent"])
    for option in ("-q", "--quiet"):
        result = sandbox.run(*words, option)
        assert result.exit_code != 64, result.stderr
    assert quiet == [True, True]


def test_a_command_without_quiet_shows_what_it_waits_for(sandbox: Embedded, quiet: list[bool]) -> None:
    sandbox.run("whoami")
    assert quiet == [False]


def test_the_commands_for_copying_do_not_repeat_quiet(sandbox: Embedded) -> None:
    sandbox.declare(tags=["urgent"])
    result = sandbox.run("plan", "--quiet", "-o", "plan.json")
    assert "reconciler" in result.stderr + result.stdout
    assert "quiet" not in result.stderr + result.stdout


def test_plan_outlasts_an_hourly_limit_with_wait_only(sandbox: Embedded) -> None:
    sandbox.declare(tags=["urgent"])
    sandbox.faults["GET", "/tags"] = _limited(5)
    result = sandbox.run("plan")
    assert result.exit_code == 1
    assert "30 requests per hour" in result.stderr
    sandbox.faults["GET", "/tags"] = _limited(12)
    result = sandbox.run("plan", "--wait")
    assert result.exit_code == 0, result.stderr
    assert "urgent" in result.stdout
    assert len([path for _, path in sandbox.sent if path.endswith("/tags")]) > 12


def test_undo_outlasts_an_hourly_limit_with_wait_only(sandbox: Embedded) -> None:
    sandbox.declare(tags=["urgent"])
    assert sandbox.apply()[0] == 0
    for words, code in (((), 1), (("--wait",), 0)):
        sandbox.faults["GET", "/tags"] = _limited(8)
        result = sandbox.run("undo", "latest", *words)
        assert result.exit_code == code, result.stderr
        sandbox.faults.clear()


def test_the_option_reads_the_same_in_every_command() -> None:
    found = {
        name: [option for option in root.get_command(click.Context(root), name).params if option.name == "wait"]  # type: ignore[union-attr]
        for name in ("plan", "undo", "apply")
    }
    assert {option.help for options in found.values() for option in options} == {
        "Wait for an exhausted rate limit instead of ending the run."
    }
