"""Builds the desired state of an undo: what each effect of a run takes to be as it was before. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying.undo.effects import Effect
from reconciler.applying.undo.places import Item, Places
from reconciler.applying.undo.proof import why_it_stays, why_missing
from reconciler.applying.undo.values import ValueRestorer
from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource, Source
from reconciler.planning.plan import Action
from reconciler.state import Live, Removed


@dataclass
class InverseBuilder:
    """Takes effect after effect. `created` are the ids that the run created, `existed` those that existed before it."""

    live: Live
    run: str
    created: Collection[str] = ()
    existed: Collection[str] = ()
    removed: list[Removed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    identified: dict[Address, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_id = self.live.by_id
        self.by_old_id: dict[str, Item] = {}
        self.restorer = ValueRestorer(self.live)

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
        if stays := why_it_stays(effect, current) or self._why_unreachable(current) or self._added_inside(current):
            self.notes.append(f"{current.address} ({current.id}) stays: {stays}")
            return
        reason = f"created by run {self.run}"
        self.removed.append(Removed(current.address, self._source(effect), current.id, reason))

    def _added_inside(self, current: Resource) -> str:
        """Why a resource stays that has a child, deleted with it, which the run did not create."""
        children = (child for child in self.live.children_of(current.id) if BY_NAME[child.kind].is_embedded)
        names = sorted(child.name for child in children if child.id not in self.created)
        return f"it has a {names[0]!r} that the run did not create" if names else ""

    def _why_unreachable(self, current: Resource) -> str:
        """Why a plan cannot name a resource: another one has the same address."""
        holder = self.live.resources.get(current.address)
        if holder is current:
            return ""
        return f"{f'{holder.address} ({holder.id})' if holder else 'another one'} has the same name in the same place"

    def _revert(self, effect: Effect) -> None:
        current = self.by_id.get(effect.id)
        if current is None or current.kind != effect.kind:
            self.notes.append(f"{effect.address}, which the run changed, {why_missing(effect, self.live)}")
            return
        if why := self._why_unreachable(current):
            self.notes.append(f"{current.address} ({current.id}) is left as it is: {why}")
            return
        item = self._current_item(current, self._source(effect))
        for name, before, after in effect.fields:
            now = self._now(current, name)
            if now == before:
                continue
            if now != after:
                stays = self._place_words(now) if name == item.kind.parent else _words(now)
                self.notes.append(f"{name} of {current.address} was changed after the run: it stays {stays}")
            elif name == "name":
                item.name = before
            elif name == item.kind.parent:
                item.parent_id = before
            else:
                item.values[name] = self.restorer.value(item, current.address, name, before)
        self._add(item)

    def _place_words(self, parent_id: str) -> str:
        parent = self.by_id.get(parent_id)
        return _words(parent.name if parent is not None else parent_id or None)

    def _source(self, effect: Effect) -> Source:
        return Source(f"run {self.run}, change {effect.number}")

    def _now(self, current: Resource, name: str) -> Any:
        if name == "name":
            return current.name
        return current.parent_id if name == BY_NAME[current.kind].parent else current.values.get(name)

    def _recreate(self, effect: Effect) -> None:
        """Create it again, with its values and the children deleted with it; its id and its history are lost."""
        kind, source = BY_NAME[effect.kind], self._source(effect)
        item = Item(kind, effect.name, effect.parent_id, old_id=effect.id, source=source)
        lost = "; time entries that were detached from it stay detached" if effect.had_time else ""
        item.notes.append(f"{effect.address} is created again under a new id{lost}")
        self.restorer.fill(item, effect.address, effect.values, effect.raw)
        self._add(item)
        for child in effect.embedded:
            below = BY_NAME[child.address.kind]
            inside = Item(below, child.address.name, effect.id, old_id=child.id, source=source, within=item)
            self.restorer.fill(inside, child.address, child.values, child.raw)
            self.items.append(inside)

    def _add(self, item: Item) -> None:
        self.items.append(item)
        self.by_old_id[item.old_id] = item

    def resources(self) -> dict[Address, Resource]:
        """Everything to restore, parents first, and the parents that are only needed for their names."""
        self._settle()
        found: dict[Address, Resource] = {}
        position = {kind: at for at, kind in enumerate(BY_NAME)}
        for item in sorted(self.items, key=lambda item: position[item.kind.name]):
            if self._place(item, found) is None:
                self.notes.append(
                    f"{item.kind.name} {item.name!r} cannot be restored: its {item.kind.parent} no longer exists"
                )
        return dict(sorted(found.items(), key=lambda pair: position[pair[0].kind]))

    def _settle(self) -> None:
        """Leave what cannot have its place: a renamed or moved resource where it is now, a deleted one deleted."""
        dropped = set()
        removed = {removed.id for removed in self.removed}
        for item, holder_id in Places(self.live, self.existed).conflicts(self.items, removed):
            address, holder = self._address_text(item), self._holder_text(holder_id)
            if item.id:
                current = self.by_id[item.id]
                back = "renamed back" if item.name != current.name else "moved back"
                self.notes.append(f"{current.address} is not {back} to {address}: the name is in use ({holder})")
                item.name, item.parent_id = current.name, current.parent_id
            else:
                dropped.add(item)
                self.notes.append(
                    f"{address} is not created again: the name is in use ({holder}){self._lost_with(item)}"
                )
        self.items = [item for item in self.items if item not in dropped and item.within not in dropped]
        self.notes += [note for item in self.items for note in item.notes]
        self.by_old_id = {old_id: item for old_id, item in self.by_old_id.items() if item not in dropped}

    def _lost_with(self, item: Item) -> str:
        """The children that were deleted with an item and do not return without it, for the end of a note."""
        inside = [child for child in self.items if child.within is item]
        names = ", ".join(repr(child.name) for child in inside)
        return f"; nor are its {inside[0].kind.plural} {names}" if inside else ""

    def _place(self, item: Item, found: dict[Address, Resource]) -> Address | None:
        """The address that it will have, after adding the resource to `found`; None where its parent cannot be restored."""
        parent = None
        if item.parent_id:
            above = self.by_old_id.get(item.parent_id) or self._parent_item(item.parent_id)
            parent = self._place(above, found) if above is not None else None
            if parent is None:
                return None
        address = parent.child(item.kind.name, item.name) if parent else Address(item.kind.name, (item.name,))
        if address not in found:
            found[address] = Resource(address, item.values, parent, source=item.source)
            self.identified[address] = item.id
        return address

    def _address_text(self, item: Item) -> str:
        """The address that it was to have, as far as its parents are known."""
        path: tuple[str, ...] = (item.name,)
        above = item
        while above.parent_id and (parent := self.by_old_id.get(above.parent_id) or self._parent_item(above.parent_id)):
            path, above = (parent.name, *path), parent
        return str(Address(item.kind.name, path))

    def _holder_text(self, resource_id: str) -> str:
        """What has a name, by the id that it has or had before the run."""
        if current := self.by_id.get(resource_id):
            return f"{current.address}, {resource_id}"
        item = self.by_old_id.get(resource_id)
        return self._address_text(item) if item else resource_id

    def _parent_item(self, resource_id: str) -> Item | None:
        current = self.by_id.get(resource_id)
        return self._current_item(current) if current is not None and not self._why_unreachable(current) else None

    @staticmethod
    def _current_item(current: Resource, source: Source | None = None) -> Item:
        return Item(BY_NAME[current.kind], current.name, current.parent_id, current.id, current.id, source)


def _words(value: Any) -> str:
    return "none" if value in (None, ()) else repr(value)
