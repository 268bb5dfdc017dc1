"""The protocol of a run store: what keeps the records of the state folder for other machines, or only here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.stores.claim import Claim


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch found: messages for people, one for each conflict or loss, and the claims that machines hold, by workspace."""

    notes: tuple[str, ...] = ()
    claims: Mapping[str, Claim] = field(default_factory=dict)


class RunStore(Protocol):
    """Synchronizes a state folder, which stays the working copy: runs, undo, resume and guards read that folder only."""

    @property
    def name(self) -> str:
        """What people call it, without a password."""

    @property
    def is_shared(self) -> bool:
        """Whether it is more than the state folder itself."""

    @property
    def lost(self) -> str:
        """Why a claim of this store no longer holds, "" while it does: then nothing more may be written to the workspace."""

    def fetch(self) -> Fetched:
        """Bring what is stored into the state folder. Raises StoreError; then the folder is as it was, or further."""

    def claim(self, workspace_id: str, digest: str) -> str:
        """Take a workspace before the first write, "" for one that does not exist yet; a message if a dead claim was taken over.

        Raises LockedError where another machine holds it, StoreMovedError where another run was stored since the fetch, StoreError.
        """

    def push(self) -> tuple[str, ...]:
        """Store what the state folder has, and renew the claims; messages for people. Raises StoreError."""

    def release(self) -> tuple[str, ...]:
        """The last push, which gives up the claims; messages for people. Raises StoreError: then the folder keeps what is not stored."""
