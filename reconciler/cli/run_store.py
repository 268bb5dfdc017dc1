"""The run store of a command: opened by `--store`, fetched before runs are read, and what a command may do without it."""

from __future__ import annotations

import getpass
import os
import socket
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cli.settings import Settings
from reconciler.cli.store_use import StoreUse
from reconciler.cli.terminal.output import print_message
from reconciler.errors import StoreError
from reconciler.planning import Plan
from reconciler.state import Workspace
from reconciler.stores import Fetched, Holder, RunStore, open_run_store

if TYPE_CHECKING:
    from reconciler.stores import Hold

_MAX_LISTED = 5


def user() -> str:
    """The user at this machine, for the lock and the claim."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown user"


def open_store(settings: Settings) -> RunStore:
    """The run store of the settings. Raises ConfigurationError."""
    holder = Holder(user(), socket.gethostname(), os.getpid())
    return open_run_store(settings.store, settings.state_dir, holder=holder, now=time.time, environment=os.environ)


@dataclass(frozen=True, slots=True)
class FetchedStore:
    """A run store after its fetch. `unknown`: why what it has is not known, "" where it is."""

    store: RunStore
    found: Fetched
    use: StoreUse
    unknown: str = ""

    def require_for_removals(self, plan: Plan) -> None:
        """Raise StoreError for a plan that removes anything where the store is not known: a protection may be in it."""
        removals = [str(change.address) for change in plan.changes if change.is_removal]
        if not self.unknown or not removals:
            return
        more = f" and {len(removals) - _MAX_LISTED} more" if len(removals) > _MAX_LISTED else ""
        raise StoreError(
            f"the plan removes {', '.join(removals[:_MAX_LISTED])}{more}, and whether the last run protects them is not known: "
            f"{self.unknown}",
            hint=f"make the run store reachable{'' if self.use is StoreUse.UNDO else ', or leave out what removes'}",
        )

    def publish(self) -> None:
        """Store what the state folder has and the store lacks. A failure is a warning: the folder still has it."""
        if self.unknown:
            return
        try:
            notes = self.store.push()
        except StoreError as error:
            notes = (f"what the state folder has is not stored: {error.message}; the next command tries it again",)
        for note in notes:
            print_message(f"warning: {note}")


def fetch_runs(settings: Settings, use: StoreUse) -> FetchedStore:
    """Bring what the store has into the state folder. Raises StoreError only if the command needs it (`apply`), else warns."""
    store = open_store(settings)
    try:
        found = store.fetch()
    except StoreError as error:
        if use is StoreUse.APPLY:
            message = f"{error.message}; without it these are not known: {use.unknown}. Nothing was written"
            raise StoreError(
                message, hint=error.hint or "make the run store reachable, then run the same command again"
            ) from error
        print_message(f"warning: {error.message}; not known are {use.unknown}: {use.meaning}")
        if error.hint:
            print_message(f"hint: {error.hint}")
        return FetchedStore(store, Fetched(), use, error.message)
    for note in found.notes:
        print_message(f"warning: {note}")
    return FetchedStore(store, found, use)


def hold_for(store: RunStore, plan: Plan, workspace: Workspace) -> AbstractContextManager[Hold]:
    """Hold the workspace of a plan: one that it creates under the key of new ones, and by its id once there is one."""
    ids = [*([""] if plan.target.is_new else []), *([workspace.id] if workspace.id else [])]
    from reconciler.stores import hold_workspace  # noqa: PLC0415 - start-up: a plan holds nothing

    return hold_workspace(store, ids, plan.digest, now=time.time, notify=print_message)


def report_unstored(problem: str, store: RunStore, settings: Settings) -> None:
    """Say that the record of a run is in the state folder alone."""
    print_message(f"error: the record of this run is not stored in {store.name}: {problem}")
    print_message(
        f"hint: it is in {settings.state_dir}: keep that folder; the next plan or apply from it with this store stores it"
    )
