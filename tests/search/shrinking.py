"""A failing case made smaller: without steps, items, values and switches that the failure does not need."""

from __future__ import annotations

import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from tests.search.case import Case

SECONDS = 60.0
"""How long to go on."""


def shrunk(case: Case, codes: set[str], seconds: float = SECONDS) -> Case:
    """The smallest case found in this time that has a problem of one of these codes, and none of the search itself."""
    until = time.monotonic() + seconds
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for candidate in _smaller(case):
            if time.monotonic() > until:
                return case
            if _fails(candidate, codes):
                case, is_smaller = candidate, True
                break
    return case


def _fails(case: Case, codes: set[str]) -> bool:
    try:
        return any(problem.code in codes for problem in case.run().problems)
    except Exception:  # noqa: BLE001 - a case that cannot be played is no smaller case
        return False


def _smaller(case: Case) -> Iterator[Case]:
    """Cases with something left out, the largest parts first."""
    for at in range(len(case.story)):
        yield replace(case, story=case.story[:at] + case.story[at + 1 :])
    for at in range(len(case.switches)):
        yield replace(case, switches=case.switches[:at] + case.switches[at + 1 :])
    if case.gateway != "sandbox":
        yield replace(case, gateway="sandbox")
    for world in _without_one(case.world):
        yield replace(case, world=_with_known_entries(world))
    for at, step in enumerate(case.story):
        for smaller in _without_one(step):
            if "manifest" in smaller and "files" in smaller and "saved" in smaller:
                yield replace(case, story=[*case.story[:at], smaller, *case.story[at + 1 :]])


def _without_one(value: Any) -> Iterator[Any]:
    """The same with one key or one item less, at any depth."""
    if isinstance(value, dict):
        for key in value:
            if key not in ("n", "name", "clients", "entries", "kind", "at", "span", "status"):
                yield {other: inner for other, inner in value.items() if other != key}
        for key, inner in value.items():
            yield from ({**value, key: smaller} for smaller in _without_one(inner))
    if isinstance(value, list):
        for at in range(len(value)):
            yield value[:at] + value[at + 1 :]
        for at, item in enumerate(value):
            yield from (value[:at] + [smaller] + value[at + 1 :] for smaller in _without_one(item))


def _with_known_entries(world: Any) -> Any:
    """Without time entries on what is no longer there."""
    world = deepcopy(world)
    for section in ("clients", "projects", "tags", "entries"):
        world.setdefault(section, [])
    for client in world["clients"]:
        client.setdefault("projects", [])
    projects = [*world["projects"], *(project for client in world["clients"] for project in client["projects"])]
    for project in projects:
        project.setdefault("tasks", [])
    known = {item["n"] for item in (*projects, *world["tags"], *(t for project in projects for t in project["tasks"]))}
    known.add(None)
    world["entries"] = [
        {"running": False, "user": 0, "tags": [], "project": None, "task": None, **entry} for entry in world["entries"]
    ]
    world["entries"] = [e for e in world["entries"] if {e["project"], e["task"], *e["tags"]} <= known]
    return world
