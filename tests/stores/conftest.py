"""The stores of the contract test: a folder, refs of a repository, refs of its remote, and a database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.stores import Backend, FolderStore, RunStore
from reconciler.stores.git import GitBackend
from reconciler.stores.git_program import Git
from reconciler.stores.sql import SqlBackend
from tests.clock import Time
from tests.stores.machines import Faulty, Machine, git, shared

SHARED = ("git", "sqlite")


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


def _backend(kind: str, folder: Path, name: str) -> Backend:
    if kind == "sqlite":
        return SqlBackend(f"sqlite:///{folder / 'runs.sqlite3'}")
    remote = str(folder / "remote.git") if kind == "git-remote" else ""
    return GitBackend(Git(folder / (f"clone-{name}" if remote else "repository"), os.environ), remote)


def _folder_store(_: Machine) -> RunStore:
    return FolderStore()


def make_stage(kind: str, folder: Path) -> Stage:
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
            stage.faulty[name] = Faulty(_backend(kind, folder, name))
            opened, state = shared(stage.faulty[name]), folder / f"state-{name}"
        stage.machines[name] = Machine(name, state, opened, stage.time)
    return stage


@pytest.fixture(params=("folder", "git-remote", *SHARED))
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Every store."""
    made = make_stage(request.param, tmp_path)
    yield made
    for machine in made.machines.values():
        machine.stack.close()


@pytest.fixture(params=SHARED)
def net(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Every store that machines share."""
    made = make_stage(request.param, tmp_path)
    yield made
    for machine in made.machines.values():
        machine.stack.close()
