"""What a manifest means before a live state, by DESIGN.md: a second, small reading that shares no code with the planner.

Where two readings are defensible the model is unsure instead of choosing one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.search.declared import Declared, declared_of
from tests.search.live import Live, Thing, fold, named, split
from tests.search.worlds import KINDS, Item

_PLAIN = {"projects", "tasks", "archived", "status"}
"""Keys of a body that say nothing of values."""


@dataclass
class Model:
    """A manifest before a live state: what each declared resource is already, and what becomes of the rest."""

    manifest: Mapping[str, Any]
    live: Live
    has_journal: bool = False
    recorded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ids of what runs renamed while they exchanged names, with the names from the top that they gave: a record decides."""
    declared: list[Declared] = field(default_factory=list)
    claims: dict[str, Declared] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    """The kinds of which something is unsure."""
    contested: set[str] = field(default_factory=set)
    """Ids of things that a `was:` names although its resource is there already."""
    unmet: list[Declared] = field(default_factory=list)
    """New resources of which no `was:` meets anything live."""
    unknown_parent: bool = False
    _known: set[str] = field(default_factory=set)
    """Ids of what is identified by a record, so that no name means it."""

    def __post_init__(self) -> None:
        self.declared = declared_of(self.manifest)
        for kind in KINDS:
            self._identify([one for one in self.declared if one.kind == kind])

    def place_of(self, one: Declared) -> str | None:
        """The id of its parent as it is now: "" for none; None where there is none yet, or the model is unsure."""
        if one.parent is not None:
            return one.parent.thing.id if one.parent.thing else None
        if not one.client:
            return ""
        found = named(self.live.siblings("client", ""), one.client)
        if len(found) == 1:
            one.client = found[0].name  # an address has it as it is spelled live
            return found[0].id
        self.unknown_parent = True
        return None

    def _identify(self, wanted: list[Declared]) -> None:
        """Say what each resource of one kind is: by its name in its place, by an earlier name, by another spelling."""
        exact: dict[int, Thing] = {}
        earlier: dict[int, list[Thing]] = {}
        for one in wanted:
            place = self.place_of(one)
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
        known = {
            thing.id: one
            for one in wanted
            if (thing := exact.get(id(one))) and self.recorded.get(thing.id) == one.path and one.is_new
        }
        earlier = {key: [thing for thing in things if thing.id not in known] for key, things in earlier.items()}
        self._known |= known.keys()
        self._settle([one for one in wanted if one.is_new], exact, earlier)

    def _earlier(self, one: Declared, here: list[Thing]) -> Iterator[Thing]:
        """What has an earlier name of a resource, the first name first."""
        for text in one.was:
            *above, name = split(text)
            things = here
            if above == [""]:
                things = self.live.siblings(one.kind, "")
            elif above:
                owners = named(self.live.siblings("client", ""), above[0]) or self._declared_earlier(above[0])
                things = [t for owner in owners for t in self.live.siblings(one.kind, owner.id)]
            found = named(things, name)
            if len(found) > 1:
                self.unsure.add(one.kind)
            yield from found

    def _declared_earlier(self, name: str) -> list[Thing]:
        """The client that is declared with this name, or with this earlier name: an edit may outlive the rename of the client."""
        clients = [one for one in self.declared if one.kind == "client" and one.thing]
        found = [o for o in clients if fold(o.name) == fold(name)]
        found = found or [o for o in clients if any(fold(split(was)[-1]) == fold(name) for was in o.was)]
        return [one.thing for one in found[:1] if one.thing]

    def _settle(self, wanted: list[Declared], exact: dict[int, Thing], earlier: dict[int, list[Thing]]) -> None:
        holders = {thing.id: one for one in wanted if (thing := exact.get(id(one))) and thing.id not in self._known}
        by_name = {id(one) for one in wanted if id(one) in exact and exact[id(one)].id not in self._known}
        queue = [one for one in wanted if id(one) not in exact]
        for one in wanted:
            if id(one) in exact:
                self._claim(one, exact[id(one)])
        while queue:
            one = queue.pop(0)
            for thing in earlier[id(one)]:
                holder = self.claims.get(thing.id)
                if holder is None or id(holder) in by_name:
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
        self._note_leftovers(wanted, earlier)

    def _note_leftovers(self, wanted: list[Declared], earlier: Mapping[int, list[Thing]]) -> None:
        """Note what `was:` names although its resource is there, and what it names in vain."""
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
        moves = [one for one in self.declared if any(len(split(was)) > 1 for was in one.was)]
        if (
            any(one.thing is None for one in ring)
            or any(one.was for one in self._below(ring))
            or any(one.kind not in ("tag", ring[0].kind) for one in moves)
            or any(one.thing and self._has_twins(one.thing) for one in ring)
        ):
            self._doubt(ring)
            return
        now = [one.thing for one in ring if one.thing]
        as_done, as_pending = (sum(map(self._cost, ring, things)) for things in (now, before))
        is_plain = not self.has_journal and all(set(one.body) <= _PLAIN for one in (*ring, *self._below(ring)))
        is_plain = is_plain and not any(thing.is_archived for thing in now)
        is_plain = is_plain and not any(one.body.get("archived") or one.body.get("status") == "done" for one in ring)
        if as_pending < as_done:
            for one, thing in zip(ring, before, strict=True):
                self._claim(one, thing)
        elif as_pending == as_done and not is_plain:
            self._doubt(ring)

    def _below(self, ones: Iterable[Declared]) -> list[Declared]:
        """Everything that is declared below these."""
        found = [one for one in self.declared if any(one.parent is other for other in ones)]
        return [*found, *(self._below(found) if found else ())]

    def _has_twins(self, thing: Thing) -> bool:
        """Whether anything below has two names that are one in two spellings."""
        children = self.live.children(thing)
        return len({fold(child.name) for child in children}) < len(children) or any(map(self._has_twins, children))

    def _cost(self, one: Declared, thing: Thing) -> int:
        """The creates and removals below a declared resource if it is this thing, told by names alone."""
        children = {fold(child.name): child for child in self.live.children(thing)}
        wanted = {fold(child.name): child for child in self.declared if child.parent is one}
        new = [wanted[name] for name in wanted.keys() - children.keys()]
        cost = len(new) + len(self._below(new))
        for name in children.keys() - wanted.keys():
            child = children[name]
            is_listed = one.manages_tasks if child.kind == "task" else self.is_managed(child)
            goal = self.manifest.get("policy", {}).get("prune", {}).get(f"{child.kind}s", "delete")
            if is_listed and goal != "keep" and not child.is_archived:
                cost += 1 + sum(not below.is_archived for below in self.live.children(child))
        return cost + sum(self._cost(wanted[name], children[name]) for name in wanted.keys() & children.keys())

    def _doubt(self, ones: Iterable[Declared]) -> None:
        for one in ones:
            if one.thing:
                self.claims.pop(one.thing.id, None)
            one.thing, one.is_new = None, False
            self.unsure.add(one.kind)

    def _by_spelling(self, one: Declared) -> None:
        place = self.place_of(one)
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
            for thing in self.live.siblings(kind, "") + [
                t for t in self.live.things.values() if t.kind == kind and t.parent
            ]:
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
            if one is not None and self.place_of(one) == client.id:
                return True
            if one is None and fates.get(project.id) != "gone":
                return True
        return False

    @property
    def new(self) -> list[Declared]:
        return [one for one in self.declared if one.is_new]


def _above(kind: str) -> tuple[str, ...]:
    return {"task": ("project", "client"), "project": ("client",)}.get(kind, ())
