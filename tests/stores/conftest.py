"""The stores of the contract test: a folder, refs of a repository, refs of its remote, and a database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.applying import Runs
from reconciler.stores import FolderStore, RunStore, StoreBackend
from reconciler.stores.git import GitBackend
from reconciler.stores.git_program import Git
from reconciler.stores.sql import SqlBackend
from tests.clock import Time
from tests.stores.database import forget_rows, postgres
from tests.stores.machines import ENDED, Faulty, Machine, change, git, intent, shared


@dataclass
class Stage:
    """Machines `a` and `b` with one store. `backend` opens what is behind it as another program would."""

    folder: Path
    kind: str
    time: Time
    machines: dict[str, Machine]
    faulty: dict[str, Faulty]

    @property
    def a(self) -> Machine:
        return self.machines["a"]

    @property
    def b(self) -> Machine:
        return self.machines["b"]

    def close(self) -> None:
        for machine in self.machines.values():
            machine.stack.close()


def _backend(kind: str, folder: Path, name: str, url: str) -> StoreBackend:
    if url:
        return SqlBackend(url)
    if kind == "sqlite":
        return SqlBackend(f"sqlite:///{folder / 'runs.sqlite3'}")
    remote = str(folder / "remote.git") if kind == "git-remote" else ""
    return GitBackend(Git(folder / (f"clone-{name}" if remote else "repository"), os.environ), remote)


def _folder_store(_: Machine) -> RunStore:
    return FolderStore()


def make_stage(kind: str, folder: Path, url: str = "") -> Stage:
    if url:
        forget_rows(url)
    if kind == "git":
        git(folder, "init", "-q", "repository")
    if kind == "git-remote":
        git(folder, "init", "-q", "--bare", "remote.git")
        for name in "ab":
            git(folder, "init", "-q", f"clone-{name}")
    stage = Stage(folder, kind, Time(), {}, {})
    for name in "ab":
        opened: Callable[[Machine], RunStore] = _folder_store
        state = folder / "state"
        if kind != "folder":
            stage.faulty[name] = Faulty(_backend(kind, folder, name, url))
            opened, state = shared(stage.faulty[name]), folder / f"state-{name}"
        stage.machines[name] = Machine(name, state, opened, stage.time)
    return stage


POSTGRES = pytest.param("postgres", marks=pytest.mark.slow)


REMOTE = pytest.param("git-remote", marks=pytest.mark.slow)
"""What it does beyond a repository without a remote is in test_git.py, quicker."""


@pytest.fixture(params=("folder", REMOTE, "git", "sqlite", POSTGRES))
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Every store."""
    yield from _stage(request, tmp_path)


@pytest.fixture(params=("git", "sqlite", POSTGRES))
def net(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Every store that machines share; a remote differs from a repository in `stage` and in the tests of git."""
    yield from _stage(request, tmp_path)


def _stage(request: pytest.FixtureRequest, folder: Path) -> Iterator[Stage]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    made = make_stage(request.param, folder, url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of its own, on a socket in a folder; the test is skipped where none can be started."""
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    with postgres() as url:
        yield url


def apply_one(stage: Stage, name: str, run: str) -> None:
    """One complete run of a machine, as an apply makes it."""
    machine = stage.machines[name]
    machine.again().fetch()
    machine.claim()
    machine.begin(run)
    machine.session(run, intent("x"), change("x"), ENDED, sequence=Runs(machine.folder).next_sequence())
    assert machine.store.push() == ()
    assert machine.store.release() == ()
    machine.again()
