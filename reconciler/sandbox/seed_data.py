"""The data of the seeded workspace: a small studio with history. `examples/workspace.yaml` is written for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

WORKSPACE, WORKSPACE_ID = "Acme Studio", "698eeb9e5cd3a921db120693"
SECOND_WORKSPACE, SECOND_WORKSPACE_ID = "Side Hustle", "698eeb9e5cd3a921db1206a4"
FIRST_DAY = datetime(2025, 9, 15, 7, 0, 0, tzinfo=UTC)
ENTRIES = 200

PEOPLE: tuple[tuple[str, str | None, str, str], ...] = (
    ("jo@acme.example", "Jo Marsh", "Europe/London", "ACTIVE"),
    ("sam@acme.example", "Sam Okafor", "Europe/Berlin", "ACTIVE"),
    ("lee@acme.example", "Lee Tanaka", "Asia/Tokyo", "ACTIVE"),
    ("kim@acme.example", "Kim Álvarez", "America/New_York", "ACTIVE"),
    ("pat@acme.example", "Pat Lindqvist", "Europe/Stockholm", "INACTIVE"),
    ("robin@acme.example", None, "UTC", "PENDING"),
)
"""Address, name, time zone, membership; the first one owns the workspace, the one without a name is still invited."""

CLIENTS: tuple[Mapping[str, Any], ...] = (
    {
        "name": "Acme Corp",
        "email": "billing@acme.example",
        "address": "123 Main St",
        "note": "Important client",
        "ccEmails": ["ops@acme.example"],
    },
    {"name": "Bluebird Bakery", "address": "4 Mill Lane", "email": "hello@bluebird.example"},
    {"name": "Cobalt Energy", "note": "Purchase order number on every invoice"},
    {"name": "Dunder & Söhne", "email": "buchhaltung@dunder.example", "address": "Hafenstraße 9, Hamburg"},
    {"name": "evergreen trust", "note": "Charity: half rate"},
    {"name": "Foxglove Films", "email": "studio@foxglove.example"},
    {"name": "Harbor Health"},
    {"name": "Initech", "note": "Paused in 2025"},
    {"name": "Juniper Law", "note": "Closed"},
    {"name": "Kestrel Drones", "note": "Pitch that came to nothing"},
)
ARCHIVED_CLIENTS = ("Initech", "Juniper Law")

TAGS: tuple[tuple[str, bool], ...] = (
    ("urgent", False),
    ("meeting", False),
    ("research", False),
    ("design", False),
    ("development", False),
    ("review", False),
    ("on-site", False),
    ("travel", False),
    ("overtime", False),
    ("legacy", False),
    ("beta-test", False),
    ("import-2023", False),
    ("pro bono", True),
    ("2024", True),
)
"""Name, and whether it is archived."""

USED_TAGS = ("urgent", "meeting", "research", "design", "development", "review", "legacy", "2024")

DESCRIPTIONS = (
    "Kick-off call",
    "Wireframes",
    "Fixing the build",
    "Review with the client",
    "Copy changes",
    "",
    "Release notes – first draft",
    "Support",
)


@dataclass(frozen=True, slots=True)
class SeedTask:
    """A task; `people` are indices of PEOPLE, `tracked` allows time entries on it."""

    name: str
    status: str = "ACTIVE"
    estimate: str = "PT0S"
    people: tuple[int, ...] = ()
    billable: bool = True
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class SeedProject:
    """A project; `client` is a name or empty, `rate` is in minor units per hour."""

    name: str
    client: str = ""
    color: str = "#1976D2"
    note: str = ""
    billable: bool = True
    public: bool = True
    archived: bool = False
    estimate: str = ""
    rate: int = 0
    tracked: bool = True
    tasks: tuple[SeedTask, ...] = ()


def _done(*names: str) -> tuple[SeedTask, ...]:
    """DONE tasks."""
    return tuple(SeedTask(name, "DONE") for name in names)


def _open(*names: str) -> tuple[SeedTask, ...]:
    """ACTIVE tasks."""
    return tuple(SeedTask(name) for name in names)


PROJECTS: tuple[SeedProject, ...] = (
    SeedProject(
        "Website",
        "Acme Corp",
        note="Relaunch in spring",
        estimate="PT120H",
        rate=9500,
        tasks=(
            *_open("Kick-off"),
            *_done("Discovery"),
            SeedTask("Design", estimate="PT24H", people=(1,)),
            SeedTask("Build", estimate="PT60H", people=(0, 2)),
            SeedTask("QA", estimate="PT8H"),
            SeedTask("Support", estimate="PT20H", people=(0,), billable=False),
            SeedTask("Cookie banner", tracked=False),
        ),
    ),
    SeedProject("Mobile app", "Acme Corp", "#AB47BC", rate=11000, tasks=_open("Kick-off", "iOS", "Android", "API")),
    SeedProject("Retainer 2025", "Acme Corp", "#607D8B", tasks=(*_done("January–June"), *_open("July–December"))),
    SeedProject("Old microsite", "Acme Corp", "#F44336", note="No longer in use", tasks=_done("Content")),
    SeedProject(
        "Website", "Bluebird Bakery", "#FF5722", estimate="PT40H", tasks=_open("Discovery", "Design", "Build", "QA")
    ),
    SeedProject("Loyalty cards", "Bluebird Bakery", "#8BC34A", tasks=_open("Artwork", "Print run")),
    SeedProject(
        "Grid dashboard",
        "Cobalt Energy",
        "#03A9F4",
        public=False,
        rate=12500,
        tasks=_open("Data model", "Charts", "Alerts"),
    ),
    SeedProject("Annual report 2024", "Cobalt Energy", "#607D8B", archived=True, tasks=_done("Layout", "Proofreading")),
    SeedProject("Print/web bundle", "Dunder & Söhne", "#FFC107", tasks=_open("Katalog", "Shop", "Übersetzung")),
    SeedProject(
        "Donor portal",
        "evergreen trust",
        "#8BC34A",
        rate=4750,
        tasks=(*_open("Sign-up", "Receipts"), SeedTask("Accessibility review", "DONE")),
    ),
    SeedProject("Brand film", "Foxglove Films", "#AB47BC", tasks=_open("Script", "Shoot", "Edit")),
    SeedProject("Festival site", "Foxglove Films", "#FF5722", tasks=_open("Programme", "Tickets")),
    SeedProject("Patient intake", "Harbor Health", "#F44336", public=False, tasks=_open("Forms", "Consent", "Export")),
    SeedProject("Portal", "Initech", "#607D8B", archived=True, tasks=(*_done("Login"), *_open("Reports"))),
    SeedProject("Case tracker", "Juniper Law", "#607D8B", archived=True, tasks=_done("Handover")),
    SeedProject(
        "Internal ops",
        color="#FFC107",
        billable=False,
        public=False,
        tasks=(
            *_open("Bookkeeping", "Planning"),
            SeedTask("Office move", "DONE"),
            SeedTask("Wine list", tracked=False),
        ),
    ),
    SeedProject("Hiring", color="#FFC107", billable=False, tasks=_open("Interviews", "Onboarding")),
    SeedProject("Scratchpad", color="#03A9F4", note="For trying things out", tracked=False),
)

SECOND_PROJECT = SeedProject("Newsletter", tasks=_open("Writing", "Sending"))
