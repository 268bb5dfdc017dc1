"""What is only in the workspace: its entry, and the file and the place for it."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest.edit.file import ManifestFile
from reconciler.manifest.edit.tree import MAPPING, SEQUENCE
from reconciler.manifest.edit.values import Value, new_value, plain_of
from reconciler.manifest.export.declarable import Declarable, document_of, is_empty
from reconciler.manifest.export.defaults import is_usual
from reconciler.manifest.pull.index import Entry, Index
from reconciler.manifest.pull.new_file import new_file_beside
from reconciler.manifest.pull.possible import Possible
from reconciler.manifest.schema.nesting import children_of, parent_key_of
from reconciler.model import UNSET, Address, Field, Kind, Resource
from reconciler.names import fold, writable
from reconciler.state import Live
from reconciler.value_types import MembersType


@dataclass
class Adder:
    """Adds entries. `declarable`: the values that manifests can have. `left`: resource, field and reason of what they cannot."""

    index: Index
    live: Live
    declarable: Declarable
    defaults: Mapping[str, Mapping[str, Any]]
    possible: Possible
    left: list[tuple[Resource, str, str]] = field(default_factory=list)

    def add(self, resource: Resource, parent: Address | None) -> None:
        """Declare a live resource, with what is embedded in it. `parent`: the declared address of its live parent."""
        path = (*parent.path, resource.name) if parent is not None else (resource.name,)
        value = self.value_of(resource)
        entry = Entry(Address(resource.kind, path), value, Value(SEQUENCE), self.index.files[0])
        self.place(entry, parent)
        self.index.add(entry)
        self.index.children(entry)

    def place(self, entry: Entry, parent: Address | None) -> None:
        """Put an entry that is in no list where it belongs, given the declared address of its parent."""
        home = self.index.find(parent) if parent is not None and self.possible.is_declared(parent) else None
        entry.file, entry.items, reference = self._place(entry, parent, home)
        entry.parent = None if reference else home
        if reference:
            mapping = entry.value if entry.value.form == MAPPING else Value(MAPPING, entry.value.node)
            mapping.pairs.setdefault("name", entry.value)
            mapping.pairs[parent_key_of(entry.kind)] = new_value(reference)
            entry.value = mapping
        _insert(entry.items, entry.value)

    def value_of(self, resource: Resource) -> Value:
        """The entry of a live resource, with what is embedded in it."""
        kind = BY_NAME[resource.kind]
        pairs: dict[str, Any] = {"name": resource.name}
        values, lacking = self.declarable.split(kind, resource)
        defaults = self.defaults[kind.name]
        for each in kind.fields:
            if each.name in values and self._is_written(kind, each.name, values[each.name]):
                pairs[each.name] = document_of(each, values[each.name])
            elif each.name in lacking and self._is_lost(each, resource, defaults):
                self.left.append((resource, each.name, lacking[each.name]))
        for child in children_of(kind):
            embedded = [r for r in self.live.children_of(resource.id) if r.kind == child.name]
            if child.is_embedded and embedded:
                pairs[child.plural] = [self.value_of(each) for each in self._declarable_ones(embedded)]
        return new_value(pairs if len(pairs) > 1 else resource.name)

    def _declarable_ones(self, embedded: Sequence[Resource]) -> Iterator[Resource]:
        """Those that a manifest can declare side by side; the others are left."""
        names: set[str] = set()
        for each in sorted(embedded, key=_order):
            if self.live.resources.get(each.address) is not each:
                continue
            if reason := self.possible.child_problem(each, names):
                self.left.append((each, "", reason))
                continue
            names.add(fold(each.name))
            yield each

    def _is_written(self, kind: Kind, name: str, value: Any) -> bool:
        declared = kind.field_named(name)
        if name in self.defaults[kind.name]:
            return bool(self.defaults[kind.name][name] != value)
        if isinstance(declared.type, MembersType) and (kind.name, name) not in self.index.fields:
            return False  # a whole set, of which these manifests leave the care to people
        return not is_usual(declared, value)

    def _is_lost(self, declared: Field, resource: Resource, defaults: Mapping[str, Any]) -> bool:
        """Whether it matters that a manifest cannot have the value: it has one, or would get that of the defaults."""
        is_cared_for = not isinstance(declared.type, MembersType) or (resource.kind, declared.name) in self.index.fields
        has_one = is_cared_for and not is_empty(resource.values.get(declared.name))
        return has_one or declared.name in defaults

    def _place(self, entry: Entry, parent: Address | None, home: Entry | None) -> tuple[ManifestFile, Value, str]:
        """The file, the list, and the name of the parent where the list does not nest in it."""
        kind, name = entry.kind, entry.address.name
        if home is not None:
            nested = home.value.get(kind.plural)
            if nested is not None and nested.form == SEQUENCE:
                return home.file, nested, ""
            listed = self._top_level_of(kind, home.address)
            if listed is not None and not kind.parent_required:
                return (*listed, self.reference(home.address))
            items = Value(SEQUENCE)
            home.mapping().pairs[kind.plural] = items
            return home.file, items, ""
        file, items = self._section(kind, name)
        return file, items, self.reference(parent) if parent is not None else ""

    def reference(self, parent: Address) -> str:
        """How a project names its client: by the name of its entry, else as other entries do, which all have one spelling."""
        home = self.index.find(parent) if self.possible.is_declared(parent) else None
        name = home.name.text if home is not None else parent.name
        return next((text for _, text in self.index.references() if fold(text) == fold(name)), writable(name))

    def _top_level_of(self, kind: Kind, parent: Address) -> tuple[ManifestFile, Value] | None:
        """The top-level list that has resources of a parent, or those of all where none nests."""
        sections = self.index.sections.get(kind.plural, ())
        key = parent_key_of(kind)
        for file, items in sections if key else ():
            if any(fold(_text(item.get(key))) == fold(parent.name) for item in items.items):
                return file, items
        is_nested = any(entry.parent is not None and entry.kind is kind for entry in self.index.entries.values())
        return None if is_nested else max(sections, key=lambda section: len(section[1].items), default=None)

    def _section(self, kind: Kind, name: str) -> tuple[ManifestFile, Value]:
        """The longest list of a kind; a new one where there is none, in the document with the most of the others.

        Where each file has one resource of the kind and nothing else, it is one of a new file.
        """
        sections = self.index.sections.setdefault(kind.plural, [])
        if found := new_file_beside(sections, kind, name):
            self.index.files.append(found)
            sections.append((found, found.values[0].pairs[kind.plural]))
            return sections[-1]
        if not sections:
            file, root = max(self.index.documents(), key=lambda document: _size(document[1]))
            items = Value(SEQUENCE)
            root.pairs[kind.plural] = items
            sections.append((file, items))
        return max(sections, key=lambda section: len(section[1].items))


def declared_defaults(index: Index) -> dict[str, dict[str, Any]]:
    """The canonical values that resources without keys have, by kind: those of the format, then those that manifests declare."""
    result = {kind.name: {f.name: f.default for f in kind.fields if f.default is not UNSET} for kind in KINDS}
    for _, root in index.documents():
        declared = root.get("defaults")
        for name, values in declared.pairs.items() if declared is not None else ():
            for key, value in values.pairs.items():
                result[name][key] = _parsed(BY_NAME[name].field_named(key), value)
    return result


def _parsed(declared: Field, value: Value) -> Any:
    """The canonical value; for one that depends on variables, one that equals no other."""
    try:
        return declared.type.parse(_verbatim(value))
    except (ValueError, ArithmeticError, TypeError):
        return object()


def _verbatim(value: Value) -> Any:
    """A value as the loader of manifests has it; a number as it is written."""
    plain = plain_of(value)
    is_number = isinstance(plain, int | float) and not isinstance(plain, bool)
    return value.text if is_number else plain


def _insert(items: Value, value: Value) -> None:
    """Put an entry into a list: in its order if the list is sorted by name, else at the end."""
    names = [fold(_text(item if item.form != MAPPING else item.get("name"))) for item in items.items]
    name = fold(_text(value if value.form != MAPPING else value.get("name")))
    at = bisect.bisect(names, name) if len(names) > 1 and names == sorted(names) else len(names)
    items.items.insert(at, value)


def _order(resource: Resource) -> tuple[str, str]:
    return fold(resource.name), resource.name


def _text(value: Value | None) -> str:
    return value.text if value is not None else ""


def _size(root: Value) -> int:
    return sum(len(value.items) for value in root.pairs.values())
