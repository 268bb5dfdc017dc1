"""Commands over a run store: another machine is another state folder with the same store."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from reconciler.applying.journal.run import Run
from reconciler.cli import run_store
from reconciler.errors import StoreError
from reconciler.sandbox import Fault
from reconciler.stores import Holder, SharedStore, open_run_store
from tests.cli.embedded import UNPACED, Embedded
from tests.cli.program import digest_in
from tests.clock import Time
from tests.programs import require_program
from tests.stores.machines import git

KEEP: dict[str, Any] = {"prune": {"tags": "delete", "clients": "keep", "projects": "keep"}}


def on(sandbox: Embedded, machine: str, *words: str, store: str = "git") -> Result:
    """A command of a machine."""
    return sandbox.run(*words, options=("--state-dir", machine, "--store", store))


def apply(sandbox: Embedded, machine: str, *words: str, store: str = "git") -> Result:
    """Plan and apply on a machine."""
    digest = digest_in(on(sandbox, machine, "plan", *words, store=store).stdout)
    return on(sandbox, machine, "apply", "--approve", digest, *words, store=store)


@pytest.fixture
def repository(sandbox: Embedded) -> Path:
    """The current folder as a repository without a remote."""
    git(sandbox.desk.folder, "init", "-q", "-b", "main")
    return sandbox.desk.folder


def state_of(sandbox: Embedded, machine: str) -> list[str]:
    """The ids of the runs of a machine's folder."""
    folder = sandbox.desk.folder / machine / "runs"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.usefixtures("repository")
def test_another_machine_knows_runs_protections_and_undo(sandbox: Embedded) -> None:
    sandbox.declare(tags=["one", "two"], policy={**KEEP, "protect": ["tag:one"]})
    result = apply(sandbox, "m1")
    assert (result.exit_code, result.stderr.count("warning")) == (0, 0), result.stderr
    listed = json.loads(on(sandbox, "m2", "runs", "list", "--json").stdout)
    assert [run["status"] for run in listed["runs"]] == ["complete"]
    assert state_of(sandbox, "m2") == state_of(sandbox, "m1")
    sandbox.declare(tags=["two"], policy=KEEP)  # the protection is withdrawn, and holds for this plan
    plan = json.loads(on(sandbox, "m3", "plan", "--format", "json").stdout)
    assert [(change["address"], change["blocked"]["guard"]) for change in plan["changes"]] == [("tag:one", "protect")]
    undo = on(sandbox, "m4", "undo", "latest", "--format", "json")
    assert {change["address"] for change in json.loads(undo.stdout)["changes"]} == {"tag:one", "tag:two"}
    # Nothing of the repository but the refs was touched.
    folder = sandbox.desk.folder
    assert git(folder, "for-each-ref", "--format=%(refname)") == f"refs/reconciler/{sandbox.workspace}"
    assert git(folder, "status", "--short", "--", "workspace.yaml") == "?? workspace.yaml"
    assert not (folder / ".git" / "index").exists()


