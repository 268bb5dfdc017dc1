"""The modules that are mutated, by room, with the score that each room must reach."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The checkout."""

GOAL = 0.95
"""Least share of detected mutants over all rooms together."""

STRICT_GOAL = 0.98
"""The same for each strict room."""

STRICT_ROOMS: Mapping[str, tuple[str, ...]] = {
    "guards": ("planning/guards/*.py", "applying/guard.py"),
    "preconditions": ("applying/preconditions.py", "planning/precondition.py"),
    "approval": ("applying/approve.py",),
    "send": ("applying/writes/send.py", "applying/writes/intent.py", "applying/writes/refresh.py"),
    "steps": (
        "applying/writes/steps.py",
        "applying/writes/payloads.py",
        "applying/writes/creates.py",
        "applying/writes/inline_children.py",
        "applying/writes/copies.py",
    ),
    "recovery": ("applying/recovery.py",),
    "journal": ("applying/journal/*.py",),
    "undo": ("applying/undo/*.py",),
    "paging": ("gateway/paging.py",),
    "retry": ("gateway/retry.py",),
}
"""Where a fault costs data: room → globs below `reconciler/`."""

OTHER_ROOMS: Mapping[str, tuple[str, ...]] = {
    "planning": ("planning/**/*.py",),
    "applying": ("applying/**/*.py",),
    "gateway": ("gateway/*.py",),
    "live": ("live/*.py",),
    "checks": ("checks/*.py",),
    "render": ("render/**/*.py", "characters.py"),
    "manifest": ("manifest/**/*.py",),
}
"""The rest. A module belongs to the first room that names it."""

ROOMS: Mapping[str, tuple[str, ...]] = {**STRICT_ROOMS, **OTHER_ROOMS}


def modules_by_room(root: Path = ROOT) -> dict[str, list[str]]:
    """Room → its modules, as sorted paths relative to the root."""
    taken: set[str] = set()
    result = {}
    for room, patterns in ROOMS.items():
        package = root / "reconciler"
        paths = {path.relative_to(root).as_posix() for pattern in patterns for path in package.glob(pattern)}
        result[room] = sorted(paths - taken)
        taken |= paths
    return result
