"""Data for a bug report: the desired and the live state of a failed simulation."""

from __future__ import annotations

from pathlib import Path

from reconciler.applying.private_files import make_folder, make_state_folder, write_private
from reconciler.cli.terminal.output import known_keys
from reconciler.errors import SimulationError
from reconciler.state import Desired, Live
from reconciler.version import __version__


def save_states(error: SimulationError, desired: Desired, live: Live, folder: str) -> SimulationError:
    """Save both states, which hold names and notes but no key; the error with a hint that names the file."""
    path = Path(folder, "defects", f"simulation-{live.workspace.id}.txt")
    lines = [
        f"reconciler {__version__}: {error.message}",
        f"{desired.policy!r}",
        f"{sorted(map(str, desired.sections))}",
    ]
    lines += ["", "desired", *map(repr, desired.resources.values()), *map(repr, desired.removed)]
    lines += ["", "live", *map(repr, live.resources.values()), *map(repr, live.duplicates), ""]
    try:
        make_state_folder(Path(folder))
        make_folder(path.parent)
        text = known_keys().mask("\n".join(lines))
        write_private(path, text.encode("utf-8", "backslashreplace"))
    except OSError as failure:
        hint = f"this is a bug in reconciler; nothing was written. The states could not be saved: {failure.strerror}"
        return SimulationError(error.message, hint=hint)
    hint = f"this is a bug in reconciler; nothing was written. Please report it with {path}, which holds both states"
    return SimulationError(error.message, hint=hint)
