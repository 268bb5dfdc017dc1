"""A pull request from its plan to its undo, on each run store: every job is another machine, which has nothing but the repository."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from reconciler.applying.journal.run import Run
from reconciler.cli import run_store
from reconciler.errors import StoreError
from reconciler.forge import Forges
from reconciler.sandbox import Fault
from reconciler.stores import SharedStore
from tests.cli.actions.test_approve import Desks, keygen
from tests.cli.actions.test_forge import forge, use
from tests.cli.embedded import Embedded
from tests.cli.program import digest_in
from tests.stores.machines import git

KEEP: dict[str, Any] = {"prune": {"tags": "delete", "clients": "keep", "projects": "keep"}}
SIGNED = ("--require-approvals", "2", "--allowed-signers", "signers", "--approval", "approvals")


@pytest.fixture
def signers(sandbox: Embedded, tmp_path: Path) -> Desks:
    """Two people who may approve, with their keys."""
    for name in ("ana", "bo"):
        keygen("-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(tmp_path / name))
    found = Desks(sandbox, tmp_path, sandbox.desk.folder)
    found.allow(ana="ana@x.example", bo="bo@x.example")
    return found


@pytest.mark.parametrize("store", ["folder", *(pytest.param(name, marks=pytest.mark.slow) for name in ("git", "sql"))])
def test_a_pull_request_from_its_plan_to_its_undo(
    store: str, sandbox: Embedded, signers: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sandbox.desk.folder
    git(folder, "init", "-q", "-b", "main")
    where = f"sql:sqlite:///{folder / 'runs.sqlite3'}" if store == "sql" else store

    def on(machine: str, *words: str) -> Result:
        # A folder is carried from job to job, as a cache is; the other stores need nothing of the machine before.
        state = "carried" if store == "folder" else machine
        return sandbox.run(*words, options=("--state-dir", state, "--store", where))

    comments = use(monkeypatch, Forges.GITHUB)
    sandbox.declare(tags=["one", "two"], clients=["Acme"], policy=KEEP)

    # The request: a plan, and its digest as a comment.
    first = digest_in(on("request", "plan", "--summary", "s.json").stdout)
    assert forge(sandbox.desk, "comment", "s.json", event={"pull_request": {"number": 5}}).exit_code == 0

    # Somebody edits the workspace: the merge applies nothing, and says what moved.
    sandbox.call("POST", "tags", {"name": "one"})
    refused = on("merge", "apply", "--approve", first)
    assert (refused.exit_code, sandbox.bodies("POST")) == (3, [])
    assert "tag:one is no longer created" in refused.stderr

    # Planned again, in the same comment, and approved by two.
    signers.digest = digest_in(on("request again", "plan", "--summary", "s.json").stdout)
    assert forge(sandbox.desk, "comment", "s.json", event={"pull_request": {"number": 5}}).exit_code == 0
    (comment,) = comments.bodies()
    assert signers.digest in comment
    assert not {"Acme", "two", "acme.example"} & set(comment.split())
    signers.sign("ana")
    one = on("merge again", "apply", *SIGNED)
    assert (one.exit_code, sandbox.bodies("POST")) == (3, [])
    signers.sign("bo")

    # The machine of the merge dies on the way; another one finishes the run.
    sandbox.faults["POST", "/clients"] = [Fault.DROP_BEFORE] * 9
    with monkeypatch.context() as dead:
        dead.setattr(SharedStore, "release", lambda _: (_ for _ in ()).throw(StoreError("gone")))
        assert on("dying", "apply", *SIGNED).exit_code == 4
    sandbox.faults.clear()
    assert sandbox.stored("clients", "Acme") is None
    monkeypatch.setattr(run_store, "time", SimpleNamespace(time=lambda: time.time() + 901))
    resumed = on("next", "apply", *SIGNED)
    assert resumed.exit_code == 0, resumed.stderr
    assert sandbox.stored("clients", "Acme") is not None
    state = folder / ("carried" if store == "folder" else "next") / "runs"
    (run,) = state.iterdir()
    sessions = Run(run).history.sessions
    assert len(sessions) == 2

    # At night there is no drift; and the run is undone, but for what it did not do.
    assert on("night", "drift").exit_code == 0
    assert on("undo", "undo", "latest", "-o", "undo.json").exit_code == 0
    undo = json.loads((folder / "undo.json").read_text(encoding="utf-8"))
    allowed = ("--allow-removals", "clients=1", "--allow-removals", "tags=1")
    undone = on("undo", "apply", "undo.json", "--approve", undo["digest"], *allowed)
    assert undone.exit_code == 0, undone.stderr
    assert sandbox.stored("clients", "Acme") is None
    # What the dead machine created after its last push is in no record but its own, so that an undo elsewhere leaves it.
    left = ["one"] if store == "folder" else ["one", "two"]
    assert sorted(tag["name"] for tag in sandbox.store.snapshot(sandbox.workspace)["tags"]) == left
