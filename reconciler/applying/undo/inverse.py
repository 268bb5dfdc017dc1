"""Undo: from the journal of a run and live state to a desired state that ordinary planning leads to.

What the run changed gets its old values back, field by field; what it created is removed; what it deleted is created again, under
a new id. What was changed after the run is left as it is, with a note.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.applying.journal.run import Run
from reconciler.applying.undo.effects import Effect, effects_of
from reconciler.applying.undo.proof import why_it_stays, why_missing
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME, KINDS
from reconciler.live import Reading, read_for_undo
from reconciler.model import Address, FieldRole, Kind, Resource, Source
from reconciler.planning.plan import Action, Plan
from reconciler.state import Desired, Live, Policy, Prune, Removed, Workspace

REASON = "as it was before the run"


@dataclass(frozen=True, slots=True)
class Undo:
    """`desired` is the state before the run; `notes` are what cannot be restored, or is left as it is, and why."""

    desired: Desired
    notes: tuple[str, ...]


def inverse_of(
    run: Run, reader: Reader, workspace: Workspace, policy: Policy, *, ids_before: Collection[str] = ()
) -> tuple[Undo, Reading]:
    """The undo of a run, and the reading that its plan needs. Raises JournalError, and the errors of `live.read`.

    `ids_before` are ids that existed before the run, by what else is known than its own record.
    """
    effects = effects_of(run, ids_before)
    parents = {e.id: e.parent_id for e in effects if BY_NAME[e.kind].is_embedded}
    reading = read_for_undo(
        reader, run.plan, workspace, lambda live: build_inverse(effects, live, policy, run.id).desired, parents
    )
    undo = build_inverse(effects, reading.live, policy, run.id)
    if not run.is_sealed:
        undo = replace(
            undo, notes=(f"run {run.id} was recorded by 0.1.0, without checksums: verify each change", *undo.notes)
        )
    return undo, reading


def annotate(plan: Plan, undo: Undo) -> Plan:
    """The plan of an undo: with the reason of each change, and the notes before the other warnings."""
    changes = (change if change.removal else replace(change, reason=REASON) for change in plan.changes)
    return replace(plan, changes=tuple(changes), warnings=(*undo.notes, *plan.warnings))


def build_inverse(effects: tuple[Effect, ...], live: Live, policy: Policy, run: str) -> Undo:
    """The undo of `effects` on the workspace as it is; `run` is the id of their run. Pure.

    Of `policy`, budget, protection and checks apply. Tracked time is always kept, and nothing is pruned.
    """
    builder = _InverseBuilder(live, run, created={effect.id for effect in effects if effect.action is Action.CREATE})
    # Created resources are removed first, then names are restored: only then is it known which names are free again.
    for effect in sorted(effects, key=lambda effect: (effect.action is not Action.CREATE, effect.is_gone)):
        builder.add(effect)
    keeping = Policy(
        prune={kind.name: Prune.KEEP for kind in KINDS},
        removal_budget=policy.removal_budget,
        protect=policy.protect,
        checks=policy.checks,
    )
    desired = Desired(
        resources=builder.resources(),
        removed=tuple(builder.removed),
        policy=keeping,
        workspace=live.workspace.id,
        identified=builder.identified,
    )
    return Undo(desired, tuple(dict.fromkeys(builder.notes)))


@dataclass
class _Item:
    """A resource to restore: its name, its parent and the values to set. Without `id` it is created."""

    kind: Kind
    name: str
    parent_id: str
    id: str = ""
    source: Source | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class _InverseBuilder:
    live: Live
    run: str
    created: Collection[str] = ()
    removed: list[Removed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    identified: dict[Address, str] = field(default_factory=dict)
    items: list[_Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        everything = (*self.live.duplicates, *self.live.resources.values())
        self.by_id = self.live.by_id
        self.places = {(r.kind, r.parent_id, r.name): r.id for r in everything}
        self.by_old_id: dict[str, _Item] = {}
        self.emails = set(self.live.users.values())

    def add(self, effect: Effect) -> None:
        """Add the inverse of one change."""
        if effect.is_in_doubt:
            self.notes.append(
                f"{effect.action} {effect.address} is in doubt: it may not have been carried out, and is left as it is"
            )
        elif effect.action is Action.CREATE:
            self._remove(effect)
        elif effect.is_gone:
            self._recreate(effect)
        else:
            self._revert(effect)

    def _remove(self, effect: Effect) -> None:
        current = self.by_id.get(effect.id)
        if current is None:
            self.notes.append(f"{effect.address}, which the run created, {why_missing(effect, self.live)}")
            return
        if stays := why_it_stays(effect, current) or self._added_inside(current):
            self.notes.append(f"{current.address} ({current.id}) stays: {stays}")
            return
        reason = f"created by run {self.run}"
        self.removed.append(Removed(current.address, self._source(effect), current.id, reason))

    def _added_inside(self, current: Resource) -> str:
        """Why a resource stays that has a child, deleted with it, which the run did not create."""
        children = (child for child in self.live.children_of(current.id) if BY_NAME[child.kind].is_embedded)
        names = sorted(child.name for child in children if child.id not in self.created)
        return f"it has a {names[0]!r} that the run did not create" if names else ""

    def _revert(self, effect: Effect) -> None:
        current = self.by_id.get(effect.id)
        if current is None:
            self.notes.append(f"{effect.address}, which the run changed, {why_missing(effect, self.live)}")
            return
        item = _Item(BY_NAME[effect.kind], current.name, current.parent_id, current.id, self._source(effect))
        for name, before, after in effect.fields:
            now = self._now(current, name)
            if now == before:
                continue
            if now != after:
                self.notes.append(f"{name} of {current.address} was changed after the run: it stays {_words(now)}")
            elif name == "name":
                item.name = before
            elif name == item.kind.parent:
                item.parent_id = before
            else:
                item.values[name] = (
                    self._people(current.address, before) if self._is_people(item.kind, name) else before
                )
        self._add(item, current.id)

    def _source(self, effect: Effect) -> Source:
        return Source(f"run {self.run}, change {effect.number}")

    def _now(self, current: Resource, name: str) -> Any:
        if name == "name":
            return current.name
        return current.parent_id if name == BY_NAME[current.kind].parent else current.values.get(name)

    def _recreate(self, effect: Effect) -> None:
        """Create it again, with its values and the children deleted with it; its id and its history are lost."""
        kind = BY_NAME[effect.kind]
        holder = self.places.get((kind.name, effect.parent_id, effect.name))
        if holder is not None and not self._releases_name(holder):
            self.notes.append(f"{effect.address} is not created again: the name is in use ({holder})")
            return
        item = _Item(
            kind,
            effect.name,
            effect.parent_id,
            source=self._source(effect),
            values=self._whole(effect.address, kind, effect.values),
        )
        self._add(item, effect.id)
        lost = "; time entries that were detached from it stay detached" if effect.had_time else ""
        self.notes.append(f"{effect.address} is created again under a new id{lost}")
        for child in effect.embedded:
            below = BY_NAME[child.address.kind]
            values = self._whole(child.address, below, child.values)
            self.items.append(_Item(below, child.address.name, effect.id, source=self._source(effect), values=values))

    def _releases_name(self, holder: str) -> bool:
        """Whether the undo frees the name: it renames, moves or removes its holder."""
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
        """E-mail addresses of the people who are still members; a journal may have an id instead."""
        named = [self.live.users.get(person, person) for person in people or ()]
        for person in named:
            if person not in self.emails:
                self.notes.append(f"{address} is not assigned to {person} again: no longer a member of the workspace")
        return tuple(sorted(person for person in named if person in self.emails))

    @staticmethod
    def _is_people(kind: Kind, name: str) -> bool:
        return kind.field_named(name).role is FieldRole.PEOPLE

    def _add(self, item: _Item, old_id: str) -> None:
        self.items.append(item)
        self.by_old_id[old_id] = item

    def resources(self) -> dict[Address, Resource]:
        """Everything to restore, parents first, and the parents that are only needed for their names."""
        found: dict[Address, Resource] = {}
        position = {kind: at for at, kind in enumerate(BY_NAME)}
        for item in sorted(self.items, key=lambda item: position[item.kind.name]):
            if self._place(item, found) is None:
                self.notes.append(
                    f"{item.kind.name} {item.name!r} cannot be restored: its {item.kind.parent} no longer exists"
                )
        return dict(sorted(found.items(), key=lambda pair: position[pair[0].kind]))

    def _place(self, item: _Item, found: dict[Address, Resource]) -> Address | None:
        """The address that it will have, after adding the resource to `found`; None where its parent cannot be restored."""
        parent = None
        if item.parent_id:
            above = self.by_old_id.get(item.parent_id) or self._current_item(item.parent_id)
            parent = self._place(above, found) if above is not None else None
            if parent is None:
                return None
        address = parent.child(item.kind.name, item.name) if parent else Address(item.kind.name, (item.name,))
        if address not in found:
            found[address] = Resource(address, item.values, parent, source=item.source)
            if item.id:
                self.identified[address] = item.id
        return address

    def _current_item(self, resource_id: str) -> _Item | None:
        current = self.by_id.get(resource_id)
        return _Item(BY_NAME[current.kind], current.name, current.parent_id, current.id) if current else None


def _words(value: Any) -> str:
    return "none" if value in (None, ()) else repr(value)
