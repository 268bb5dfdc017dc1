"""What a defect leaves behind for a report: the two states that a plan could not be made from."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli import files
from reconciler.errors import SimulationError
from reconciler.state import Desired, Live
from reconciler.version import __version__


def save_states(error: SimulationError, desired: Desired, live: Live, folder: str) -> SimulationError:
    """The error with a hint that names the file which now holds both states. They hold names and notes, and no key."""
    path = Path(folder, "defects", f"rehearsal-{live.workspace.id}.txt")
    lines = [
        f"reconciler {__version__}: {error.message}",
        f"{desired.policy!r}",
        f"{sorted(map(str, desired.sections))}",
    ]
    lines += ["", "desired", *map(repr, desired.resources.values()), *map(repr, desired.removed)]
    lines += ["", "live", *map(repr, live.resources.values()), *map(repr, live.duplicates), ""]
    files.write(str(path), "\n".join(lines))
    hint = (
        f"this is a defect of reconciler, and nothing was sent; please report it with {path}, which holds both states"
    )
    return SimulationError(error.message, hint=hint)
