"""Which of the names and parents before a run an undo can give back: those that are free, or that it frees itself. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.model import Kind, Resource, Source
from reconciler.names import fold
from reconciler.state import Live

_Place = tuple[str, str, str]
"""Kind, id of the parent, and name."""


@dataclass(eq=False)
class Item:
    """A resource to restore: its name, its parent and the values to set. Without `id` it is created again.

    `old_id`: the id before the run. `within`: the item that it was deleted with. `notes`: what of it is not restored, and why.
    """

    kind: Kind
    name: str
    parent_id: str
    id: str = ""
    old_id: str = ""
    source: Source | None = None
    values: dict[str, Any] = field(default_factory=dict)
    within: Item | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def place(self) -> _Place:
        """Where it is to be."""
        return self.kind.name, self.parent_id, self.name


class Places:
    """The places of live resources. `existed`: ids that existed before the run; of these the service told spellings apart."""

    def __init__(self, live: Live, existed: Collection[str]) -> None:
        self._existed = existed
        self._by_id = live.by_id
        self._holders: dict[_Place, list[Resource]] = {}
        for resource in live.everything:
            self._holders.setdefault(_folded(_place_of(resource)), []).append(resource)

    def conflicts(self, items: Sequence[Item], removed: Collection[str]) -> Iterator[tuple[Item, str]]:
        """Each item that cannot have its place, with the id of what keeps it. `removed` are ids that the undo removes.

        An item that stays where it is keeps that place from others, so the search repeats until nothing is left to find.
        """
        moving = {item.id: item for item in items if item.id}
        first: dict[_Place, Item] = {}
        waiting = []
        for item in items:
            if first.setdefault(item.place, item) is not item:
                yield item, first[item.place].id or first[item.place].old_id
            elif not item.id or item.place != _place_of(self._by_id[item.id]):
                waiting.append(item)
        is_settled = False
        while not is_settled:
            is_settled = True
            for item in tuple(waiting):
                if holder := self._holder(item, moving, removed):
                    waiting.remove(item)
                    moving.pop(item.id, None)
                    is_settled = False
                    yield item, holder

    def _holder(self, item: Item, moving: Mapping[str, Item], removed: Collection[str]) -> str:
        """The id of what still has the item's place once everything else is restored, or ""."""
        for holder in self._holders.get(_folded(item.place), ()):
            if holder.id == item.id or holder.id in removed:
                continue
            place = moving[holder.id].place if holder.id in moving else _place_of(holder)
            is_apart = holder.id in self._existed and place != item.place
            if _folded(place) == _folded(item.place) and not is_apart:
                return holder.id
        return ""


def _place_of(resource: Resource) -> _Place:
    return resource.kind, resource.parent_id, resource.name


def _folded(place: _Place) -> _Place:
    kind, parent_id, name = place
    return kind, parent_id, fold(name)
