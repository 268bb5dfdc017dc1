"""Undo: from the journal of a run and what is live now to a desired state that ordinary planning can lead to.

What the run changed goes back to what it was, field by field; what it created goes; what it deleted is made again, under a new id.
What somebody changed since then is left as it is, and said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.applying.journal.runs import JOURNAL, Run
from reconciler.applying.undo.effects import Deed, deeds_of
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME, KINDS
from reconciler.live import Reading, read_towards
from reconciler.model import Address, Kind, Resource, Role, Source
from reconciler.planning.plan import Action, Plan
from reconciler.state import Desired, Live, Policy, Prune, Removed, Workspace

REASON = "as it was before the run"


@dataclass(frozen=True, slots=True)
class Undo:
    """`desired` is what an ordinary plan leads to; `notes` say what cannot come back, or is left alone and why."""

    desired: Desired
    notes: tuple[str, ...]


def way_back(run: Run, reader: Reader, workspace: Workspace, policy: Policy) -> tuple[Undo, Reading]:
    """The way back from a run, and the reading that a plan of it needs. Raises JournalError, and as `live.read` does."""
    deeds = deeds_of(run)
    reading = read_towards(reader, run.plan, workspace, lambda live: undo_of(deeds, live, policy, run.id).desired)
    return undo_of(deeds, reading.live, policy, run.id), reading


def told(plan: Plan, undo: Undo) -> Plan:
    """The plan of an undo in its own words: why each change is in it, and the notes before the other warnings."""
    changes = (change if change.removal else replace(change, reason=REASON) for change in plan.changes)
    return replace(plan, changes=tuple(changes), warnings=(*undo.notes, *plan.warnings))


def undo_of(deeds: tuple[Deed, ...], live: Live, policy: Policy, run: str) -> Undo:
    """The way back from `deeds`, on the workspace as it is; `run` is the run's id. Pure.

    Time that was tracked since stays: `policy` counts but for that, and nothing is pruned.
    """
    back = _WayBack(live, run)
    # What the run made goes first, then names go back: only then is it clear whether a name is free to be made again.
    for deed in sorted(deeds, key=lambda deed: (deed.action is not Action.CREATE, deed.is_gone)):
        back.take(deed)
    careful = Policy(
        prune={kind.name: Prune.KEEP for kind in KINDS},
        removal_budget=policy.removal_budget,
        protect=policy.protect,
        checks=policy.checks,
    )
    desired = Desired(
        resources=back.resources(),
        removed=tuple(back.removed),
        policy=careful,
        workspace=live.workspace.id,
        identified=back.identified,
    )
    return Undo(desired, tuple(dict.fromkeys(back.notes)))


@dataclass
class _Item:
    """A resource on its way back: what it is called, where it belongs, and the values that are put back. Without `id`: made anew."""

    kind: Kind
    name: str
    parent_id: str
    id: str = ""
    line: int = 0
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class _WayBack:
    live: Live
    run: str
    removed: list[Removed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    identified: dict[Address, str] = field(default_factory=dict)
    items: list[_Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        everything = (*self.live.duplicates, *self.live.resources.values())
        self.by_id = {resource.id: resource for resource in everything}
        self.places = {(r.kind, r.parent_id, r.name): r.id for r in everything}
        self.by_old_id: dict[str, _Item] = {}
        self.emails = set(self.live.users.values())

    def take(self, deed: Deed) -> None:
        """Turn one change of the run around."""
        if deed.is_in_doubt:
            self.notes.append(f"whether {deed.action} {deed.address} was carried out is not known: it is left as it is")
        elif deed.action is Action.CREATE:
            self._remove(deed)
        elif deed.is_gone:
            self._make_again(deed)
        else:
            self._put_back(deed)

    def _remove(self, deed: Deed) -> None:
        there = self.by_id.get(deed.id)
        if there is None:
            self.notes.append(f"{deed.address}, which the run created, is gone already")
            return
        reason = f"created by the run {self.run}"
        self.removed.append(Removed(there.address, Source(JOURNAL, deed.line, 1), there.id, reason))

    def _put_back(self, deed: Deed) -> None:
        there = self.by_id.get(deed.id)
        if there is None:
            self.notes.append(f"{deed.address}, which the run changed, is not there any more")
            return
        item = _Item(BY_NAME[deed.kind], there.name, there.parent_id, there.id, deed.line)
        for name, before, after in deed.fields:
            now = self._now(there, name)
            if now == before:
                continue
            if now != after:
                self.notes.append(f"{name} of {there.address} was changed after the run: it stays {_words(now)}")
            elif name == "name":
                item.name = before
            elif name == item.kind.parent:
                item.parent_id = before
            else:
                item.values[name] = self._people(there.address, before) if self._is_people(item.kind, name) else before
        self._add(item, there.id)

    def _now(self, there: Resource, name: str) -> Any:
        if name == "name":
            return there.name
        return there.parent_id if name == BY_NAME[there.kind].parent else there.values.get(name)

    def _make_again(self, deed: Deed) -> None:
        """Under a new id, with its values and what went along with it; its history does not come back."""
        kind = BY_NAME[deed.kind]
        holder = self.places.get((kind.name, deed.parent_id, deed.name))
        if holder is not None and not self._lets_go(holder):
            self.notes.append(f"{deed.address} is not made again: there is one of this name now ({holder})")
            return
        item = _Item(
            kind, deed.name, deed.parent_id, line=deed.line, values=self._whole(deed.address, kind, deed.values)
        )
        self._add(item, deed.id)
        lost = " and the time that was detached from it stays detached" if deed.had_time else ""
        self.notes.append(f"{deed.address} comes back under a new id{lost}")
        for child in deed.along:
            below = BY_NAME[child.address.kind]
            values = self._whole(child.address, below, child.values)
            self.items.append(_Item(below, child.address.name, deed.id, line=deed.line, values=values))

    def _lets_go(self, holder: str) -> bool:
        """Whether the undo takes the name from whoever has it now."""
        item = self.by_old_id.get(holder)
        moves = item is not None and (item.name, item.parent_id) != (
            self.by_id[holder].name,
            self.by_id[holder].parent_id,
        )
        return moves or any(removed.id == holder for removed in self.removed)

    def _whole(self, address: Address, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self._people(address, value) if self._is_people(kind, name) else value
            for name, value in values.items()
            if value not in (None, ())
        }

    def _people(self, address: Address, people: tuple[str, ...]) -> tuple[str, ...]:
        """Addresses of people who are still there: a journal may know some by their ids alone."""
        named = [self.live.users.get(person, person) for person in people or ()]
        for person in named:
            if person not in self.emails:
                self.notes.append(f"{address} is not assigned to {person} again, who is not in the workspace any more")
        return tuple(sorted(person for person in named if person in self.emails))

    @staticmethod
    def _is_people(kind: Kind, name: str) -> bool:
        return kind.field_named(name).role is Role.PEOPLE

    def _add(self, item: _Item, old_id: str) -> None:
        self.items.append(item)
        self.by_old_id[old_id] = item

    def resources(self) -> dict[Address, Resource]:
        """Everything on its way back, parents first, with parents of theirs that only have to be named."""
        found: dict[Address, Resource] = {}
        position = {kind: at for at, kind in enumerate(BY_NAME)}
        for item in sorted(self.items, key=lambda item: position[item.kind.name]):
            if self._place(item, found) is None:
                self.notes.append(f"{item.kind.name} {item.name!r} cannot come back: its {item.kind.parent} is gone")
        return dict(sorted(found.items(), key=lambda pair: position[pair[0].kind]))

    def _place(self, item: _Item, found: dict[Address, Resource]) -> Address | None:
        """The address that it will have, with the resource put into `found`; None where its parent is gone for good."""
        parent = None
        if item.parent_id:
            above = self.by_old_id.get(item.parent_id) or self._as_it_is(item.parent_id)
            parent = self._place(above, found) if above is not None else None
            if parent is None:
                return None
        address = parent.child(item.kind.name, item.name) if parent else Address(item.kind.name, (item.name,))
        if address not in found:
            source = Source(JOURNAL, item.line, 1) if item.line else None
            found[address] = Resource(address, item.values, parent, source=source)
            if item.id:
                self.identified[address] = item.id
        return address

    def _as_it_is(self, resource_id: str) -> _Item | None:
        there = self.by_id.get(resource_id)
        return _Item(BY_NAME[there.kind], there.name, there.parent_id, there.id) if there else None


def _words(value: Any) -> str:
    return "none" if value in (None, ()) else repr(value)
