"""The initial workspace and the manifest of the fault cases, with every kind, every action and every write step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Call = Callable[[str, str, Mapping[str, Any]], Any]
"""Sends a raw request: method, path below the workspace, body. Returns the JSON of the response."""

COLORS = {"color": "#112233"}
"""Declared for every project: the server derives a default color from the id, which differs between runs."""


def _project(name: str, *tasks: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, **COLORS, **more, **({"tasks": list(tasks)} if tasks else {})}


MANIFEST: dict[str, Any] = {
    "policy": {"prune": {"tags": "keep"}},
    "tags": [
        *(f"tag number {number}" for number in range(12)),
        {"name": "shelved at once", "archived": True},
        {"name": "second", "was": "first"},
        "first",
        "awake again",
        {"name": "outdated", "archived": True},
        "as it was",
    ],
    "removed": [{"tag": "obsolete"}, {"tag": "forgotten"}],
    "clients": [
        {"name": "Northwind", "note": "better", "cc_emails": ["ops@north.example"], "projects": [
            _project("Harbour", "Quay", "Crane", {"name": "Dredging", "estimate": "PT8H"}, hourly_rate="95.00"),
            _project("Lighthouse", "Lamp", "Stairs", estimate="PT40H", billable=False),
            _project("Ferry", "Tickets", "Timetable", {"name": "Sold", "status": "done"}, "Catering"),
            _project("History", {"name": "Only one"}, note="posted alone"),
            _project("Refit", note="changed", estimate="PT90H"),
            _project("Moved in", was="Southwind/Moving out"),
        ]},
        {"name": "Renamed", "was": "Original", "email": "new@name.example"},
        {"name": "Sleeper", "note": "awake"},
        {"name": "Closing", "archived": True},
        {"name": "Southwind", "projects": [
            _project("Signal", was="Beacon", note="about beacon"),
            _project("Beacon", was="Signal", note="about signal"),
            _project("Winter", archived=True),
            _project("Summer"),
        ]},
        {"name": "Eastwind", "cc_emails": ["a@east.example", "b@east.example"], "projects": [
            _project("Desert", "Well", {"name": "Camel", "billable": False}, "Tent"),
            _project("Archive of sand", "Sieve", "Bucket", archived=True),
        ]},
        {"name": "Westwind", "address": "1 Shore Road", "archived": True},
        {"name": "Unchanged", "projects": [_project("Left alone", note="mine")]},
        "Zephyr",
        "Original",
    ],
    "projects": [
        _project(
            "Workshop",
            "Bench", "Lathe", "Vice", "Anvil", "Forge", {"name": "Saw", "billable": False}, {"name": "Glue", "status": "done"},
            {"name": "Drill", "assignees": ["jo@acme.example"], "estimate": "PT3H"},
            {"name": "Polish", "was": "Varnish"}, {"name": "Paint", "estimate": "PT5H"}, {"name": "Reopened"},
            {"name": "Finished", "status": "done"}, {"name": "Hammer", "was": "Chisel", "estimate": "PT2H"}, {"name": "Chisel", "was": "Hammer", "estimate": "PT1H"},
            estimate="PT60H", billable=True,
        ),
        _project("Intranet", was="Wiki"),
        _project("Observatory", "Mirror", "Dome", estimate="PT12H", public=True),
    ],
}  # fmt: skip

COPIED = [
    _project(name, "Blade", {"name": "Tower", "estimate": "PT2H"}, "Cable", {"name": "Site", "status": "done"},
             estimate="PT20H", hourly_rate="80.00", billable=True)
    for name in ("Turbine 1", "Turbine 2", "Turbine 3", "Turbine 4")
]  # fmt: skip
"""Projects of the same values and tasks, for the scenario in which the service copies the first one."""

_CLIENTS = ("Northwind", "Original", "Sleeper", "Closing", "Southwind", "Unchanged", "Leaving", "Remembered")
_TAGS = ("first", "awake again", "outdated", "as it was", "obsolete", "forgotten", "not in manifest")
_PROJECTS = {
    "Refit": "Northwind", "Moving out": "Southwind", "Beacon": "Southwind", "Signal": "Southwind",
    "Winter": "Southwind", "Summer": "Southwind", "Left alone": "Unchanged",
    "Demolished": "Leaving", "Remembered work": "Remembered", "Workshop": "", "Abandoned": "",
    "intranet": "", "Wiki": "",
}  # fmt: skip
_TASKS = {
    "Workshop": ("Varnish", "Paint", "Reopened", "Finished", "Chisel", "Hammer", "Rust", "Tracked rust"),
    "Left alone": ("Undeclared", "Undeclared too"),
    "Refit": ("Undeclared here",),
    "Demolished": ("Wrecking ball", "Dynamite"),
    "Remembered work": ("Remembered part",),
}


def prepare(call: Call) -> None:
    """Fill an empty workspace with raw requests in a fixed order."""
    clients = {"": ""} | {name: _create(call, "/clients", {"name": name}) for name in _CLIENTS}
    tags = {name: _create(call, "/tags", {"name": name}) for name in _TAGS}
    projects, tasks = {}, {}
    for name, client in _PROJECTS.items():
        body = {"name": name, "clientId": clients[client], "color": COLORS["color"], "note": _note(name)}
        projects[name] = _create(call, "/projects", body)
        for task in _TASKS.get(name, ()):
            tasks[task] = _create(call, f"/projects/{projects[name]}/tasks", {"name": task})
    for client in ("Sleeper", "Remembered"):
        call("PUT", f"/clients/{clients[client]}", {"name": client, "archived": client == "Sleeper"})
    call("PUT", f"/tags/{tags['awake again']}", {"name": "awake again", "archived": True})
    call("PUT", f"/projects/{projects['Summer']}", {"name": "Summer", "archived": True, "color": COLORS["color"]})
    for name, estimate in (("Hammer", "PT1H"), ("Chisel", "PT2H")):
        timed = {"name": name, "estimate": estimate, "billable": True}
        call("PUT", f"/projects/{projects['Workshop']}/tasks/{tasks[name]}", timed)
    done = {"name": "Reopened", "status": "DONE", "billable": True}
    call("PUT", f"/projects/{projects['Workshop']}/tasks/{tasks['Reopened']}", done)
    for project, task in (
        ("Remembered work", "Remembered part"),
        ("Workshop", "Tracked rust"),
        ("Refit", "Undeclared here"),
    ):
        entry = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z", "projectId": projects[project]}
        call("POST", "/time-entries", entry | {"taskId": tasks[task], "tagIds": [tags["as it was"]]})


def _note(name: str) -> str:
    return "mine" if name == "Left alone" else f"about {name.lower()}"


def _create(call: Call, path: str, body: Mapping[str, Any]) -> str:
    return str(call("POST", path, body)["id"])
