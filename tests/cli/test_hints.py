"""Commands in hints have the global options that were given, and work when they are copied."""

from __future__ import annotations

import re
import shlex

import pytest

from reconciler.cli.hints import ANYWHERE, IN_WORKSPACE, LOCAL, OFFLINE, with_options
from reconciler.cli.main import COMMANDS
from reconciler.cli.settings import Settings
from tests.cli.embedded import Embedded
from tests.cli.program import Desk

GIVEN = {"gateway": "sandbox", "workspace": "Acme Studio", "state_dir": "my state", "timeout": 5.0}
OPTIONS = "--sandbox --workspace 'Acme Studio' --state-dir 'my state' --timeout 5"
SETTINGS = Settings(gateway="sandbox", workspace="Acme Studio", state_dir="my state", given=GIVEN)


def test_every_command_is_of_one_sort() -> None:
    sorts = [OFFLINE, LOCAL, IN_WORKSPACE, ANYWHERE]
    assert sorted(name for sort in sorts for name in sort) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("plan again: reconciler plan -o plan.json", f"plan again: reconciler {OPTIONS} plan -o plan.json"),
        ("reconciler users list shows the people", f"reconciler {OPTIONS} users list shows the people"),
        ("mv a plan.json && reconciler apply plan.json", f"mv a plan.json && reconciler {OPTIONS} apply plan.json"),
        ("see: reconciler runs show x", "see: reconciler --state-dir 'my state' runs show x"),
        ("write a first manifest with: reconciler init", "write a first manifest with: reconciler init"),
        ("use the reconciler version that created it", "use the reconciler version that created it"),
        ("install reconciler again", "install reconciler again"),
        ("not a reconcilerplan", "not a reconcilerplan"),
        (f"reconciler {OPTIONS} plan", f"reconciler {OPTIONS} plan"),
        ("reconciler get tags, reconciler whoami", f"reconciler {OPTIONS} get tags, reconciler {OPTIONS} whoami"),
        ("", ""),
    ],
)
def test_a_bare_command_gets_the_options(hint: str, shown: str) -> None:
    assert with_options(hint, SETTINGS) == shown
    assert with_options(shown, SETTINGS) == shown
    assert with_options(hint, Settings()) == hint


def test_the_workspace_of_the_manifest_is_named_where_no_manifest_is_read() -> None:
    declared = Settings(given={"gateway": "sandbox"}, declared_workspace="My W")
    assert with_options("reconciler users list", declared) == "reconciler --sandbox --workspace 'My W' users list"
    assert with_options("reconciler plan", declared) == "reconciler --sandbox plan"
    chosen = Settings(given={"workspace": "Other"}, workspace="Other", declared_workspace="My W")
    assert with_options("reconciler users list", chosen) == "reconciler --workspace Other users list"


def _commands(text: str) -> list[list[str]]:
    """The commands of a text, without those that show help."""
    found = (shlex.split(line) for line in re.findall(r"\breconciler (?!plan file)(.*)", text))
    return [words for words in found if words[-1] != "--help"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["init"], "plan"),
        (["plan", "--dry-run"], "plan"),
        (["apply", "no.json"], "plan"),
        (["apply", "not.json"], "plan"),
        (["apply", "ours.yaml"], "apply"),
        (["plan", "ours.yaml", "--yes"], "apply"),
        (["plan", "people.yaml"], "users"),
        (["connections", "get", "c-none"], "connections"),
        (["workspaces", "create", "Acme Studio", "--approve", "yes"], "workspaces"),
        (["workspaces", "create", "Another"], "workspaces"),
        (["time", "list", "--user", "zzz"], "users"),
        (["time", "delete", "698f1a5e5cd3a921db1207b2", "--approve", "yes"], "time"),
        (["time", "add", "--start", "09:00", "--for", "1h"], "time"),
    ],
)
def test_the_hints_of_a_command_have_its_options(desk: Desk, words: list[str], name: str) -> None:
    desk.write("version: 1\ntags: [one]\n", "ours.yaml")
    desk.write("{}", "not.json")
    tasks = "[{name: Site, tasks: [{name: Build, assignees: [stranger@acme.example]}]}]"
    desk.write(
        f"version: 1\nworkspace: Acme Studio\npolicy: {{prune: {{projects: keep}}}}\nprojects: {tasks}\n", "people.yaml"
    )
    given = ["--sandbox", "--workspace", "Acme Studio", "--state-dir", "my state"]
    result = desk.call(*given, *words)
    assert result.exit_code != 0 or words == ["init"]
    found = _commands(result.stderr)
    assert found
    assert all(command[: len(given)] == given for command in found)
    assert {command[len(given)] for command in found} == {name}


def test_a_command_copied_from_a_hint_works(sandbox: Embedded) -> None:
    sandbox.store.save("workspace", {**(sandbox.store.load("workspace", sandbox.workspace) or {}), "name": "Odd 'W'"})
    sandbox.run("workspaces", "create", "Second", "--approve", "yes")
    sandbox.desk.write(
        "version: 1\nworkspace: \"Odd 'W'\"\n"
        "projects: [{name: Site, tasks: [{name: Build, assignees: [stranger@acme.example]}]}]\n"
    )
    problem = sandbox.run("plan")
    (command,) = _commands(problem.stderr)
    assert command[-4:] == ["--workspace", "Odd 'W'", "users", "list"]
    listed = sandbox.desk.call(*command)
    assert listed.exit_code == 0, listed.stderr
    assert "@" in listed.stdout


def test_a_command_in_the_hint_of_a_problem_is_not_broken_over_lines(desk: Desk) -> None:
    desk.write("version: 1\nprojects: [{name: Site, tasks: [{name: Build, assignees: [a@b.example]}]}]\n")
    result = desk.call("--sandbox", "--workspace", "Acme Studio", "--state-dir", "d" * 70, "plan")
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if "reconciler" in line and "help" not in line]
    assert line.split()[-2:] == ["users", "list"]
    assert line.split()[0] == "reconciler"
