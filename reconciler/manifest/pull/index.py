"""The entries of manifests by address: where each declared resource is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest.edit.file import ManifestFile
from reconciler.manifest.edit.tree import MAPPING, SCALAR, SEQUENCE
from reconciler.manifest.edit.values import Value
from reconciler.manifest.pull.braces import has_variables, literal_of
from reconciler.manifest.schema.nesting import SET_KIND, children_of, is_section, parent_key_of
from reconciler.model import Address, Kind
from reconciler.names import fold_all

Key = tuple[str, tuple[str, ...]]
"""Kind and folded path: equal for all spellings of an address."""


def key_of(address: Address) -> Key:
    """The key of an address."""
    return address.kind, fold_all(address.path)


@dataclass(eq=False, slots=True)
class Entry:
    """One entry of a list: `value` is an item of `items`. `file`: that of the list. `parent`: the entry that the list nests in."""

    address: Address
    value: Value
    items: Value
    file: ManifestFile
    parent: Entry | None = None

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return BY_NAME[self.address.kind]

    @property
    def name(self) -> Value:
        """The scalar that is its name."""
        return self.value if self.value.form == SCALAR else self.value.pairs["name"]

    def mapping(self) -> Value:
        """Its value as a mapping; a bare name becomes one."""
        if self.value.form == SCALAR:
            mapping = Value(MAPPING, self.value.node, pairs={"name": self.value})
            self.items.items[self.items.items.index(self.value)] = mapping
            self.value = mapping
        return self.value

    def remove(self) -> None:
        """Take it out of its list."""
        if self.value in self.items.items:
            self.items.items.remove(self.value)


@dataclass(eq=False)
class Index:
    """`entries`: by key. `shared`: the entries of task sets that declare a task of a project, the last of which counts first.

    `users`: by the identity of the value of such an entry, the tasks that it declares. `sections`: the top-level lists by their
    key, each with its file. `sets`: the task sets. `fields`: kind and name of each key that some entry has.
    `used_unseen`: the identities of the values of their entries that other tasks than `users` come from as well: those of
    entries that declare others than themselves, or whose names or sets depend on variables.
    """

    files: list[ManifestFile]
    entries: dict[Key, Entry] = field(default_factory=dict)
    shared: dict[Key, list[Entry]] = field(default_factory=dict)
    users: dict[int, list[Address]] = field(default_factory=dict)
    sections: dict[str, list[tuple[ManifestFile, Value]]] = field(default_factory=dict)
    sets: dict[str, list[Entry]] = field(default_factory=dict)
    fields: set[tuple[str, str]] = field(default_factory=set)
    used_unseen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.has_variables = has_variables(root for _, root in self.documents())
        for file, root in self.documents():
            self._read_sets(file, root)
        for file, root in self.documents():
            for kind in KINDS:
                items = root.get(kind.plural) if is_section(kind) else None
                if items is not None and items.form == SEQUENCE:
                    self.sections.setdefault(kind.plural, []).append((file, items))
                    self._read(kind, items, file, None)

    def documents(self) -> Iterator[tuple[ManifestFile, Value]]:
        """Every document with its file."""
        return ((file, value) for file in self.files for value in file.values)

    def references(self) -> Iterator[tuple[str, str]]:
        """Kind and name of each parent that an entry of a top-level list names by a key."""
        for kind in KINDS:
            key = parent_key_of(kind)
            for _, items in self.sections.get(kind.plural, ()) if key else ():
                for item in items.items:
                    named = item.get(key)
                    if named is not None and (text := self._literal(named)):
                        yield kind.parent, text

    def find(self, address: Address) -> Entry | None:
        """The entry that declares a resource by itself; None for one that only task sets declare, or that is not written as it is."""
        return self.entries.get(key_of(address))

    def shared_by(self, address: Address) -> list[Entry]:
        """The entries of task sets that declare a task."""
        return self.shared.get(key_of(address), [])

    def add(self, entry: Entry) -> None:
        """Note an entry."""
        self.fields.update((entry.address.kind, key) for key in entry.value.pairs)
        self.entries[key_of(entry.address)] = entry

    def children(self, entry: Entry) -> None:
        """Note what nests in an entry."""
        for kind in children_of(entry.kind):
            items = entry.value.get(kind.plural)
            if items is not None and items.form == SEQUENCE:
                self._read(kind, items, entry.file, entry)
            if kind is SET_KIND:
                self._note_unseen(entry.value, is_named=True)
                for name in entry.value.list_at("use"):
                    for item in self.sets.get(name.text, ()):
                        task = entry.address.child(kind.name, item.address.name)
                        self.shared.setdefault(key_of(task), []).append(item)
                        self.users.setdefault(id(item.value), []).append(task)

    def _read_sets(self, file: ManifestFile, root: Value) -> None:
        sets = root.get("task_sets")
        for name, items in sets.pairs.items() if sets is not None else ():
            entries = self.sets.setdefault(name, [])
            entries += (
                Entry(Address(SET_KIND.name, (item_name,)), item, items, file)
                for item in items.items
                if (item_name := self._name_of(item))
            )

    def _read(self, kind: Kind, items: Value, file: ManifestFile, parent: Entry | None) -> None:
        for item in items.items:
            name = self._name_of(item)
            if not name:
                self._read_unnamed(kind, item)
                continue
            path: tuple[str, ...] = (*parent.address.path, name) if parent else (name,)
            reference = item.get(parent_key_of(kind)) if parent is None and parent_key_of(kind) else None
            if reference is not None and reference.is_text:
                path = (self._literal(reference), name)
                if not path[0]:
                    self._read_unnamed(kind, item)
                    continue
            entry = Entry(Address(kind.name, path), item, items, file, parent)
            self.add(entry)
            self.children(entry)

    def _read_unnamed(self, kind: Kind, item: Value) -> None:
        """Note what an entry has whose addresses are known only once it is expanded: its fields, and the sets that it uses."""
        self.fields.update((kind.name, key) for key in item.pairs)
        for child in children_of(kind):
            items = item.get(child.plural)
            for inner in items.items if items is not None else ():
                self._read_unnamed(child, inner)
            if child is SET_KIND:
                self._note_unseen(item, is_named=False)

    def _note_unseen(self, item: Value, *, is_named: bool) -> None:
        """Note the task sets whose tasks `item` declares unseen: those that it uses, or, of one that is named, any that its text may mean."""
        for name in item.list_at("use"):
            may_be_any = "{" in name.text
            if may_be_any or not is_named:
                used = self.sets.values() if may_be_any else [self.sets.get(name.text, [])]
                self.used_unseen.update(id(entry.value) for entries in used for entry in entries)

    def _name_of(self, item: Value) -> str:
        """The name of an entry; empty for one without a name of its own, or that declares others than itself."""
        name = item if item.form == SCALAR else item.get("name")
        return "" if name is None or item.get("for_each") is not None else self._literal(name)

    def _literal(self, value: Value) -> str:
        """The text that a value means; empty for what is no text, or depends on variables."""
        if not value.is_text:
            return ""
        return literal_of(value.text) if self.has_variables else value.text
