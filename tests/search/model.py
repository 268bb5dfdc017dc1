"""What a manifest means, read from its data and from DESIGN.md: a second, small reading that shares no code with the planner.

Where two readings are defensible the model says so (`unsure`) instead of choosing one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.search.worlds import KINDS, Item

_PLAIN = {"projects", "tasks", "archived", "status"}
"""Keys of a body that say nothing of values."""
Snapshot = Mapping[str, list[Item]]
PARENT_KEY = {"project": "clientId", "task": "projectId"}
PARENT_KIND = {"project": "client", "task": "project"}
_NAME_PARTS = re.compile(r"(?:[^/\\]|\\.)*", re.DOTALL)


def fold(name: str) -> str:
    """Equal for the spellings of one name: letter case without expansion, Unicode form and blanks."""
    composed = unicodedata.normalize("NFC", name)
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in composed)
    return " ".join(unicodedata.normalize("NFC", lower).split())


def split(path: str) -> list[str]:
    """The names of a path, `\\/` and `\\\\` read."""
    parts = [match.group() for match in _NAME_PARTS.finditer(path)]
    at, found = 0, []
    while at <= len(path):
        match = _NAME_PARTS.match(path, at)
        assert match is not None, parts
        found.append(re.sub(r"\\(.)", r"\1", match.group(), flags=re.DOTALL))
        at = match.end() + 1
    return found


@dataclass
class Thing:
    """Something live: a stored record with its kind, and whether time was tracked on it."""

    kind: str
    record: Item
    is_tracked: bool

    @property
    def id(self) -> str:
        return str(self.record["id"])

    @property
    def name(self) -> str:
        return str(self.record["name"])

    @property
    def parent(self) -> str:
        """The id of its parent, or ""."""
        return str(self.record.get(PARENT_KEY.get(self.kind, ""), "") or "")

    @property
    def is_archived(self) -> bool:
        return bool(self.record["status"] == "DONE" if self.kind == "task" else self.record["archived"])


class Live:
    """A snapshot by ids and by places."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        used = {str(e[key]) for e in snapshot["time_entries"] for key in ("projectId", "taskId") if e[key]}
        used |= {tag for entry in snapshot["time_entries"] for tag in entry["tagIds"] or ()}
        self.things = {
            str(record["id"]): Thing(kind, record, str(record["id"]) in used)
            for kind in KINDS
            for record in snapshot[f"{kind}s"]
        }
        self._places: dict[tuple[str, str], list[Thing]] = {}
        for thing in self.things.values():
            self._places.setdefault((thing.kind, thing.parent), []).append(thing)

    def siblings(self, kind: str, parent: str) -> list[Thing]:
        """What is in one place."""
        return self._places.get((kind, parent), [])

    def children(self, thing: Thing) -> list[Thing]:
        """What is right below something."""
        below = {"client": "project", "project": "task"}.get(thing.kind)
        return self.siblings(below, thing.id) if below else []

    def path(self, thing: Thing) -> tuple[str, ...]:
        """The names from the top."""
        above = self.things.get(thing.parent)
        return (*(self.path(above) if above else ()), thing.name)


def named(things: Iterable[Thing], name: str) -> list[Thing]:
    """Those with this name; where there is none, those with another spelling of it."""
    things = list(things)
    return [t for t in things if t.name == name] or [t for t in things if fold(t.name) == fold(name)]


@dataclass(eq=False)
class Declared:
    """A declared resource. `thing`: what it is already; `is_new`: nothing yet; neither where the model is unsure."""

    kind: str
    name: str
    body: Item
    parent: Declared | None = None
    client: str = ""
    was: tuple[str, ...] = ()
    thing: Thing | None = None
    is_new: bool = False
    manages_tasks: bool = False

    @property
    def is_unsure(self) -> bool:
        return self.thing is None and not self.is_new

    @property
    def path(self) -> tuple[str, ...]:
        """Its names from the top."""
        above = self.parent.path if self.parent else ((self.client,) if self.client else ())
        return (*above, self.name)


