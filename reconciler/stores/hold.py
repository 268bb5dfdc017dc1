"""An apply under a claim: the workspace is taken before the first write, its record is pushed on the way, and given up at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from reconciler.applying.options import ApplyHooks
from reconciler.applying.report import Event
from reconciler.errors import StoreError
from reconciler.stores.claim import LEASE_SECONDS, PUSH_SECONDS
from reconciler.stores.store import RunStore


@dataclass
class Hold:
    """`now` gives Unix time in seconds. `notify` takes a message for people. `problem`: why the record is not stored, "" if it is.

    A claim that is lost before the last write stops the apply; one that was lost by the last push is a warning.
    """

    store: RunStore
    now: Callable[[], float]
    notify: Callable[[str], None]
    problem: str = ""
    _is_loss_known: bool = False
    _pushed: float = float("-inf")
    _renewed: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, workspace_id: str, digest: str) -> None:
        """Claim a workspace. Raises LockedError, StoreMovedError and StoreError: then nothing may be written to it."""
        started = self.now()
        if note := self.store.claim(workspace_id, digest):
            self.notify(note)
        self._renewed = started  # the claim has the time at which its push began

    def hooks(self, hooks: ApplyHooks) -> ApplyHooks:
        """The hooks of the apply: each event is a chance to push, the first one before the first write."""
        if not self.store.is_shared:
            return hooks

        def on_event(event: Event) -> None:
            self.tick()
            hooks.on_event(event)

        return replace(hooks, on_event=on_event, stopped_by=self.stopped_by)

    def tick(self) -> None:
        """Push if the last push is 30 s ago. One that fails is tried again; the apply goes on as long as its claim is sure to hold."""
        if self.now() - self._pushed < PUSH_SECONDS or not self._lock.acquire(blocking=False):
            return
        try:
            self._pushed = self.now()
            self._report(self.store.push())
            self._renewed, self.problem = self._pushed, ""
        except StoreError as error:
            if not self.problem:
                self.notify(f"warning: the record of this run is not stored yet: {error.message}; it is tried again")
            self.problem = error.message
        finally:
            self._lock.release()

    def stopped_by(self) -> str:
        """Why nothing more may be written, "" while it may."""
        if self.store.lost:
            self._is_loss_known = True  # the report has it as the reason for its end
            return self.store.lost
        if self.store.is_shared and self.now() - self._renewed >= LEASE_SECONDS:
            return f"the claim of the workspace could not be renewed for {int(LEASE_SECONDS // 60)} minutes: {self.problem or 'no push'}"
        return ""

    def end(self) -> None:
        """The last push. A failure is a `problem`, as what was done must be reported whatever comes of its record."""
        try:
            self._report(self.store.release())
            self.problem = ""
        except StoreError as error:
            self.problem = error.message
        if self.store.lost and not self._is_loss_known:
            self._report([f"{self.store.lost}; this run had done its work by then: look at both runs"])

    def _report(self, notes: Sequence[str]) -> None:
        for note in notes:
            self.notify(f"warning: {note}")


@contextmanager
def hold_workspace(
    store: RunStore,
    workspace_ids: Sequence[str],
    digest: str,
    *,
    now: Callable[[], float],
    notify: Callable[[str], None],
) -> Iterator[Hold]:
    """Hold workspaces ("" for one that does not exist yet) within the block, which pushes the record at its end in any case.

    Raises LockedError, StoreMovedError and StoreError before the block.
    """
    hold = Hold(store, now, notify)
    try:
        for workspace_id in workspace_ids:
            hold.take(workspace_id, digest)
        yield hold
    finally:
        hold.end()
