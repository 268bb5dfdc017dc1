"""`--since-last`: the record of earlier readings in the state folder, and what it saves the next one."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path

from reconciler.applying.private_files import make_folder, make_state_folder, read_private, write_private
from reconciler.cli.clients import Clients
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.gateway import GatewayConfig, Reader
from reconciler.json_text import parse_json
from reconciler.live import Reading, read
from reconciler.live.list_record import Binding, Recorded, reading_start, record_from_json, record_to_json
from reconciler.live.since import SinceLast, read_since
from reconciler.state import Desired, Workspace

FOLDER = "readings"


class LastReading:
    """Reads a workspace with the record of its earlier readings, and records what was proven. One line on stderr says what came of it."""

    def __init__(self, settings: Settings, config: GatewayConfig, clients: Clients) -> None:
        self._settings, self._config, self._clients = settings, config, clients

    def read(
        self,
        reader: Reader,
        desired: Desired,
        workspace: Workspace,
        unfinished: Mapping[str, str],
        targets: Iterable[str] = (),
    ) -> Reading:
        """The reading for a plan. Raises as `reconciler.live.read` does; a record that cannot be used is said, and not used."""
        if targets:
            print_message("since-last: read in full: a plan with targets has its own way to read less")
            return read(reader, desired, workspace, unfinished, targets)
        config = self._config
        binding = Binding(config.name, config.base_url, config.connection, workspace.id, config.key)
        path = self._path(binding)
        recorded, problem = _load(path, binding)
        since = SinceLast(recorded, reading_start(time.time(), _seconds(self._clients.server_date)), problem)
        reading = read_since(reader, desired, workspace, unfinished, since)
        self._save(path, since.updated, binding)
        print_message(f"since-last: {_outcome(since)}")
        return reading

    def _path(self, binding: Binding) -> Path:
        name = hashlib.sha256(json.dumps(binding.place(), sort_keys=True).encode()).hexdigest()[:32]
        return Path(self._settings.state_dir, FOLDER, f"{name}.json")

    def _save(self, path: Path, recorded: Recorded, binding: Binding) -> None:
        data = json.dumps(record_to_json(recorded, binding), separators=(",", ":"))
        try:
            make_state_folder(Path(self._settings.state_dir))
            make_folder(path.parent)
            write_private(path, data.encode())
        except OSError as error:
            print_message(f"warning: the reading could not be recorded in {path}: {error.strerror}")


def _load(path: Path, binding: Binding) -> tuple[Recorded, str]:
    """The record, and why there is none; the reason is empty where nothing was ever recorded."""
    try:
        recorded = record_from_json(parse_json(read_private(path), unique_keys=True), binding)
    except FileNotFoundError:
        return Recorded(), ""
    except OSError as error:
        return Recorded(), f"cannot read {path}: {error.strerror}"
    except ValueError as error:
        return Recorded(), str(error)
    return recorded, "no list of the recorded reading can be left out" if recorded.is_empty else ""


def _seconds(date: str) -> float | None:
    """Unix time of a `Date` header; None if there is none that can be read."""
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, OverflowError):
        return None


def _outcome(since: SinceLast) -> str:
    lists = "1 list was" if since.skipped == 1 else f"{since.skipped} lists were"
    read_less = f"{lists} not read again, which could only show what was created and hidden since"
    if not since.problem:
        return read_less if since.skipped else "read in full: every list was needed"
    return f"{read_less}; the rest was: {since.problem}" if since.skipped else f"read in full: {since.problem}"