def declared_of(manifest: Mapping[str, Any]) -> list[Declared]:
    """Everything that a manifest declares, parents first, with defaults and task sets filled in."""
    found: list[Declared] = [_declared("tag", item, manifest) for item in manifest.get("tags", ())]
    for item in manifest.get("clients", ()):
        client = _declared("client", item, manifest)
        found.append(client)
        for project in client.body.pop("projects", ()):
            found += _project(project, manifest, client)
    for project in manifest.get("projects", ()):
        found += _project(project, manifest, None)
    found.sort(key=lambda one: KINDS.index(one.kind))
    owners = {one.name: one for one in found if one.kind == "client"}
    for one in found:
        if one.client:
            one.parent = owners.get(one.client)
    return found


def _project(item: Any, manifest: Mapping[str, Any], client: Declared | None) -> Iterator[Declared]:
    project = _declared("project", item, manifest)
    project.parent, project.client = client, str(project.body.pop("client", "") or "")
    project.manages_tasks = "use" in project.body or "tasks" in project.body
    yield project
    tasks: dict[str, Item] = {}
    sets = [task for name in project.body.pop("use", ()) for task in manifest["task_sets"][name]]
    for task in (*sets, *project.body.get("tasks", ())):
        body = {"name": task} if isinstance(task, str) else task
        tasks[body["name"]] = {**tasks.get(body["name"], {}), **body}
    for body in tasks.values():
        yield _declared("task", body, manifest, project)


def _declared(kind: str, item: Any, manifest: Mapping[str, Any], parent: Declared | None = None) -> Declared:
    body = {"name": item} if isinstance(item, str) else dict(item)
    was = body.pop("was", ())
    defaults = {"status": "active"} if kind == "task" else {"archived": False}
    body = {**defaults, **manifest.get("defaults", {}).get(kind, {}), **body}
    return Declared(kind, body.pop("name"), body, parent, was=(was,) if isinstance(was, str) else tuple(was))


