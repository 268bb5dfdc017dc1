"""Machines with a state folder each and one store between them; runs as an apply would record them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.applying.journal.events import ChangeEnded, Intent, JournalEvent, SessionEnded, SessionStarted
from reconciler.applying.journal.run import Run
from reconciler.applying.lock import exclusive_lock
from reconciler.applying.report import Result
from reconciler.errors import StoreError, StoreMovedError
from reconciler.model import Address
from reconciler.stores import Holder, RunStore, SharedStore, StoreBackend, StoreSnapshot
from tests.clock import Time
from tests.programs import require_program

WORKSPACE = "64a0000000000000000000a1"
DIGEST = f"sha256:{'ab' * 32}"
STARTED = SessionStarted(
    run="",
    digest=DIGEST,
    approved_as=None,
    user={"id": "u1", "email": "mia@example.com"},
    gateway="sandbox",
    base_url="",
    connection=None,
    workspace={},
    tool_version="1",
    pid=1,
    host="h",
)
ENDED = SessionEnded(
    summary={"done": 1}, requests=1, seconds=1.0, stopped=None, interrupted=False, exit_code=0, complete=True
)


def intent(name: str) -> Intent:
    return Intent(address=Address("tag", (name,)), action="create", step="create")


def change(name: str) -> ChangeEnded:
    return ChangeEnded(address=Address("tag", (name,)), action="create", result=Result.DONE, id="t1")


@dataclass
class Machine:
    """A state folder with its store. `again` opens `store` once more, as each command does."""

    name: str
    folder: Path
    open: Callable[[Machine], RunStore]
    time: Time
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.store = self.open(self)

    def again(self) -> RunStore:
        self.stack.close()
        self.store = self.open(self)
        return self.store

    @property
    def holder(self) -> Holder:
        return Holder("mia", self.name, 7)

    def claim(self, workspace: str = WORKSPACE) -> str:
        """As an apply does: under the lock of the folder, which stays until `again`."""
        self.stack.enter_context(exclusive_lock(self.folder, self.name, now=self.time.clock))
        return self.store.claim(workspace, DIGEST)

    def begin(self, run: str, workspace: str | None = WORKSPACE, *, protect: Iterable[str] = ()) -> Run:
        folder = self.folder / "runs" / run
        folder.mkdir(parents=True)
        plan = {"digest": DIGEST, "workspace": {"id": workspace or ""}, "policy": {"protect": list(protect)}}
        (folder / "plan.json").write_text(json.dumps(plan), encoding="ascii")
        (folder / "ids.txt").write_text("id-1\n", encoding="ascii")
        return Run(folder)

    def session(self, run: str, *events: JournalEvent, sequence: int = 1, workspace: str | None = WORKSPACE) -> Run:
        """One more session of a run, with its events."""
        found = Run(self.folder / "runs" / run)
        started = replace(STARTED, run=run, sequence=sequence, ids=found.ids_sum, workspace={"id": workspace})
        self.append(run, started, *events)
        return Run(found.path)

    def append(self, run: str, *events: JournalEvent) -> None:
        with Run(self.folder / "runs" / run).journal(self.time.clock) as journal:
            for event in events:
                if isinstance(event, Intent):
                    journal.intent(event)
                else:
                    journal.record(event)

    def record(self, run: str, *events: JournalEvent, workspace: str | None = WORKSPACE) -> Run:
        self.begin(run, workspace)
        return self.session(run, *events, workspace=workspace)

    def files(self, *kinds: str) -> Mapping[str, bytes]:
        """What the state folder has, by path; without what it knows of itself."""
        listed = (path for kind in kinds or ("runs", "planned") for path in (self.folder / kind).rglob("*"))
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in listed if path.is_file()}


def git(folder: Path, *arguments: str) -> str:
    """What git prints, without the settings of this machine."""
    require_program("git")
    none = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    named = {f"GIT_{role}_{what}": "x@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**os.environ, **none, **named},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


class Faulty:
    """A backend whose next writes and reads fail: before they happen, or after them with the answer lost."""

    def __init__(self, backend: StoreBackend) -> None:
        self.backend = backend
        self.faults: list[str] = []
        self.before_replace: Callable[[], object] = lambda: None

    @property
    def name(self) -> str:
        return self.backend.name

    def snapshots(self) -> Mapping[str, StoreSnapshot]:
        if self.faults and self.faults[0] == "unreachable":
            raise StoreError(f"the run store {self.name} cannot be reached: gone")
        return self.backend.snapshots()

    def read(self, key: str, snapshot: StoreSnapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        return self.backend.read(key, snapshot, paths)

    def replace(self, key: str, snapshot: StoreSnapshot, files: Mapping[str, bytes | None]) -> StoreSnapshot:
        self.before_replace()
        fault = self.faults.pop(0) if self.faults and self.faults[0] != "unreachable" else "".join(self.faults[:1])
        if fault in ("before", "unreachable"):
            raise StoreError(f"the run store {self.name} cannot be reached: broken pipe")
        if fault == "moved":
            raise StoreMovedError("moved")
        replaced = self.backend.replace(key, snapshot, files)
        if fault == "after":
            raise StoreError(f"the run store {self.name} cannot be reached: broken pipe")
        return replaced

    def sum_of(self, data: bytes, like: str = "") -> str:
        return self.backend.sum_of(data, like)


def shared(backend: StoreBackend) -> Callable[[Machine], SharedStore]:
    """A store over this backend for each machine."""
    return lambda machine: SharedStore(backend, machine.folder, holder=machine.holder, now=machine.time.clock)
