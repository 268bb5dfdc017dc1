"""Commands and options that are printed for copying work when pasted, whatever the names in them."""

from __future__ import annotations

import re
import shlex

import pytest
from click.testing import Result

from tests.cli.embedded import UNPACED, Embedded

NAMES = ["T ", 'O\'Neil & "Sons"']


def _pasted(text: str) -> list[str]:
    """The words behind the program's name in the last command of a text, as a shell at a prompt reads them."""
    command = re.findall(r"\breconciler ((?:[^\n]*\\\n)*[^\n]*)", text)[-1]
    return shlex.split(command.replace("\\\n", ""))


def _paste(sandbox: Embedded, text: str) -> Result:
    words = _pasted(text)
    assert words[: len(UNPACED)] == list(UNPACED)
    return sandbox.run(*words[len(UNPACED) :])


@pytest.fixture(params=NAMES)
def options(request: pytest.FixtureRequest, sandbox: Embedded) -> tuple[str, str]:
    """The option that selects the workspace, which has an odd name from now on."""
    workspace = sandbox.store.load("workspace", sandbox.workspace)
    assert workspace is not None
    with sandbox.store.transaction():
        sandbox.store.save("workspace", {**workspace, "name": request.param})
    return "--workspace", request.param


def test_every_command_that_a_session_prints_works_when_pasted(sandbox: Embedded, options: tuple[str, str]) -> None:
    sandbox.desk.write("version: 1\ntags: [one]\n")
    refused = sandbox.run("apply", options=options)
    assert refused.exit_code == 3
    assert _pasted(refused.stderr) == _pasted(sandbox.run("plan", options=options).stdout)
    assert _paste(sandbox, refused.stderr).exit_code == 0
    undo = sandbox.run("undo", "latest", "--allow-removals", "tags=1", options=options)
    saved = _paste(sandbox, undo.stderr)
    assert saved.exit_code == 0, saved.stderr
    assert _paste(sandbox, saved.stdout).exit_code == 0
    assert sandbox.stored("tags", "one") is None


@pytest.mark.parametrize("name", ["weekly meeting with  the landlord's & neighbours' associations"])
def test_the_option_that_allows_a_removal_stands_on_one_line(sandbox: Embedded, name: str) -> None:
    sandbox.call("POST", "tags", {"name": name})
    sandbox.declare(tags=[f"{name}!"], policy={"prune": {"tags": "archive"}})
    shown = sandbox.run("plan", "--allow-removals", "tags=1").stdout
    options = re.findall(r"--allow-removal [^\n]*", shown)
    assert len(options) == 2
    for option in options:
        words = shlex.split(option)
        assert words == ["--allow-removal", f"tag:{name}"]
        assert "blocked" not in sandbox.run("plan", "--allow-removals", "tags=1", *words).stdout


def test_the_starter_manifest_is_planned_by_the_printed_command(sandbox: Embedded) -> None:
    result = sandbox.run("init", "my team.yaml")
    assert result.exit_code == 0
    assert _pasted(result.stderr) == [*UNPACED, "plan", "my team.yaml"]
