"""What keeps the records of each workspace apart and replaces them by compare-and-swap: a git ref, a row of a database.

A workspace is a mapping of paths to bytes with a version. All that a run store promises is built on these three operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

FORMAT_FILE: Final = "format"
FORMAT: Final = b"reconciler.store/1\n"
"""Every stored workspace has this file: what has it not was written by another hand."""
CLAIM_FILE: Final = "claim.json"
NEW: Final = "new"
"""The key of runs whose workspace does not exist yet. No id of a workspace is this word."""


@dataclass(frozen=True, slots=True)
class StoreSnapshot:
    """What is stored of a workspace: its version, "" where nothing is, and each path with the sum of its content."""

    version: str = ""
    sums: Mapping[str, str] = field(default_factory=dict)


EMPTY: Final = StoreSnapshot()


class StoreBackend(Protocol):
    """Keeps the files of each workspace. A key is the id of a workspace, or `new`."""

    @property
    def name(self) -> str:
        """What people call it, without a password."""

    def snapshots(self) -> Mapping[str, StoreSnapshot]:
        """Every stored workspace by its key. Raises StoreError where it cannot be reached or is not a run store."""

    def read(self, key: str, snapshot: StoreSnapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The content of these paths of a snapshot. Raises StoreError."""

    def replace(self, key: str, snapshot: StoreSnapshot, files: Mapping[str, bytes | None]) -> StoreSnapshot:
        """Write files (None: delete), all or none, where the stored version is still that of the snapshot; the new snapshot.

        Raises StoreMovedError where it is another one, and StoreError where the outcome is a failure or unknown.
        """

    def sum_of(self, data: bytes, like: str = "") -> str:
        """The sum of a content, as snapshots have it; `like`: a sum of the same store, whose length tells the algorithm."""
