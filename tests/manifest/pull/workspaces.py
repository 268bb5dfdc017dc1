"""Workspaces that were what a manifest declares, and were then changed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from reconciler.kinds import BY_NAME, KINDS
from reconciler.kinds.people import identity_of
from reconciler.model import UNSET, Address, Resource
from reconciler.names import fold
from reconciler.state import Desired, Live, Workspace

NAMES = (
    "Neu", "2024", "null", "#1 urgent", "a: b", "C, D", "新規", "مشروع", "it's", 'say "hi"', "🚀 x", "[x]", "- y", "a/b", "back\\slash",
    "yes", "Ärger", "x" * 90,
)  # fmt: skip
NOTES = ("short", "two\nlines", "with # hash", "a: b", "", "משהו", "  lead", "x" * 150, "end\n")
PEOPLE = ("jo@acme.example", "sam@acme.example", "kim@acme.example")


@dataclass(eq=False)
class Item:
    """A live resource that can be changed."""

    kind: str
    name: str
    values: dict[str, Any]
    parent: Item | None = None
    id: str = ""

    @property
    def address(self) -> Address:
        """Its present address."""
        return Address(self.kind, (*(self.parent.address.path if self.parent else ()), self.name))


@dataclass(eq=False)
class Hand:
    """Somebody who changes a workspace in its own interface."""

    random: Random
    items: list[Item] = field(default_factory=list)
    count: int = 0

    def declare(self, desired: Desired) -> None:
        """Make all that is declared, with values for what is not."""
        made: dict[Address, Item] = {}
        for address, resource in desired.resources.items():
            parent = made.get(resource.parent) if resource.parent else None
            if resource.parent and parent is None:
                parent = made[resource.parent] = self.make(resource.parent.kind, resource.parent.name, None, {})
            made[address] = self.make(address.kind, address.name, parent, dict(resource.values))

    def make(self, kind: str, name: str, parent: Item | None, values: Mapping[str, Any]) -> Item:
        """A new resource: what is not given has the value of a new one."""
        self.count += 1
        given = {f.name: _live_value(f.name, values.get(f.name, _fresh(f))) for f in BY_NAME[kind].fields}
        if kind == "project":
            given["color"] = given["color"] or "#03A9F4"
            if given.get("estimate") and given.get("budget"):
                given["budget"] = None
        item = Item(kind, name, given, parent, f"id-{self.count:04}")
        self.items.append(item)
        return item

    def change(self, times: int) -> None:
        """Change something, some times."""
        for _ in range(times):
            getattr(self, self.random.choice(("rename", "remove", "add", "edit", "edit", "edit", "archive", "move")))()

    def rename(self) -> None:
        """Give something another name."""
        if item := self._any():
            name = self.random.choice((*NAMES, f"{item.name} {self.random.choice('ab')}"))
            if self._is_free(item.kind, name, item.parent) and len(name) >= BY_NAME[item.kind].name_limits[0]:
                item.name = name

    def remove(self) -> None:
        """Remove something, with all that is in it."""
        if item := self._any():
            gone = {id(item)}
            for each in self.items:
                if each.parent and id(each.parent) in gone:
                    gone.add(id(each))
            self.items = [each for each in self.items if id(each) not in gone]

    def add(self) -> None:
        """Add something, a project with tasks."""
        kind = self.random.choice(KINDS)
        parents = [item for item in self.items if item.kind == kind.parent]
        if kind.parent_required and not parents:
            return
        parent = (
            self.random.choice(parents) if parents and (kind.parent_required or self.random.random() < 0.7) else None
        )
        name = self.random.choice(NAMES)
        if self._is_free(kind.name, name, parent) and len(name) >= kind.name_limits[0]:
            item = self.make(kind.name, name, parent, {})
            self._edit(item)
            for each in self.random.sample(NAMES, 2) if kind.name == "project" else ():
                self.make("task", each, item, {})

    def edit(self) -> None:
        """Change a value."""
        if item := self._any():
            self._edit(item)

    def archive(self) -> None:
        """Archive something, or restore it."""
        if item := self._any():
            kind = BY_NAME[item.kind]
            active = "active" if kind.name == "task" else False
            is_archived = item.values[kind.lifecycle_name] == kind.archived_value
            item.values[kind.lifecycle_name] = active if is_archived else kind.archived_value

    def move(self) -> None:
        """Give a project another client, or none."""
        projects = [item for item in self.items if item.kind == "project"]
        clients = [None, *(item for item in self.items if item.kind == "client")]
        if projects:
            project, client = self.random.choice(projects), self.random.choice(clients)
            if self._is_free("project", project.name, client):
                project.parent = client

    def _edit(self, item: Item) -> None:
        choice = self.random.choice
        fields = [f for f in BY_NAME[item.kind].fields if f.name in _VALUES]
        if not fields:
            return
        name = choice(fields).name
        value = choice(_VALUES[name])
        if name in ("assignees", "cc_emails"):
            value = tuple(sorted(self.random.sample(PEOPLE, self.random.randint(0, 3))))
        if (name == "budget" and item.values.get("estimate")) or (name == "estimate" and item.values.get("budget")):
            return
        item.values[name] = BY_NAME[item.kind].field_named(name).type.parse(value) if name != "members" else value

    def _any(self) -> Item | None:
        return self.random.choice(self.items) if self.items else None

    def _is_free(self, kind: str, name: str, parent: Item | None) -> bool:
        return not any(i.kind == kind and fold(i.name) == fold(name) and i.parent is parent for i in self.items)

    def live(self) -> Live:
        """The workspace as it is now."""
        order = {kind.name: at for at, kind in enumerate(KINDS)}
        resources = {}
        for item in sorted(self.items, key=lambda item: order[item.kind]):
            parent = item.parent.address if item.parent else None
            parent_id = item.parent.id if item.parent else ""
            resources[item.address] = Resource(
                item.address, item.values, parent, id=item.id, parent_id=parent_id, tracked_seconds=0
            )
        people = {
            *PEOPLE,
            *(p for item in self.items for name in ("assignees", "members") for p in _people(item, name)),
        }
        users = {f"u-{person}": person for person in sorted(people)}
        proven = frozenset(item.id for item in self.items if item.kind == "project")
        return Live(Workspace("w", "Studio"), resources, users=users, tasks_proven=proven)


_VALUES: dict[str, tuple[Any, ...]] = {
    "note": NOTES, "address": NOTES, "email": ("a@b.example", None, "x@y.example"), "cc_emails": ((),), "color": ("#123456", "#ABCDEF"),
    "public": (True, False), "billable": (True, False), "estimate": ("PT8H", "PT90M", None), "hourly_rate": ("95.00", "12.50", None),
    "cost_rate": ("40", None), "assignees": ((),), "budget": ("100.00", None), "budget_reset": ("monthly", None),
    "members": (("jo@acme.example",), ("group Designers", "sam@acme.example hourly 95.00"), ("kim@acme.example manager true",), ()),
}  # fmt: skip


def _fresh(declared: Any) -> Any:
    if declared.default is not UNSET:
        return declared.default
    return declared.type.parse(None) if declared.created_as is None else declared.created_as


def _live_value(name: str, value: Any) -> Any:
    """A declared value as a workspace has it: without since when it applies, and with no role that is declared as none."""
    if name in ("hourly_rate", "cost_rate") and isinstance(value, str):
        return value.partition(" since ")[0]
    if name == "members":
        return BY_NAME["project"].field_named("members").type.resolved((), value)  # type: ignore[attr-defined]
    return value


def _people(item: Item, name: str) -> Iterator[str]:
    return map(identity_of, item.values.get(name) or ())
