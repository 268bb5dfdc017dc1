"""The records of a state folder that a run store keeps: runs, planned changes, and copies kept of conflicts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reconciler.applying.journal.folder import JOURNAL, is_time_run
from reconciler.applying.journal.run import Run
from reconciler.applying.journal.time_run import TimeRun
from reconciler.applying.private_files import (
    make_folder,
    make_state_folder,
    open_private,
    read_private,
    sync_folder,
    write_private,
)
from reconciler.errors import JournalError, StoreError
from reconciler.json_text import parse_json
from reconciler.stores.backend import NEW
from reconciler.stores.merge import RUN_FILES

RUNS: Final = "runs"
PLANNED: Final = "planned"
CONFLICTS: Final = "conflicts"
_Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One run (`runs/ID`), or one file of planned changes or of a conflict. `signature` changes with its files."""

    name: str
    signature: _Signature


def record_of(path: str) -> str:
    """The record that a stored path belongs to; "" for a path that no record has, as another hand or version writes them."""
    parts = PurePosixPath(path).parts
    if not all(map(_is_plain, parts)) or "/".join(parts) != path:
        return ""
    if len(parts) == 3 and parts[0] == RUNS and parts[2] in RUN_FILES:
        return f"{RUNS}/{parts[1]}"
    return path if len(parts) == 2 and parts[0] in (PLANNED, CONFLICTS) else ""


def _is_plain(part: str) -> bool:
    """Whether a part of a path is a name that cannot lead out of its folder, on any system."""
    return (
        len(part) <= 200 and not part.startswith(".") and all(c.isascii() and (c.isalnum() or c in "-_.") for c in part)
    )


class StateFolder:
    """The files of a state folder, by their paths in a store. Every method raises StoreError where they cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: dict[str, tuple[_Signature, frozenset[str]]] = {}

    def records(self) -> Iterator[Record]:
        """Every record, oldest first."""
        try:
            for folder in self._entries(RUNS):
                if not folder.is_symlink() and folder.is_dir() and _is_plain(folder.name):
                    yield Record(f"{RUNS}/{folder.name}", _signature([folder / name for name in RUN_FILES]))
            for kind in (PLANNED, CONFLICTS):
                for file in self._entries(kind):
                    if _is_plain(file.name):
                        yield Record(f"{kind}/{file.name}", _signature([file]))
        except OSError as error:
            raise self._unusable(error) from error

    def files(self, name: str) -> dict[str, bytes]:
        """The files of a record, by path."""
        paths = [f"{name}/{file}" for file in RUN_FILES] if name.startswith(f"{RUNS}/") else [name]
        found = {}
        try:
            for path in paths:
                if (file := self.path / path).exists():
                    found[path] = read_private(file)
        except OSError as error:
            raise self._unusable(error) from error
        return found

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files, each whole or not at all; one that only grows is appended to, as its journal may be open."""
        try:
            make_state_folder(self.path)
            for path, data in sorted(files.items(), key=lambda item: item[0].endswith(JOURNAL)):
                file = self.path / path
                for folder in reversed(file.relative_to(self.path).parents[:-1]):
                    make_folder(self.path / folder)
                before = read_private(file) if file.exists() else b""
                if before and data.startswith(before):
                    _append(file, data[len(before) :])
                else:
                    write_private(file, data)
        except OSError as error:
            raise self._unusable(error) from error

    def keys(self, record: Record) -> frozenset[str]:
        """The workspaces that a record is of; a run that created its workspace is of `new` as well."""
        known = self._keys.get(record.name)
        if known is None or known[0] != record.signature:
            self._keys[record.name] = known = record.signature, self._read_keys(record.name)
        return known[1]

    def problem(self, name: str) -> str:
        """What proves that a run was changed after it was recorded, or "": such a run is not stored."""
        try:
            return self._run(name).problem if name.startswith(f"{RUNS}/") else ""
        except JournalError as error:
            return error.message

    def _read_keys(self, name: str) -> frozenset[str]:
        kind, _, rest = name.partition("/")
        if kind == CONFLICTS:
            return self._read_keys(f"{RUNS}/{rest.partition('.')[0]}")
        named: set[Any] = set()
        if kind == RUNS:
            try:
                sessions = self._run(name).head.sessions
            except JournalError:
                sessions = ()
            named = {session.started.workspace.get("id") for session in sessions}
        for path, data in self.files(name).items():
            if path.endswith(".json"):
                named.add(_workspace_of(data))
        return frozenset(NEW if key is None else key for key in named if key is None or (isinstance(key, str) and key))

    def _run(self, name: str) -> Run:
        folder = self.path / name
        return TimeRun(folder) if is_time_run(folder) else Run(folder)

    def _entries(self, name: str) -> list[Path]:
        folder = self.path / name
        return sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []

    def _unusable(self, error: OSError) -> StoreError:
        return StoreError(
            f"cannot use the records in {self.path}: {error.strerror}",
            hint="make the folder readable and writable, or choose another --state-dir",
        )


def _workspace_of(data: bytes) -> Any:
    """The id of the workspace that a plan, a time run or a planned record names; None for one that is to be created, "" where it names none."""
    try:
        named = parse_json(data, unique_keys=True)["workspace"]
        return (named["id"] if isinstance(named, dict) else named) or None
    except (KeyError, TypeError, ValueError, RecursionError):
        return ""


def _signature(paths: list[Path]) -> _Signature:
    found = []
    for path in paths:
        if path.is_file():
            status = path.stat()
            found.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


def _append(file: Path, data: bytes) -> None:
    with os.fdopen(open_private(file, os.O_WRONLY | os.O_APPEND), "ab") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    sync_folder(file.parent)
