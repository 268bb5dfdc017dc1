"""The records of planned changes in the state folder: `planned/<hex digits of the digest>.json`, the newest ones only."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from reconciler.applying.private_files import make_folder, make_state_folder, read_private, write_private
from reconciler.errors import JournalError, PlanFileError
from reconciler.planning.plan_record import PlannedRecord
from reconciler.planning.plan_record_json import parse_record, record_to_json

FOLDER: Final = "planned"
MOST_RECORDS: Final = 100
_MOST_BYTES: Final = 64 << 20
"""Most bytes of all records together. That of a plan with 10,000 changes has some 4 MB."""


class PlannedRecords:
    """The records of a state folder. They are not trusted: a record names what moved, and approves nothing."""

    def __init__(self, state_dir: str | Path) -> None:
        self.path = Path(state_dir, FOLDER)

    def save(self, record: PlannedRecord) -> None:
        """Write a record, in place of an older one of the same digest, and delete the oldest beyond the limit. Raises JournalError."""
        content = json.dumps(record_to_json(record), separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        try:
            make_state_folder(self.path.parent)
            make_folder(self.path)
            write_private(self.path / f"{record.digest.removeprefix('sha256:')}.json", content)
            self._prune()
        except OSError as error:
            raise JournalError(f"cannot record the planned changes in {self.path}: {error.strerror}") from error

    def find(self, digits: str) -> tuple[tuple[PlannedRecord, ...], tuple[str, ...]]:
        """The records of digests that begin with these hex digits, and what is wrong with each one that is ignored."""
        found: list[PlannedRecord] = []
        problems: list[str] = []
        for path in sorted(path for path in self.path.glob("*.json") if path.name.startswith(digits)):
            try:
                found.append(self._read(path))
            except OSError as error:
                problems.append(f"the record {path} is ignored: {error.strerror}")
            except PlanFileError as error:
                problems.append(f"the record {path} is ignored: {error.message}")
        return tuple(found), tuple(problems)

    def _read(self, path: Path) -> PlannedRecord:
        record = parse_record(read_private(path))
        if path.stem != record.digest.removeprefix("sha256:"):
            raise PlanFileError(f"it is the record of {record.digest}")
        return record

    def _prune(self) -> None:
        """Delete the oldest records. Another process may delete them at the same time."""
        known = []
        for path in self.path.glob("*.json"):
            with suppress(OSError):
                status = path.lstat()
                known.append((status.st_mtime_ns, path.name, status.st_size))
        size = 0
        for number, (_, name, length) in enumerate(sorted(known, reverse=True)):
            size += length
            if number >= MOST_RECORDS or (size > _MOST_BYTES and number):
                (self.path / name).unlink(missing_ok=True)
