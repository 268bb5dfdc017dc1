"""A failing case made smaller: without steps, items, values and switches that the failure does not need."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.search.case import Case

SECONDS = 60.0
"""How long to go on."""
_KEPT = (
    "n",
    "name",
    "kind",
    "at",
    "span",
    "status",
    "running",
    "user",
    "project",
    "task",
    "files",
    "saved",
    "manifest",
)
"""Keys that the rest makes no sense without."""
Path = tuple[Any, ...]


def shrunk(case: Case, codes: set[str], seconds: float = SECONDS) -> Case:
    """The smallest case found in this time that has a problem of one of these codes."""
    until = time.monotonic() + seconds
    parts: Any = {"switches": case.switches, "gateway": case.gateway, "world": case.world, "story": case.story}
    is_smaller = True
    while is_smaller:
        is_smaller, at = False, 0
        while at < len(paths := _largest_first(parts)):
            if time.monotonic() > until:
                return _case(case.seed, parts)
            candidate = _without(parts, paths[at])
            if _fails(_case(case.seed, candidate), codes):
                parts, is_smaller = candidate, True
            else:
                at += 1
    return _case(case.seed, parts)


def _case(seed: int, parts: Any) -> Case:
    world = _with_known_entries(parts["world"])
    return Case(seed, parts["switches"], parts.get("gateway", "sandbox"), world, parts["story"])


def _fails(case: Case, codes: set[str]) -> bool:
    try:
        return any(problem.code in codes for problem in case.run().problems)
    except Exception:  # noqa: BLE001 - a case that cannot be played is no smaller case
        return False


def _largest_first(parts: Any) -> list[Path]:
    """The places of everything that can be left out, the largest first."""
    found = [(len(json.dumps(value)), path) for path, value in _places(parts, ()) if path and path[-1] not in _KEPT]
    return [
        path
        for _, path in sorted(found, key=lambda pair: -pair[0])
        if path not in (("world",), ("story",), ("switches",))
    ]


def _places(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _places(inner, (*path, at))


def _without(parts: Any, path: Path) -> Any:
    """A copy without what is at this place."""
    copy = deepcopy(parts)
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return copy


def _with_known_entries(world: Any) -> Any:
    """A whole world again, without time entries on what is no longer there."""
    world = {"clients": [], "projects": [], "tags": [], "entries": []} | deepcopy(world)
    projects = [*world["projects"], *(p for client in world["clients"] for p in client.setdefault("projects", []))]
    tasks = [task for project in projects for task in project.setdefault("tasks", [])]
    known = {None, *(item["n"] for item in (*projects, *tasks, *world["tags"]))}
    entries = [{"tags": []} | entry for entry in world["entries"]]
    world["entries"] = [e for e in entries if {e["project"], e["task"], *e["tags"]} <= known]
    return world
