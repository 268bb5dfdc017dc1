"""Live states with every trap: twins in letter case, Unicode form and blanks, archived and DONE ones, history, undeclared values.

A world is plain data, so that it can be printed and made smaller. `populate` stores it as the service would hold it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from reconciler.sandbox import Store, Switches

Item = dict[str, Any]
World = dict[str, list[Item]]

PEOPLE = ("jo@acme.example", "kim@acme.example")
NAMES: Mapping[str, tuple[str, ...]] = {
    "tag": ("urgent", "review", "Beta-Test", "bonus", "on site", "Maße", "Masse", "café", "travel", "fix", "ﬁx", "a/b"),
    "client": ("Acme", "Globex", "Acme Inc", "Österreich", "Umbrella", "initech", "A/B Partners", "Straße"),
    "project": (
        "Website",
        "Site",
        "App",
        "Mobile app",
        "Handbook",
        "Café",
        "Back\\office",
        "Intranet",
        "Loyalty cards",
    ),
    "task": ("Design", "Build", "QA", "Old", "Kick-off", "K0", "K1", "K2", "K3", "Résumé", "Secret", "A/B test"),
}
"""Names by kind; the same few again and again, so that names meet."""
_COLORS = ("#1976D2", "#AB47BC", "#ff5722", "#0a0B0c")
_NOTES = ("", "about it", "two\nlines")
_NOW = datetime(2026, 2, 13, 9, 0, 0, tzinfo=UTC)
KINDS = ("client", "project", "task", "tag")


def make_world(random: Random, switches: Switches) -> World:
    """A world that the service can hold under these switches."""
    maker = _WorldMaker(random, switches)
    world: World = {
        "clients": [maker.client() for _ in range(random.choice((0, 1, 1, 2, 2, 3)))],
        "projects": [maker.project() for _ in range(random.choice((0, 0, 1, 1, 2)))],
        "tags": [maker.tag() for _ in range(random.choice((0, 1, 2, 3, 5)))],
    }
    maker.add_twins(world)
    world = without_impossible(world, switches)
    world["entries"] = list(maker.entries(world))
    return world


def every_list(world: Mapping[str, Any]) -> Iterator[tuple[str, list[Item]]]:
    """Every list of siblings in a world or in a manifest that is being made, with their kind."""
    yield "client", world.get("clients", [])
    yield "tag", world.get("tags", [])
    inside = (client.get("projects", []) for client in world.get("clients", ()))
    for projects in (world.get("projects", []), *inside):
        yield "project", projects
        for project in projects:
            yield "task", project.get("tasks", [])


def without_impossible(world: World, switches: Switches) -> World:
    """The same without what the service would not have accepted: two of one name, as these switches compare names."""
    for kind, items in every_list(world):
        seen: set[str] = set()
        for item in list(items):
            name = item["name"] = item["name"].strip() if switches.names_trimmed else item["name"]
            key = name.casefold() if switches.names_ignore_case else name
            if key in seen or len(name) < (2 if kind == "project" else 1):
                items.remove(item)
            seen.add(key)
    return world


def spelled_otherwise(random: Random, name: str) -> str:
    """Another spelling of a name: letter case, Unicode form or blanks."""
    forms = [name.swapcase() if len(name.swapcase()) == len(name) else name.lower(), name.upper(), name.title()]
    forms += [f"{name} ", f" {name}", name.replace(" ", "  "), unicodedata.normalize("NFD", name)]
    return random.choice([form for form in forms if form != name and form.casefold() != "ss"] or [name])


class _WorldMaker:
    """Makes the items of one world; `n` numbers them."""

    def __init__(self, random: Random, switches: Switches) -> None:
        self.random, self.switches, self.count = random, switches, 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def item(self, kind: str, name: str = "") -> Item:
        self.count += 1
        name = name or self.random.choice(NAMES[kind])
        if self.chance(0.06):
            name = spelled_otherwise(self.random, name)
        return {"n": self.count, "name": name}

    def tag(self) -> Item:
        return self.item("tag") | self.sometimes(0.15, archived=True)

    def sometimes(self, share: float, **more: Any) -> Item:
        return more if self.chance(share) else {}

    def client(self) -> Item:
        item = self.item("client") | self.sometimes(0.12, archived=True)
        item |= self.sometimes(0.2, note=self.random.choice(_NOTES)) | self.sometimes(0.2, email="a@x.example")
        item |= self.sometimes(0.15, cc_emails=["b@x.example", "C@x.example"]) | self.sometimes(0.1, address="1 Road")
        item |= self.sometimes(0.15, currency="EUR")
        return {**item, "projects": [self.project() for _ in range(self.random.choice((0, 1, 1, 2, 3)))]}

    def project(self) -> Item:
        random = self.random
        item = self.item("project") | self.sometimes(0.12, archived=True)
        item |= {"color": random.choice(_COLORS), "billable": self.chance(0.5), "public": self.chance(0.5)}
        item |= self.sometimes(0.2, note=random.choice(_NOTES)) | self.sometimes(0.2, hourly_rate=9500)
        item |= self.sometimes(0.15, cost_rate=4000) | self.sometimes(0.2, estimate="PT40H")
        if "estimate" not in item:
            item |= self.sometimes(0.12, budget=500_000)
        item |= self.sometimes(0.12, members=True) | self.sometimes(0.06, template=True)
        return {**item, "tasks": [self.task() for _ in range(random.choice((0, 0, 1, 2, 3, 4)))]}

    def task(self) -> Item:
        item = self.item("task") | self.sometimes(0.25, done=True)
        item |= self.sometimes(0.2, estimate="PT8H") | self.sometimes(0.2, billable=False)
        item |= self.sometimes(0.15, assignees=[PEOPLE[0]]) | self.sometimes(0.1, hourly_rate=8000)
        return item | self.sometimes(0.08, cost_rate=3000) | self.sometimes(0.06, groups=["group-1"])

    def add_twins(self, world: World) -> None:
        """Now and then a second sibling whose name is the first one's in another spelling."""
        makers = {"client": self.client, "project": self.project, "task": self.task, "tag": self.tag}
        for kind, items in list(every_list(world)):
            if items and self.chance(0.18 if kind != "tag" else 0.35):
                first = self.random.choice(items)
                twin = makers[kind]()
                twin["name"] = spelled_otherwise(self.random, first["name"])
                items.append(twin)

    def entries(self, world: World) -> Iterator[Item]:
        """Time entries on some projects, their tasks, and some tags."""
        tags = [tag["n"] for tag in world["tags"]]
        for kind, projects in list(every_list(world)):
            for project in projects if kind == "project" else ():
                if self.chance(0.22):
                    task = self.random.choice(project["tasks"])["n"] if project["tasks"] and self.chance(0.6) else None
                    used = [self.random.choice(tags)] if tags and self.chance(0.4) else []
                    yield self.entry(project=project["n"], task=task, tags=used)
        if tags and self.chance(0.3):
            yield self.entry(tags=[self.random.choice(tags)])

    def entry(self, **links: Any) -> Item:
        return {"project": None, "task": None, "running": self.chance(0.15), "user": self.random.randrange(2), **links}


