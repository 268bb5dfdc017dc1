"""The files on this machine: the state folder with its runs, their permissions, the lock and the schema."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from reconciler.applying import Runs
from reconciler.applying.lock import lock_holder
from reconciler.cli.actions.schema import schema_text
from reconciler.cli.adopt.folder import SCHEMA_FILE
from reconciler.cli.doctor.store import diagnose_store
from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.render.diagnoses import Diagnosis, Health
from reconciler.render.words import count
from reconciler.state import Workspace
from reconciler.text import command_line

_MAX_LISTED = 3


def diagnose_machine(settings: Settings, workspace: Workspace | None) -> Iterator[Diagnosis]:
    """The run store, the state folder, its permissions, the last policy of the workspace if that is known, and the schema file."""
    yield from diagnose_store(settings, workspace)
    yield from _state(settings, workspace)
    yield from _permissions(Path(settings.state_dir))
    yield _schema()


def _state(settings: Settings, workspace: Workspace | None) -> Iterator[Diagnosis]:
    folder = Path(settings.state_dir)
    if not folder.exists():
        message = f"no folder {folder} yet: no run is recorded, no earlier policy is known"
        yield Diagnosis("state", Health.OK, message)
        return
    try:
        runs = list(Runs(folder).every())
        recorded = Runs(folder)
        policy = recorded.last_policy(workspace.id) if workspace else {}
        changed, open_runs = recorded.changed, [run for run in recorded if not run.is_complete and not run.problem]
    except ReconcilerError as error:
        yield Diagnosis("state", Health.FAIL, error.message, error.hint)
        return
    known = "the last policy is known" if policy else "no complete run on the workspace: no earlier policy is known"
    message = f"{folder}: {count(len(runs), 'run')}" + (f"; {known}" if workspace else "")
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Diagnosis("state", Health.FAIL, f"{folder} is not writable", "choose another --state-dir")
    elif changed:
        listed = ", ".join(run.id for run in changed[:_MAX_LISTED])
        cure = settings.local_command("runs", "show", changed[0].id)
        yield Diagnosis("state", Health.FAIL, f"{message}; changed after they were recorded: {listed}", f"see {cure}")
    elif open_runs:
        cure = settings.local_command("runs", "show", open_runs[0].id)
        message = f"{message}; {count(len(open_runs), 'run')} not complete, newest {open_runs[0].id}"
        yield Diagnosis("state", Health.WARN, message, f"what is left of it: {cure}")
    else:
        yield Diagnosis("state", Health.OK, message)
    if holder := lock_holder(folder):
        message = f"another run holds the lock of {folder}: {holder}"
        yield Diagnosis("lock", Health.WARN, message, "wait until it has ended; apply refuses to run beside it")


def _permissions(folder: Path) -> Iterator[Diagnosis]:
    """Whether only this user can read the state folder. Windows has no such bits."""
    if os.name == "nt" or not folder.exists():
        return
    found = [folder, *sorted(folder.rglob("*"))]
    states = [(path, path.lstat()) for path in found]
    foreign = [path for path, state in states if state.st_uid != os.geteuid()]
    readable = [path for path, state in states if stat.S_IMODE(state.st_mode) & 0o077 and not path.is_symlink()]
    if foreign:
        message = f"{_listed(foreign)} in the state folder: of another user"
        yield Diagnosis(
            "permissions", Health.FAIL, message, "give the folder to this user, or choose another --state-dir"
        )
    elif readable:
        cure = command_line("chmod", "-R", "go-rwx", str(folder))
        yield Diagnosis(
            "permissions", Health.WARN, f"{_listed(readable)} in the state folder: open to other users", cure
        )
    else:
        yield Diagnosis("permissions", Health.OK, "only this user can read the state folder")


def _listed(paths: list[Path]) -> str:
    more = f" and {len(paths) - _MAX_LISTED} more" if len(paths) > _MAX_LISTED else ""
    return ", ".join(str(path) for path in paths[:_MAX_LISTED]) + more


def _schema() -> Diagnosis:
    path, cure = Path(SCHEMA_FILE), f"reconciler schema > {SCHEMA_FILE}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Diagnosis("schema", Health.OK, f"no {SCHEMA_FILE} in this folder; editors have no completion without it")
    except (OSError, UnicodeDecodeError):
        return Diagnosis("schema", Health.WARN, f"cannot read {SCHEMA_FILE}", cure)
    if text.strip() != schema_text("manifest").strip():
        return Diagnosis("schema", Health.WARN, f"{SCHEMA_FILE} is not that of this version", f"renew it: {cure}")
    return Diagnosis("schema", Health.OK, f"{SCHEMA_FILE} is that of this version")
