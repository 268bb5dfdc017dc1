"""Task sets: what one entry declares for several projects is changed there if all of them changed alike, else in each project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reconciler.differences import Difference, Where
from reconciler.kinds import parent_of
from reconciler.manifest.edit.tree import MAPPING, SEQUENCE
from reconciler.manifest.edit.values import Value, copy_of, new_value
from reconciler.manifest.pull.index import Entry, Index, key_of
from reconciler.manifest.schema.nesting import SET_KIND
from reconciler.model import Address

_WHOLE = ("", "name")
"""What is about a task as a whole: it is gone, or has another name."""


class SharedChanges:
    """The differences of tasks that task sets declare, by the entry that they are about."""

    def __init__(self, index: Index, taken: Iterable[Difference]) -> None:
        self._index = index
        self._of_entry: dict[tuple[int, str], dict[Address, Any]] = {}
        for each in taken:
            if each.where is not Where.WORKSPACE:
                for entry in self._origins(each.address, each.field):
                    self._of_entry.setdefault((id(entry.value), each.field), {})[each.address] = each.live

    def _origins(self, address: Address, field: str) -> list[Entry]:
        """The entries of task sets that a difference is about."""
        shared, own = self._index.shared_by(address), self._index.find(address)
        if field in _WHOLE or not shared:
            return shared
        if own is not None and own.value.get(field) is not None:
            return []
        return [next((entry for entry in reversed(shared) if entry.value.get(field) is not None), shared[-1])]

    def common(self, difference: Difference) -> list[Entry]:
        """The entries to change, where all projects that use them changed alike; empty if they did not."""
        origins = self._origins(difference.address, difference.field)
        return origins if origins and all(self._is_common(entry, difference) for entry in origins) else []

    def _is_common(self, entry: Entry, difference: Difference) -> bool:
        if id(entry.value) in self._index.used_unseen:
            return False
        changes = self._of_entry.get((id(entry.value), difference.field), {})
        users = {address for address in self._index.users[id(entry.value)] if self._concerns(address, difference.field)}
        return users <= changes.keys() and len({repr(changes[address]) for address in users}) == 1

    def _concerns(self, address: Address, field: str) -> bool:
        """Whether a task takes the field from the set: one with its own value does not."""
        own = self._index.find(address)
        return field in _WHOLE or own is None or own.value.get(field) is None


def expand_sets(index: Index, differences: Sequence[Difference]) -> None:
    """Where a task of a set is gone or renamed in some projects only, these list their tasks themselves from then on."""
    shared = SharedChanges(index, differences)
    apart = [
        d for d in differences if d.field in _WHOLE and d.where is not Where.WORKSPACE and index.shared_by(d.address)
    ]
    projects = {parent: None for d in apart if not shared.common(d) and (parent := parent_of(d.address))}
    for project in projects:
        _expand(index, index.entries[key_of(project)])


def _expand(index: Index, project: Entry) -> None:
    """Replace `use` by copies of the tasks, with the keys that the project gives them."""
    mapping = project.mapping()
    tasks = mapping.pairs.setdefault(SET_KIND.plural, Value(SEQUENCE))
    own = {entry.name.text: entry for entry in _own_tasks(index, project, tasks)}
    added = []
    for name in mapping.list_at("use"):
        for item in index.sets.get(name.text, ()):
            text = item.name.text
            if text in own:
                _fill(own[text], item.value)
                continue
            value = copy_of(item.value)
            task = Entry(project.address.child(SET_KIND.name, text), value, tasks, project.file, project)
            own[text] = task
            added.append(value)
            index.add(task)
    tasks.items[:0] = added
    del mapping.pairs["use"]
    for entry in own.values():
        for item in index.shared.pop(key_of(entry.address), ()):
            index.users[id(item.value)].remove(entry.address)


def _own_tasks(index: Index, project: Entry, tasks: Value) -> Iterator[Entry]:
    found = (index.find(project.address.child(SET_KIND.name, name.text)) for name in map(_name, tasks.items) if name)
    return (entry for entry in found if entry is not None)


def _name(item: Value) -> Value | None:
    return item.get("name") if item.form == MAPPING else item


def _fill(entry: Entry, base: Value) -> None:
    """Give an entry the keys of one of a set that it has no own value for."""
    missing = {key: value for key, value in base.pairs.items() if key not in entry.value.pairs and key != "name"}
    if missing:
        mapping = entry.mapping()
        mapping.pairs |= {key: copy_of(value) for key, value in missing.items()}


def own_entry(index: Index, address: Address) -> Entry | None:
    """The entry of a task in its own project, which is added if only task sets declare it; None where nothing does."""
    found, project = index.find(address), parent_of(address)
    parent = index.find(project) if project is not None and index.shared_by(address) else None
    if found is not None or parent is None:
        return found
    tasks = parent.mapping().pairs.setdefault(SET_KIND.plural, Value(SEQUENCE))
    entry = Entry(address, new_value({"name": address.name}), tasks, parent.file, parent)
    tasks.items.append(entry.value)
    index.add(entry)
    return entry