@dataclass
class Model:
    """A manifest before a live state: what each declared resource is already, and what becomes of the rest."""

    manifest: Mapping[str, Any]
    live: Live
    has_journal: bool = False
    declared: list[Declared] = field(default_factory=list)
    claims: dict[str, Declared] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    """The kinds of which something is unsure."""
    contested: set[str] = field(default_factory=set)
    """Ids of things that a `was:` names although its resource is there already."""
    unmet: list[Declared] = field(default_factory=list)
    """New resources of which no `was:` meets anything live."""
    unknown_parent: bool = False

    def __post_init__(self) -> None:
        self.declared = declared_of(self.manifest)
        for kind in KINDS:
            self._identify([one for one in self.declared if one.kind == kind])

    def _place(self, one: Declared) -> str | None:
        """The id of its parent as it is now: "" for none; None where there is none yet, or the model is unsure."""
        if one.parent is not None:
            return one.parent.thing.id if one.parent.thing else None
        if not one.client:
            return ""
        found = named(self.live.siblings("client", ""), one.client)
        if len(found) == 1:
            return found[0].id
        self.unknown_parent = True
        return None

    def _identify(self, wanted: list[Declared]) -> None:
        """Say what each resource of one kind is: by its name in its place, by an earlier name, by another spelling."""
        exact: dict[int, Thing] = {}
        earlier: dict[int, list[Thing]] = {}
        for one in wanted:
            place = self._place(one)
            if place is None and not (one.parent and one.parent.is_new):
                self.unsure.add(one.kind)
                continue
            here = self.live.siblings(one.kind, place) if place is not None else []
            same = [thing for thing in here if thing.name == one.name]
            if len(same) > 1:
                self.unsure.add(one.kind)
                continue
            one.is_new = True  # until something is found
            exact |= {id(one): same[0]} if same else {}
            earlier[id(one)] = list(self._earlier(one, here))
        self._settle([one for one in wanted if one.is_new], exact, earlier)

    def _earlier(self, one: Declared, here: list[Thing]) -> Iterator[Thing]:
        """What has an earlier name of a resource, the first name first."""
        for text in one.was:
            *above, name = split(text)
            things = here
            if above == [""]:
                things = self.live.siblings(one.kind, "")
            elif above:
                owners = named(self.live.siblings("client", ""), above[0])
                things = [t for owner in owners for t in self.live.siblings(one.kind, owner.id)]
            found = named(things, name)
            if len(found) > 1:
                self.unsure.add(one.kind)
            yield from found

    def _settle(self, wanted: list[Declared], exact: dict[int, Thing], earlier: dict[int, list[Thing]]) -> None:
        holders = {thing.id: one for one in wanted if (thing := exact.get(id(one)))}
        by_name = {id(one) for one in wanted if id(one) in exact}
        queue = [one for one in wanted if id(one) not in by_name]
        for one in wanted:
            if id(one) in by_name:
                self._claim(one, exact[id(one)])
        while queue:
            one = queue.pop(0)
            for thing in earlier[id(one)]:
                holder = self.claims.get(thing.id)
                if holder is None or (id(holder) in by_name and holder.kind == one.kind):
                    if holder is not None:
                        by_name.discard(id(holder))
                        holder.thing, holder.is_new = None, True
                        queue.append(holder)
                    self._claim(one, thing)
                    break
        self._doubt_rings(wanted, holders, earlier)
        for one in wanted:
            if one.is_new:
                self._by_spelling(one)
        for one in wanted:
            others = [thing for thing in earlier[id(one)] if thing is not one.thing]
            if one.thing:
                self.contested |= {thing.id for thing in others if thing.id not in self.claims}
            elif one.is_new and one.was and not others:
                self.unmet.append(one)

    def _doubt_rings(
        self, wanted: list[Declared], holders: Mapping[str, Declared], earlier: Mapping[int, list[Thing]]
    ) -> None:
        """Names that are swapped exist before and after: which of it is true is not for this model to say."""
        for one in wanted:
            at, seen = one, [one]
            while earlier[id(at)] and (next_one := holders.get(earlier[id(at)][0].id)) and next_one not in seen:
                at = next_one
                seen.append(at)
            if len(seen) > 1 and earlier[id(at)] and holders.get(earlier[id(at)][0].id) is one:
                self._turn(seen, [earlier[id(each)][0] for each in seen])
        claimed: dict[str, Declared] = {}
        for one in wanted:
            for thing in earlier[id(one)]:
                if thing.id in claimed and claimed[thing.id] is not one:
                    self._doubt([one, claimed[thing.id]])
                claimed[thing.id] = one

    def _turn(self, ring: list[Declared], before: list[Thing]) -> None:
        """Read a ring of names: the reading that needs fewer creates and removals below it; equal readings mean that it is done."""
        if any(one.thing is None for one in ring) or any(one.was for one in self._below(ring)):
            self._doubt(ring)
            return
        now = [one.thing for one in ring if one.thing]
        as_done, as_pending = (sum(map(self._cost, ring, things)) for things in (now, before))
        is_plain = not self.has_journal and all(set(one.body) <= _PLAIN for one in (*ring, *self._below(ring)))
        if as_pending < as_done:
            for one, thing in zip(ring, before, strict=True):
                self._claim(one, thing)
        elif as_pending == as_done and not is_plain:
            self._doubt(ring)

    def _below(self, ones: Iterable[Declared]) -> list[Declared]:
        """Everything that is declared below these."""
        found = [one for one in self.declared if any(one.parent is other for other in ones)]
        return [*found, *(self._below(found) if found else ())]

    def _cost(self, one: Declared, thing: Thing) -> int:
        """The creates and removals below a declared resource if it is this thing, told by names alone."""
        children = {fold(child.name): child for child in self.live.children(thing)}
        wanted = {fold(child.name): child for child in self.declared if child.parent is one}
        is_listed = one.manages_tasks or (one.kind == "client" and bool(wanted))
        cost = len(wanted.keys() - children.keys())
        cost += len(children.keys() - wanted.keys()) if is_listed else 0
        return cost + sum(self._cost(wanted[name], children[name]) for name in wanted.keys() & children.keys())

    def _doubt(self, ones: Iterable[Declared]) -> None:
        for one in ones:
            if one.thing:
                self.claims.pop(one.thing.id, None)
            one.thing, one.is_new = None, False
            self.unsure.add(one.kind)

    def _by_spelling(self, one: Declared) -> None:
        place = self._place(one)
        here = self.live.siblings(one.kind, place) if place is not None else []
        found = [thing for thing in here if thing.id not in self.claims and fold(thing.name) == fold(one.name)]
        if len(found) == 1:
            self._claim(one, found[0])
        elif found:
            self._doubt([one])

    def _claim(self, one: Declared, thing: Thing) -> None:
        one.thing, one.is_new = thing, False
        self.claims[thing.id] = one

    # -- what becomes of the rest ----------------------------------------------------------------------------------

    def is_managed(self, thing: Thing) -> bool:
        """Whether the manifest has the section that this thing would have to be listed in."""
        if thing.kind == "task":
            owner = self.claims.get(thing.parent)
            return owner is not None and owner.manages_tasks
        if thing.kind == "project":
            nested = any("projects" in item for item in self.manifest.get("clients", ()) if isinstance(item, dict))
            return nested or "projects" in self.manifest
        return f"{thing.kind}s" in self.manifest

    def listed(self) -> Iterator[tuple[Item, list[Thing]]]:
        """The entries of `removed:`, each with what it means: under the old names, or the new ones, of its parents."""
        for entry in self.manifest.get("removed", ()):
            [(kind, path)] = entry.items()
            parts = split(path)
            if len(parts) > 1 and not parts[0]:
                parts = parts[1:]
            yield entry, self._meant(kind, parts)

    def _meant(self, kind: str, parts: list[str]) -> list[Thing]:
        if kind in ("tag", "client") or len(parts) == (1 if kind == "project" else 0):
            places = [""]
        elif kind == "task" and len(parts) == 1:
            return []
        else:
            above = "project" if kind == "task" else "client"
            places = [thing.id for thing in self._meant(above, parts[:-1])]
            new = [o for o in self.declared if o.kind == above and [*map(fold, o.path)] == [*map(fold, parts[:-1])]]
            places += [one.thing.id for one in new if one.thing and one.thing.id not in places]
        return [thing for place in places for thing in named(self.live.siblings(kind, place), parts[-1])]

    def fates(self) -> dict[str, str]:
        """What becomes of each thing that is not declared: gone, archived, or same. Without the kinds that are unsure."""
        listed = {thing.id for _, things in self.listed() for thing in things}
        policy = self.manifest.get("policy", {})
        keeps_time = policy.get("tracked_time", "keep") == "keep"
        fates: dict[str, str] = {}
        for kind in ("tag", "project", "task", "client"):
            for thing in self.live.siblings(kind, "") + [t for t in self.live.things.values() if t.kind == kind and t.parent]:
                if thing.id in self.claims or self.unsure & {kind, *_above(kind)}:
                    continue
                goal = policy.get("prune", {}).get(f"{kind}s", "delete") if self.is_managed(thing) else "keep"
                goal = "delete" if thing.id in listed else goal
                if goal == "delete" and keeps_time and thing.is_tracked:
                    goal = "archive"
                if kind == "client" and goal == "delete" and self.live.children(thing):
                    if "project" in self.unsure:
                        continue
                    goal = "archive" if self._stays_full(thing, fates) else goal
                fates[thing.id] = {"delete": "gone", "archive": "archived", "keep": "same"}[goal]
        for thing in self.live.things.values():
            if thing.kind == "task" and fates.get(thing.parent) == "gone":
                fates[thing.id] = "gone"
        return fates

    def _stays_full(self, client: Thing, fates: Mapping[str, str]) -> bool:
        """Whether a client keeps projects: they are neither deleted nor moved."""
        for project in self.live.children(client):
            one = self.claims.get(project.id)
            if one is not None and self._place(one) == client.id:
                return True
            if one is None and fates.get(project.id) != "gone":
                return True
        return False

    @property
    def new(self) -> list[Declared]:
        return [one for one in self.declared if one.is_new]


def _above(kind: str) -> tuple[str, ...]:
    return {"task": ("project", "client"), "project": ("client",)}.get(kind, ())
