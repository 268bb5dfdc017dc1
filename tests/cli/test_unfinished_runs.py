"""An interrupted run and the command that was interrupted, given again: what it finishes, and what it says."""

from __future__ import annotations

import pytest

from reconciler.applying import Runs
from reconciler.sandbox import Fault
from tests.cli.embedded import Embedded


@pytest.mark.parametrize("approval", ["additive", "digest"])
def test_a_digest_finishes_the_run_and_a_class_makes_a_new_one_and_says_so(sandbox: Embedded, approval: str) -> None:
    sandbox.declare(tags=["one", "two", "three"])
    token = sandbox.plan()["digest"] if approval == "digest" else approval
    sandbox.faults["POST", "tags"] = [None, *[Fault.DROP_BEFORE] * 9]
    assert sandbox.run("apply", "--approve", token).exit_code == 4
    sandbox.faults.clear()
    unfinished = next(iter(Runs(sandbox.desk.folder / ".reconciler")))
    again = sandbox.run("apply", "--approve", token)
    assert again.exit_code == 0, again.stderr
    runs = list(Runs(sandbox.desk.folder / ".reconciler"))
    words = f"run {unfinished.id} is not complete; this is a new plan of what is left, and a run of its own"
    assert (words in again.stderr, len(runs), runs[-1].is_complete) == (
        (True, 2, False) if approval == "additive" else (False, 1, True)
    )
    assert sorted(tag["name"] for tag in sandbox.store.snapshot(sandbox.workspace)["tags"]) == ["one", "three", "two"]
    assert "is not complete" not in sandbox.run("apply", "--approve", "additive").stderr


def test_other_manifests_are_a_run_of_their_own_without_a_word(sandbox: Embedded) -> None:
    sandbox.declare(tags=["one", "two"])
    sandbox.faults["POST", "tags"] = [None, *[Fault.DROP_BEFORE] * 9]
    assert sandbox.run("apply", "--approve", "additive").exit_code == 4
    sandbox.faults.clear()
    sandbox.declare(tags=["one", "two", "three"])
    again = sandbox.run("apply", "--approve", "additive")
    assert (again.exit_code, len(list(Runs(".reconciler")))) == (0, 2)
    assert "is not complete" not in again.stderr


def test_a_run_that_created_not_even_its_workspace_has_nothing_to_undo(sandbox: Embedded) -> None:
    sandbox.declare(workspace={"name": "Second", "create": True}, tags=["one"])
    sandbox.faults["POST", "workspaces"] = [Fault.ERROR_BEFORE] * 9
    assert sandbox.run("apply", "--approve", "additive").exit_code == 1
    sandbox.faults.clear()
    run = next(iter(Runs(".reconciler")))
    refused = sandbox.run("undo", "latest")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert f"run {run.id} created nothing, not even its workspace: there is nothing to undo" in refused.stderr


def test_the_command_that_finishes_the_run_instead_works_when_pasted(sandbox: Embedded) -> None:
    sandbox.declare(tags=["one", "two"])
    sandbox.faults["POST", "tags"] = [None, *[Fault.DROP_BEFORE] * 9]
    assert sandbox.run("apply", "--approve", "additive").exit_code == 4
    sandbox.faults.clear()
    refused = sandbox.run("apply")
    command = next(line for line in refused.stderr.splitlines() if "to finish that run instead" in line)
    assert sandbox.desk.call(*command.partition("reconciler ")[2].split()).exit_code == 0
    assert next(iter(Runs(sandbox.desk.folder / ".reconciler"))).is_complete
