"""The git store: refs of a repository or of its remote, and nothing else of it touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.errors import ConfigurationError, StoreError, StoreMovedError
from reconciler.stores.backend import EMPTY, FORMAT, StoreSnapshot
from reconciler.stores.git import GitBackend
from reconciler.stores.git_program import Git
from tests.programs import require_program
from tests.stores.machines import WORKSPACE, git

REF = f"refs/reconciler/{WORKSPACE}"
FILES: dict[str, bytes | None] = {"format": FORMAT, "runs/r/plan.json": b"{}\n"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main", "repository")
    return tmp_path / "repository"


def opened(folder: Path, remote: str = "", **variables: str) -> GitBackend:
    return GitBackend(Git(folder, {**os.environ, **variables}), remote)


def with_remote(repository: Path) -> Path:
    git(repository.parent, "init", "-q", "--bare", "remote.git")
    git(repository, "remote", "add", "origin", str(repository.parent / "remote.git"))
    return repository.parent / "remote.git"


def test_work_tree_index_history_and_hooks_are_not_touched(repository: Path) -> None:
    remote = with_remote(repository)
    (repository / "a.yaml").write_text("version: 1\n", encoding="ascii")
    git(repository, "add", "a.yaml")
    git(repository, "commit", "-q", "-m", "one")
    (repository / "b.yaml").write_text("version: 1\n", encoding="ascii")
    git(repository, "add", "b.yaml")
    hook = repository / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    hook.chmod(0o755)
    before = git(repository, "status", "--porcelain=2", "--branch"), (repository / ".git" / "index").read_bytes()
    # As a hook of git, or a shell that works elsewhere, would call it.
    elsewhere = {"GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index", "GIT_WORK_TREE": "/nowhere"}
    backend = opened(repository, **elsewhere)
    assert backend.name == "git:origin"
    first = backend.replace(WORKSPACE, EMPTY, FILES)
    backend.replace(WORKSPACE, first, {"runs/r/plan.json": None, "runs/r/ids.txt": b"1\n"})
    after = git(repository, "status", "--porcelain=2", "--branch"), (repository / ".git" / "index").read_bytes()
    assert after == before
    assert git(remote, "for-each-ref", "--format=%(refname)") == REF
    assert git(remote, "ls-tree", "-r", "--name-only", REF).split() == ["format", "runs/r/ids.txt"]
    assert git(remote, "rev-list", "--count", REF) == "2"  # what was stored once stays in the history of the ref
    assert git(remote, "log", "-1", "--format=%an %ae %s", REF) == (
        f"reconciler reconciler@localhost Records of workspace {WORKSPACE}"
    )
    assert not (repository / ".git" / "FETCH_HEAD").exists()


def test_a_ref_moved_by_hand_to_another_commit_fails_closed(repository: Path) -> None:
    (repository / "a.yaml").write_text("version: 1\n", encoding="ascii")
    git(repository, "add", "a.yaml")
    git(repository, "commit", "-q", "-m", "one")
    backend = opened(repository)
    first = backend.replace(WORKSPACE, EMPTY, FILES)
    git(repository, "update-ref", REF, "main")
    with pytest.raises(StoreError, match="is no run store of this version: another hand moved it to") as caught:
        backend.snapshots()
    assert REF in caught.value.message
    assert caught.value.hint.endswith(f"store.json of a state folder names: git update-ref {REF} COMMIT")
    with pytest.raises(StoreMovedError):
        backend.replace(WORKSPACE, first, {"runs/r/ids.txt": b""})
    git(repository, "update-ref", REF, first.version)
    assert backend.snapshots() == {WORKSPACE: first}


def test_a_remote_moved_or_gone_since(repository: Path) -> None:
    remote = with_remote(repository)
    backend = opened(repository)
    first = backend.replace(WORKSPACE, EMPTY, FILES)
    second = backend.replace(WORKSPACE, first, {"runs/r/ids.txt": b"1\n"})
    with pytest.raises(StoreMovedError, match="another machine wrote to"):
        backend.replace(WORKSPACE, first, {"runs/r/ids.txt": b"2\n"})
    with pytest.raises(StoreMovedError):
        backend.replace(WORKSPACE, EMPTY, FILES)
    blob = git(remote, "hash-object", "-w", "--stdin")
    git(remote, "update-ref", REF, blob)
    with pytest.raises(StoreError, match="is no run store of this version") as caught:
        backend.snapshots()
    assert f"git push --force origin COMMIT:{REF}" in caught.value.hint
    git(remote, "update-ref", "-d", REF)
    with pytest.raises(StoreMovedError, match=f"another hand deleted {REF}"):
        backend.replace(WORKSPACE, second, {"runs/r/ids.txt": b"2\n"})
    assert backend.snapshots() == {}
    shutil.rmtree(remote)
    with pytest.raises(StoreError, match="git:origin cannot be reached"):
        backend.snapshots()
    with pytest.raises(StoreError, match="git:origin cannot be reached"):
        backend.replace(WORKSPACE, second, {"runs/r/ids.txt": b"3\n"})


def test_a_push_that_the_remote_refuses_says_why(repository: Path) -> None:
    remote = with_remote(repository)
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    hook.chmod(0o755)
    with pytest.raises(
        StoreError, match=r"cannot write refs/reconciler/.*: \[remote rejected\] \(pre-receive hook declined\)"
    ):
        opened(repository).replace(WORKSPACE, EMPTY, FILES)


class Lost(Git):
    """Git whose next push is carried out, and its answer is lost."""

    def finish(self, *arguments: str, **options: object):  # type: ignore[no-untyped-def]  # noqa: ANN201
        done = Git.finish(self, *arguments, **options)  # type: ignore[arg-type]
        if arguments[0] == "push":
            raise StoreError("git push did not finish within 90 s")
        return done


def test_a_push_whose_answer_is_lost_is_looked_up(repository: Path) -> None:
    remote = with_remote(repository)
    stored = GitBackend(Lost(repository, os.environ)).replace(WORKSPACE, EMPTY, FILES)
    assert git(remote, "rev-parse", REF) == stored.version


def test_a_local_write_that_fails_says_why(repository: Path) -> None:
    backend = opened(repository)
    (repository / ".git" / "refs" / "reconciler").write_text("in the way", encoding="ascii")
    with pytest.raises(StoreError, match="cannot write refs/reconciler/"):
        backend.replace(WORKSPACE, EMPTY, FILES)


def test_an_object_that_is_missing_is_named(repository: Path) -> None:
    backend = opened(repository)
    with pytest.raises(StoreError, match=r"lacks runs/r/plan\.json: its repository is damaged"):
        backend.read(WORKSPACE, StoreSnapshot("1", {"runs/r/plan.json": "0" * 40}), ["runs/r/plan.json"])


def test_a_key_that_cannot_be_a_ref_is_refused(repository: Path) -> None:
    with pytest.raises(StoreError, match="cannot name a git ref"):
        opened(repository).replace("../heads/main", EMPTY, FILES)


def test_credentials_of_a_url_are_not_in_its_name(repository: Path) -> None:
    assert "t0ken" not in opened(repository, "https://jo:t0ken@127.0.0.1:1/x.git").name
    asked = opened(repository, "https://127.0.0.1:1/x.git?access_token=hunter2x")
    assert "hunter2x" not in asked.name


def test_a_remote_that_is_not_there_is_named_by_the_fact(repository: Path) -> None:
    with pytest.raises(StoreError, match="does not appear to be a git repository"):
        opened(repository, "nowhere").snapshots()


def test_a_sum_is_that_of_the_repository(repository: Path) -> None:
    backend = opened(repository)
    (repository / "x").write_bytes(b"abc")
    assert backend.sum_of(b"abc") == git(repository, "hash-object", "x")
    assert len(backend.sum_of(b"abc", "0" * 64)) == 64


def test_outside_of_a_repository_and_without_git(tmp_path: Path) -> None:
    require_program("git")
    with pytest.raises(ConfigurationError, match="needs a git repository"):
        opened(tmp_path)
    with pytest.raises(StoreError, match="cannot run git"):
        GitBackend(Git(tmp_path / "missing", {"PATH": str(tmp_path)}))


def test_git_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\n{sys.executable} -c 'import time; time.sleep(600)'\n", encoding="ascii")
    program.chmod(0o755)
    with pytest.raises(StoreError, match=r"git fetch did not finish within 0\.2 s"):
        Git(tmp_path, {"PATH": f"{tmp_path}:/bin"}, seconds=0.2).run("fetch")


def test_a_command_that_fails_says_what(repository: Path) -> None:
    with pytest.raises(StoreError, match="git cat-file failed: "):
        Git(repository, os.environ).run("cat-file", "blob", "0" * 40)


def test_an_interrupt_ends_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Git(repository, os.environ).run("cat-file", "--batch")
