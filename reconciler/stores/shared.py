"""A run store that machines share: records merge both ways, and a workspace is claimed by compare-and-swap."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from reconciler.applying.journal.writer import utc
from reconciler.errors import LockedError, StoreError, StoreMovedError
from reconciler.stores.backend import CLAIM_FILE, EMPTY, FORMAT, FORMAT_FILE, NEW, StoreBackend, StoreSnapshot
from reconciler.stores.claim import STALE_SECONDS, Claim, Holder
from reconciler.stores.exchange import Exchange
from reconciler.stores.memory import Memory
from reconciler.stores.records import RUNS, StateFolder
from reconciler.stores.store import Fetched

ATTEMPTS: Final = 5
"""Tries of one write while other machines write records to the same workspace."""


class SharedStore:
    """Synchronizes a state folder with a backend. `now` gives Unix time in seconds. For one thread at a time."""

    is_shared = True

    def __init__(
        self, backend: StoreBackend, state_dir: str | Path, *, holder: Holder, now: Callable[[], float]
    ) -> None:
        self._backend, self._holder, self._now = backend, holder, now
        self._folder = StateFolder(Path(state_dir))
        self._memory = Memory.read(self._folder.path, backend.name)
        self._snapshots: dict[str, StoreSnapshot] = {}
        self._claims: dict[str, Claim] = {}
        self._exchange = Exchange(backend, self._folder)
        self.lost = ""

    @property
    def name(self) -> str:
        """As its backend is called."""
        return self._backend.name

    def fetch(self) -> Fetched:
        """Merge every stored workspace into the state folder."""
        for _ in range(ATTEMPTS):
            try:
                return self._fetch()
            except StoreMovedError:  # another machine wrote while it was read
                continue
        raise self._too_busy()

    def _fetch(self) -> Fetched:
        self._look()
        notes, claims = [], {}
        for key, snapshot in sorted(self._snapshots.items()):
            notes += [*self._losses(key), *self._exchange.take(key, snapshot)]
            if (claim := self._stored_claim(key)) is not None:
                claims[key] = claim
        for key in sorted(self._memory.versions.keys() - self._snapshots.keys()):
            notes += self._losses(key)
        self._remember()
        return Fetched(tuple(dict.fromkeys(notes)), claims)

    def claim(self, workspace_id: str, digest: str) -> str:
        """Take the workspace: a compare-and-swap on what the last fetch found."""
        key = workspace_id or NEW
        fetched = self._snapshots.get(key, EMPTY)
        for _ in range(ATTEMPTS):
            now = self._now()
            claim = Claim(secrets.token_hex(8), str(self._holder), now, now, digest)
            try:
                note = self._require_free(key)
                self._expect(key, claim)
                self._write(key, {CLAIM_FILE: claim.to_bytes()})
            except StoreMovedError:
                self._look()
                if _runs_of(self._snapshots.get(key, EMPTY)) != _runs_of(fetched):
                    loss = self._exchange.loss(key, self._snapshots.get(key, EMPTY), self._memory)
                    fact = loss or f"another machine recorded a run in {self.name} since this plan was made"
                    hint = "make the plan again: run the same command once more"
                    raise StoreMovedError(f"{fact}; nothing was written", hint=hint) from None
                continue
            self._claims[key] = claim
            self._remember()
            return note
        raise self._too_busy()

    def _expect(self, key: str, claim: Claim) -> None:
        """Note the claim before it is stored: one whose answer is lost is known again."""
        before = self._memory.claims.get(key, "").split()
        self._memory.is_claiming = True
        self._memory.claims[key] = " ".join([*before[-1:], claim.id])
        self._memory.write(self._folder.path, self.name)

    def push(self) -> tuple[str, ...]:
        """Store the records of the claimed workspaces and renew the claims; without a claim, those of every workspace."""
        return self._push_all(released=False)

    def release(self) -> tuple[str, ...]:
        """As `push`, and the claims end; without a claim there is nothing to do."""
        if not self._claims and not self.lost:
            return ()
        notes = self._push_all(released=True)
        self._claims.clear()
        return notes

    def _push_all(self, *, released: bool) -> tuple[str, ...]:
        notes: list[str] = []
        keys = self._claims or dict.fromkeys(sorted(self._local_keys()))
        for key in list(keys):
            notes += self._save(key, released=released)
        self._remember()
        return tuple(dict.fromkeys(notes))

    def _local_keys(self) -> set[str]:
        return {key for record in self._folder.records() for key in self._folder.keys(record)}

    def _save(self, key: str, *, released: bool) -> list[str]:
        """Write the records of a workspace, and its claim as it is now."""
        losses: list[str] = []
        for _ in range(ATTEMPTS):
            try:
                claim = self._held(key)
                renewed = claim and replace(claim, renewed=self._now())
                files = {CLAIM_FILE: None if released else renewed.to_bytes()} if renewed else {}
                notes = self._write(key, files)
            except StoreMovedError:
                self._look()
                losses = losses or self._losses(key, "This push stores them again")
                continue
            if renewed is not None:
                self._claims[key] = renewed
                if released:
                    self._memory.claims.pop(key, None)
            return notes if self.lost else [*losses, *notes]  # a lost claim says it itself
        raise self._too_busy()

    def _held(self, key: str) -> Claim | None:
        """The own claim of a workspace, if it still stands in the store; else `lost` says what became of it."""
        claim = self._claims.get(key)
        if claim is None:
            return None
        total = self._snapshots.get(key, EMPTY).sums.get(CLAIM_FILE, "")
        if total == self._backend.sum_of(claim.to_bytes(), total):
            return claim
        stored = self._stored_claim(key)
        if stored is not None and stored.id == claim.id:
            return claim  # a push whose answer was lost has renewed it
        del self._claims[key]
        self._memory.claims.pop(key, None)
        loss = self._exchange.loss(key, self._snapshots.get(key, EMPTY), self._memory)
        if loss:
            by = f"{loss}; " + (f"meanwhile {stored.words()} claimed it" if stored else "now nothing claims it")
        else:
            by = f"{stored.words()} took it over" if stored else "it was removed by another hand"
        self.lost = f"the claim of the workspace in {self.name} is lost: {by}"
        return None

    def _losses(self, key: str, then: str = "The next plan or apply from it stores them again") -> list[str]:
        """A message where the store no longer has what this folder has of a workspace."""
        loss = self._exchange.loss(key, self._snapshots.get(key, EMPTY), self._memory)
        return [f"{loss}. This folder still has these runs. {then}"] if loss else []

    def _write(self, key: str, files: Mapping[str, bytes | None]) -> list[str]:
        """Write these files and the records of the folder that the store lacks; messages. Raises StoreMovedError, StoreError."""
        snapshot = self._snapshots.get(key, EMPTY)
        outgoing = self._exchange.outgoing(key, snapshot)
        changes = {**outgoing.files, **files}
        if changes and not snapshot.version:
            changes[FORMAT_FILE] = FORMAT
        if changes:
            self._snapshots[key] = self._backend.replace(key, snapshot, changes)
        self._exchange.note_stored(key, outgoing)
        return outgoing.notes

    def _require_free(self, key: str) -> str:
        """A message where a dead claim is taken over, else "". Raises LockedError where a machine holds the workspace."""
        stored, now = self._stored_claim(key), self._now()
        if stored is None:
            return ""
        if stored.id in self._memory.claims.get(key, "").split():
            return (
                f"the last run of this folder did not release the workspace ({stored.words()}); its claim is taken up"
            )
        if stored.is_stale(now):
            return (
                f"the claim of {stored.words()} was not renewed for {int(now - stored.renewed) // 60} minutes and is taken over; "
                "if that machine is still at work it stops at its next write"
            )
        raise LockedError(
            f"another machine holds the workspace in {self.name}: {stored.words()}",
            hint=f"wait until it has ended; if it is dead, its claim can be taken over from {utc(stored.renewed + STALE_SECONDS)}: "
            "run the same command then",
        )

    def _stored_claim(self, key: str) -> Claim | None:
        snapshot = self._snapshots.get(key, EMPTY)
        if CLAIM_FILE not in snapshot.sums:
            return None
        return Claim.from_bytes(self._backend.read(key, snapshot, [CLAIM_FILE])[CLAIM_FILE])

    def _look(self) -> None:
        self._snapshots = dict(self._backend.snapshots())
        self._exchange.forget()

    def _remember(self) -> None:
        for key, snapshot in self._snapshots.items():
            self._memory.versions[key] = snapshot.version
            self._memory.sums[key] = {
                path: total for path, total in snapshot.sums.items() if path.startswith(f"{RUNS}/")
            }
        self._memory.write(self._folder.path, self.name)

    def _too_busy(self) -> StoreError:
        return StoreError(
            f"{self.name} was changed by other machines {ATTEMPTS} times in a row", hint="run the same command again"
        )


def _runs_of(snapshot: StoreSnapshot) -> Mapping[str, str]:
    """What a plan depends on: the runs, without the claim and the planned changes."""
    return {path: total for path, total in snapshot.sums.items() if path.startswith(f"{RUNS}/")}