def test_another_machine_takes_over_a_dead_one_and_resumes_its_run(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sql:sqlite:///{sandbox.desk.folder / 'runs.sqlite3'}"
    sandbox.declare(tags=["one", "two"], clients=["Acme"], policy=KEEP)
    sandbox.faults["POST", "/clients"] = [Fault.DROP_BEFORE] * 9
    digest = digest_in(on(sandbox, "m1", "plan", store=database).stdout)
    with monkeypatch.context() as dead:  # the machine is gone before its last push
        dead.setattr(SharedStore, "release", lambda _: (_ for _ in ()).throw(StoreError("gone")))
        first = on(sandbox, "m1", "apply", "--approve", digest, store=database)
    assert first.exit_code == 4, first.stderr
    sandbox.faults.clear()
    held = on(sandbox, "m2", "apply", "--approve", digest, store=database)
    assert (held.exit_code, sandbox.bodies("POST")) == (3, [])
    assert "if it is dead, its claim can be taken over from 20" in held.stderr
    monkeypatch.setattr(run_store, "time", SimpleNamespace(time=lambda: time.time() + 901))
    second = on(sandbox, "m2", "apply", "--approve", digest, store=database)
    assert second.exit_code == 0, second.stderr
    assert "was not renewed for 15 minutes and is taken over" in second.stderr
    (run,) = state_of(sandbox, "m2")
    assert len(Run(sandbox.desk.folder / "m2" / "runs" / run).history.sessions) == 2
    listed = on(sandbox, "m1", "runs", "list", "--json", store=database)
    assert [each["status"] for each in json.loads(listed.stdout)["runs"]] == ["complete"]


def test_a_workspace_that_is_held_is_refused_by_the_holder(sandbox: Embedded) -> None:
    database = f"sql:sqlite:///{sandbox.desk.folder / 'runs.sqlite3'}"
    sandbox.declare(tags=["one"], policy=KEEP)
    digest = digest_in(on(sandbox, "m1", "plan", store=database).stdout)
    clock = Time()
    clock.seconds = 9e9  # never stale
    other = open_run_store(
        database, sandbox.desk.folder / "m9", holder=Holder("jo", "runner-7", 41), now=clock.clock, environment={}
    )
    other.fetch()
    other.claim(sandbox.workspace, "sha256:1234")
    doctor = " ".join(on(sandbox, "m1", "doctor", store=database).stdout.split())
    assert "held by jo on runner-7, process 41, since 2255-" in doctor
    result = on(sandbox, "m1", "apply", "--approve", digest, store=database)
    assert result.exit_code == 3
    assert "another machine holds the workspace in sql:sqlite:" in result.stderr
    assert "jo on runner-7, process 41, since 2255-" in result.stderr
    assert sandbox.bodies("POST") == []
    other.release()
    assert on(sandbox, "m1", "apply", "--approve", digest, store=database).exit_code == 0


@pytest.mark.usefixtures("repository")
def test_two_machines_at_once_on_one_ref_one_wins(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.declare(tags=["one", "two"], policy=KEEP)
    digest = digest_in(on(sandbox, "m1", "plan").stdout)
    others: list[Result] = []
    push = SharedStore.push

    def meanwhile(store: SharedStore) -> tuple[str, ...]:
        pushed = push(store)  # the first one: the run is recorded, and nothing is written yet
        monkeypatch.setattr(SharedStore, "push", push)
        others.append(on(sandbox, "m2", "apply", "--approve", digest))
        return pushed

    monkeypatch.setattr(SharedStore, "push", meanwhile)
    words = ("--state-dir", "m1", "--store", "git", "apply", "--approve", digest)
    first = sandbox.desk.call(*UNPACED, *words)
    assert (first.exit_code, others[0].exit_code) == (0, 3), others[0].stderr
    assert "another machine holds the workspace in git: " in others[0].stderr
    assert sorted(tag["name"] for tag in sandbox.store.snapshot(sandbox.workspace)["tags"]) == ["one", "two"]


def test_a_ref_deleted_during_an_apply_is_named_and_each_run_can_be_undone(
    sandbox: Embedded, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.declare(tags=["one"], policy=KEEP)
    assert apply(sandbox, "m1").exit_code == 0
    sandbox.declare(tags=["one", "two"], policy=KEEP)
    digest = digest_in(on(sandbox, "m1", "plan").stdout)
    release, others = SharedStore.release, list[Result]()

    def beside(store: SharedStore) -> tuple[str, ...]:
        monkeypatch.setattr(SharedStore, "release", release)
        git(repository, "update-ref", "-d", f"refs/reconciler/{sandbox.workspace}")
        sandbox.declare(tags=["one", "two", "three"], policy=KEEP)
        others.append(apply(sandbox, "m2"))
        return release(store)

    monkeypatch.setattr(SharedStore, "release", beside)
    first = on(sandbox, "m1", "apply", "--approve", digest)
    assert (first.exit_code, others[0].exit_code) == (0, 0), first.stderr
    (warning,) = [line for line in first.stderr.splitlines() if line.startswith("warning: ")]
    assert "the claim of the workspace in git is lost: git no longer has all that it had of the workspace" in warning
    old, own, new = sorted({*state_of(sandbox, "m1"), *state_of(sandbox, "m2")})
    assert f"{old}, {own}. Its version was " in warning
    listed = json.loads(on(sandbox, "m3", "runs", "list", "--json").stdout)
    assert [run["run"] for run in listed["runs"]] == [new, own, old]
    for run, tag in ((own, "tag:two"), (new, "tag:three")):
        undo = json.loads(on(sandbox, "m3", "undo", run, "--format", "json").stdout)
        assert [change["address"] for change in undo["changes"]] == [tag]


def test_an_unreachable_store_plans_what_is_added_and_refuses_the_rest(sandbox: Embedded, repository: Path) -> None:
    git(repository, "init", "-q", "--bare", "remote.git")
    git(repository, "remote", "add", "origin", str(repository / "remote.git"))
    sandbox.declare(tags=["one"], policy=KEEP)
    assert apply(sandbox, "m1").exit_code == 0
    shutil.move(repository / "remote.git", repository / "gone.git")
    sandbox.declare(tags=["one", "two"], policy=KEEP)
    plan = on(sandbox, "m2", "plan")
    assert plan.exit_code == 0
    assert "warning: the run store git:origin cannot be reached" in plan.stderr
    assert "not known are the protections of the last run, unfinished runs" in plan.stderr
    refused = on(sandbox, "m2", "apply", "--approve", digest_in(plan.stdout))
    assert (refused.exit_code, sandbox.bodies("POST")) == (1, [])
    assert "Nothing was written" in refused.stderr
    sandbox.declare(tags=["two"], policy=KEEP)
    removing = on(sandbox, "m2", "plan", "-o", "plan.json")
    assert (removing.exit_code, removing.stdout) == (1, "")
    assert "the plan removes tag:one, and whether the last run protects them is not known" in removing.stderr
    assert not (repository / "plan.json").exists()
    doctor = on(sandbox, "m2", "doctor")
    assert (doctor.exit_code, "git:origin cannot be reached" in doctor.stdout) == (1, True)
    shutil.move(repository / "gone.git", repository / "remote.git")
    assert on(sandbox, "m2", "plan").exit_code == 0


def test_a_record_that_cannot_be_stored_at_the_end_fails_in_words(sandbox: Embedded, repository: Path) -> None:
    git(repository, "init", "-q", "--bare", "remote.git")
    remote = repository / "remote.git"
    sandbox.declare(tags=["one"], policy=KEEP)
    digest = digest_in(on(sandbox, "m1", "plan", store=f"git:{remote}").stdout)
    moved: list[str] = []

    def vanish(method: str, path: str) -> None:
        if method == "POST" and not moved:
            moved.append(path)
            shutil.move(remote, repository / "gone.git")

    sandbox.watch = vanish
    result = on(sandbox, "m1", "apply", "--approve", digest, store=f"git:{remote}")
    assert result.exit_code == 1
    assert "Applied: 1 done" in result.stdout
    assert "error: the record of this run is not stored in git:" in result.stderr
    assert "it is in m1: keep that folder" in result.stderr
    shutil.move(repository / "gone.git", remote)
    assert on(sandbox, "m1", "plan", store=f"git:{remote}").exit_code == 0  # stores it
    on(sandbox, "m2", "runs", store=f"git:{remote}")
    assert state_of(sandbox, "m2") == state_of(sandbox, "m1")


@pytest.mark.usefixtures("repository")
def test_a_policy_without_changes_is_stored(sandbox: Embedded) -> None:
    sandbox.declare(tags=["one"], policy=KEEP)
    assert apply(sandbox, "m1").exit_code == 0
    sandbox.declare(tags=["one"], policy={**KEEP, "protect": ["tag:one"]})
    assert on(sandbox, "m1", "apply", "--approve", "additive").exit_code == 0
    on(sandbox, "m2", "runs")
    assert len(state_of(sandbox, "m2")) == 2


@pytest.mark.usefixtures("repository")
def test_a_new_workspace_is_held_and_stored_under_its_id(sandbox: Embedded) -> None:
    sandbox.desk.write("version: 1\nworkspace: {name: Fresh, create: true}\ntags: [one]\n")
    result = apply(sandbox, "m1")
    assert result.exit_code == 0, result.stderr
    keys = git(sandbox.desk.folder, "for-each-ref", "--format=%(refname:lstrip=2)").split()
    assert "new" in keys
    assert len(keys) == 2
    undo = on(sandbox, "m2", "undo", "latest", "--format", "json")
    assert [change["address"] for change in json.loads(undo.stdout)["changes"]] == ["tag:one"]


@pytest.mark.usefixtures("repository")
def test_a_time_run_is_stored_and_undone_elsewhere(sandbox: Embedded) -> None:
    words = ("time", "add", "--start", "2026-01-05T09:00Z", "--for", "1h", "--zone", "UTC", "--approve", "yes")
    result = on(sandbox, "m1", *words)
    assert result.exit_code == 0, result.stderr
    assert len(state_of(sandbox, "m1")) == 1
    undo = on(sandbox, "m2", "undo", "latest", "--approve", "yes")
    assert undo.exit_code == 0, undo.stderr


def test_a_password_of_a_store_is_in_no_output(sandbox: Embedded) -> None:
    url = "sql:postgresql://jo:s3cr3t-p4ssw0rd@127.0.0.1:1/runs"
    sandbox.declare(tags=["one"], policy=KEEP)
    for words in (("plan",), ("doctor",), ("runs",), ("apply", "--approve", "additive"), ("-v", "drift")):
        result = on(sandbox, "m1", *words, store=url)
        assert "s3cr3t" not in result.output + result.stderr
        assert "--store" not in result.output
    result = on(sandbox, "m1", "plan", store="sql:mysql://jo:s3cr3t-p4ssw0rd@h/d")
    assert (result.exit_code, "s3cr3t" in result.stderr) == (1, False)
    assert "sql:sqlite:///FILE or sql:postgresql://" in result.stderr


@pytest.mark.parametrize("store", ["cloud", "git:", "git:-x", "sql:", "folder:x", "sql"])
def test_what_names_no_store_is_a_usage_error(sandbox: Embedded, store: str) -> None:
    result = on(sandbox, "m1", "runs", store=store)
    assert result.exit_code == 64
    assert "not folder, git, git:REMOTE or sql:URL" in result.stderr


def test_git_needs_a_repository(sandbox: Embedded) -> None:
    require_program("git")
    result = on(sandbox, "m1", "runs")
    assert result.exit_code == 1
    assert "the run store git needs a git repository" in result.stderr


@pytest.mark.usefixtures("repository")
def test_hints_name_the_store(sandbox: Embedded) -> None:
    sandbox.declare(tags=["one"], policy=KEEP)
    assert "--state-dir m1 --store git apply" in on(sandbox, "m1", "plan").output
