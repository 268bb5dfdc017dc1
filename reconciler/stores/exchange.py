"""The exchange of records between a state folder and a snapshot of a store, in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

from reconciler.stores.backend import StoreBackend, StoreSnapshot
from reconciler.stores.memory import Memory
from reconciler.stores.merge import MergedRun, merge_run
from reconciler.stores.records import CONFLICTS, PLANNED, RUNS, Record, StateFolder, record_of


@dataclass
class Outgoing:
    """`files`: what the store lacks, by path. `kept`: copies of what it replaces, for the folder. `records`: those looked at."""

    files: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


class Exchange:
    """Compares and merges record by record."""

    def __init__(self, backend: StoreBackend, folder: StateFolder) -> None:
        self._backend, self._folder = backend, folder
        self._same: dict[tuple[str, str], Record] = {}
        """Records that the store has as the folder, by workspace and name: they are not read again while they stay so."""

    def outgoing(self, key: str, snapshot: StoreSnapshot) -> Outgoing:
        """What the store lacks of the folder's records of a workspace."""
        found = Outgoing()
        for record in self._folder.records():
            if self._same.get((key, record.name)) == record or key not in self._folder.keys(record):
                continue
            found.records.append(record)
            files = self._folder.files(record.name)
            if not self._differing(files, snapshot):
                continue
            if not record.name.startswith(f"{RUNS}/"):
                found.files |= {path: data for path, data in files.items() if path not in snapshot.sums}
            elif not self._folder.problem(record.name):
                merged = self._merge(key, snapshot, record.name)
                copies = {f"{CONFLICTS}/{name}": data for name, data in merged.kept.items()}
                found.files |= {f"{record.name}/{name}": data for name, data in merged.stored.items()} | copies
                found.kept |= copies
                found.notes += merged.notes
        return found

    def note_stored(self, key: str, outgoing: Outgoing) -> None:
        """The store has taken it."""
        self._folder.write(outgoing.kept)
        self._same.update({(key, record.name): record for record in outgoing.records})

    def forget(self) -> None:
        """What is stored may be another thing than before."""
        self._same.clear()

    def _differing(self, files: Mapping[str, bytes], snapshot: StoreSnapshot) -> bool:
        sums = snapshot.sums
        return any(
            path not in sums or self._backend.sum_of(data, sums[path]) != sums[path] for path, data in files.items()
        )

    def take(self, key: str, snapshot: StoreSnapshot) -> list[str]:
        """Merge the stored records of a workspace into the folder; messages."""
        notes: list[str] = []
        for name, paths in groupby(sorted(snapshot.sums), record_of):
            listed = list(paths)
            files = self._folder.files(name) if name else {}
            is_same = files.keys() == set(listed) and not self._differing(files, snapshot)
            if not name or is_same or name.startswith(f"{CONFLICTS}/"):
                continue
            if name.startswith(f"{PLANNED}/"):
                if not files:
                    self._folder.write(self._backend.read(key, snapshot, listed))
                continue
            merged = self._merge(key, snapshot, name)
            self._folder.write({f"{CONFLICTS}/{copy}": data for copy, data in merged.kept.items()})
            self._folder.write({f"{name}/{file}": data for file, data in merged.local.items()})
            notes += merged.notes
        return notes

    def _merge(self, key: str, snapshot: StoreSnapshot, name: str) -> MergedRun:
        paths = [path for path in snapshot.sums if record_of(path) == name]
        stored = self._backend.read(key, snapshot, paths) if paths else {}
        here = {path.rpartition("/")[2]: data for path, data in self._folder.files(name).items()}
        return merge_run(name.partition("/")[2], here, {path.rpartition("/")[2]: data for path, data in stored.items()})

    def loss(self, key: str, snapshot: StoreSnapshot, memory: Memory) -> str:
        """What the store no longer has of what this folder has seen in it, "" for nothing: another hand changed its ref or rows."""
        if snapshot.version == memory.versions.get(key, ""):
            return ""
        known, sums = memory.sums.get(key, {}), snapshot.sums
        lost = {record_of(path) for path in known if path not in sums} - {""}
        for path in known.keys() & sums.keys():
            if known[path] != sums[path] and self._is_older(key, snapshot, path):
                lost.add(record_of(path))
        runs = sorted(name.partition("/")[2] for name in lost if name.startswith(f"{RUNS}/"))
        if not runs:
            return ""
        moved = f"moved it to {snapshot.version}" if snapshot.version else "deleted it"
        return (
            f"{self._backend.name} no longer has all that it had of the workspace {key}: {', '.join(runs)}. Its version was "
            f"{memory.versions[key]}, and another hand {moved}"
        )

    def _is_older(self, key: str, snapshot: StoreSnapshot, path: str) -> bool:
        """Whether what is stored is only the beginning of what the folder has, although the store had more."""
        here = self._folder.files(record_of(path)).get(path, b"")
        stored = self._backend.read(key, snapshot, [path])[path]
        return len(here) > len(stored) and here.startswith(stored)
