"""Data for a bug report: the desired and the live state of a failed simulation."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli import files
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
    files.write(str(path), known_keys().mask("\n".join(lines)))
    hint = f"this is a bug in reconciler; nothing was written. Please report it with {path}, which holds both states"
    return SimulationError(error.message, hint=hint)