def populate(store: Store, workspace: str, world: Mapping[str, Any]) -> None:
    """Store a world in an empty workspace of the sandbox."""
    with store.transaction():
        _Populating(store, workspace).add(world)


class _Populating:
    """Stores the items of one world; `ids` by their numbers."""

    def __init__(self, store: Store, workspace: str) -> None:
        self.store, self.workspace, self.ids = store, workspace, dict[int, str]()
        record = store.load("workspace", workspace) or {}
        self.currencies = {currency["code"]: currency["id"] for currency in record["currencies"]}
        self.owner = store.meta("caller")
        self.people = {PEOPLE[0]: self.person(PEOPLE[0]), PEOPLE[1]: self.person(PEOPLE[1])}
        members = [_membership(workspace, user, "WORKSPACE") for user in self.people.values()]
        store.save("workspace", record | {"memberships": [*record["memberships"], *members]})

    def person(self, address: str) -> str:
        user: Item = {"id": self.store.new_id(), "email": address, "name": address.partition("@")[0], "memberships": []}
        user |= {"profilePicture": "", "activeWorkspace": self.workspace, "defaultWorkspace": self.workspace}
        self.store.save("user", user | {"settings": None, "status": "ACTIVE", "customFields": []})
        return str(user["id"])

    def add(self, world: Mapping[str, Any]) -> None:
        for client in world["clients"]:
            self.add_client(client)
        for project in world["projects"]:
            self.add_project(project, "")
        for tag in world["tags"]:
            self.save("tag", tag, archived=tag.get("archived", False))
        for number, entry in enumerate(world["entries"]):
            self.add_entry(entry, number)

    def save(self, kind: str, item: Item, **record: Any) -> str:
        new = self.ids[item["n"]] = self.store.new_id()
        self.store.save(kind, {"id": new, "name": item["name"], "workspaceId": self.workspace} | record)
        return new

    def add_client(self, item: Item) -> None:
        new = self.save(
            "client",
            item,
            email=item.get("email"),
            archived=item.get("archived", False),
            address=item.get("address"),
            note=item.get("note") or None,
            ccEmails=item.get("cc_emails"),
            currencyId=self.currencies[item.get("currency", "USD")],
        )
        for project in item["projects"]:
            self.add_project(project, new)

    def add_project(self, item: Item, client: str) -> None:
        time, kind = item.get("estimate", "PT0S"), "MANUAL" if "estimate" in item else "AUTO"
        estimate = {"estimate": time, "type": kind, "resetOption": None, "active": "estimate" in item}
        budget = {"estimate": item.get("budget", 0), "type": "MANUAL", "resetOption": None, "active": True}
        new = self.save(
            "project",
            item,
            hourlyRate=_money(item.get("hourly_rate")),
            clientId=client,
            billable=item.get("billable", False),
            memberships=[],
            color=item.get("color", _COLORS[0]),
            archived=item.get("archived", False),
            note=item.get("note", ""),
            costRate=_money(item.get("cost_rate")),
            estimate={"estimate": time, "type": kind},
            timeEstimate=estimate | {"includeNonBillable": True},
            budgetEstimate=budget | {"includeExpenses": False} if "budget" in item else None,
            estimateReset=None,
            template=item.get("template", False),
            public=item.get("public", False),
        )
        record = self.store.load("project", new) or {}
        record["memberships"] = [_membership(new, self.owner)]
        if item.get("members"):
            record["memberships"].append(_membership(new, self.people[PEOPLE[0]]) | {"hourlyRate": _money(7000)})
        self.store.save("project", record)
        for task in item["tasks"]:
            self.add_task(task, new)
            for group in task.get("groups", ()):
                named = {"id": group, "name": group, "workspaceId": self.workspace, "userIds": []}
                self.store.save("group", named)

    def add_task(self, item: Item, project: str) -> None:
        assignees = [self.people[address] for address in item.get("assignees", ())]
        self.save(
            "task",
            item,
            projectId=project,
            assigneeIds=assignees,
            estimate=item.get("estimate", "PT0S"),
            status="DONE" if item.get("done") else "ACTIVE",
            billable=item.get("billable", True),
            userGroupIds=item.get("groups", []),
            budgetEstimate=0,
            hourlyRate=_money(item.get("hourly_rate")),
            costRate=_money(item.get("cost_rate")),
            assigneeId=next(iter(assignees), None),
        )

    def add_entry(self, item: Item, number: int) -> None:
        start = _NOW - timedelta(days=number)
        end = None if item["running"] else start + timedelta(hours=1)
        at = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None for moment in (start, end)]
        entry: Item = {
            "id": self.store.new_id(),
            "description": "",
            "userId": (self.owner, *self.people.values())[item["user"]],
        }
        entry |= {"tagIds": [self.ids[n] for n in item["tags"]] or None, "billable": False}
        entry |= {key: self.ids.get(item[short]) for key, short in (("taskId", "task"), ("projectId", "project"))}
        entry |= {"timeInterval": {"start": at[0], "end": at[1], "duration": None if item["running"] else "PT1H"}}
        entry |= {"customFieldValues": [], "type": "REGULAR", "kioskId": None, "hourlyRate": None, "costRate": None}
        self.store.save_entry(
            entry | {"workspaceId": self.workspace, "isLocked": False}, 0 if item["running"] else 3600
        )


def _money(amount: int | None) -> Item | None:
    return None if amount is None else {"amount": amount, "currency": "USD"}


def _membership(target: str, user: str, kind: str = "PROJECT") -> Item:
    item: Item = {"userId": user, "hourlyRate": None, "costRate": None, "targetId": target}
    return item | {"membershipType": kind, "membershipStatus": "ACTIVE"}
