"""Documents → the desired state: sections merged, defaults and task sets filled in, names and places checked against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest.located import Document, Place
from reconciler.manifest.names import trouble_with
from reconciler.manifest.settings import Settings
from reconciler.manifest.structure import SET_KIND, children_of, is_section, parent_key_of, path_lengths
from reconciler.manifest.suggestions import did_you_mean
from reconciler.manifest.text import shown
from reconciler.model import UNSET, Address, Kind, Resource, Source, fold, split_path
from reconciler.state import Removed

Section = tuple[str, Address | None]


@dataclass
class Composer:
    """The desired state as it grows; `problems` is shared by all rooms of loading."""

    settings: Settings
    problems: list[Problem]
    resources: dict[Address, Resource] = field(default_factory=dict)
    sections: set[Section] = field(default_factory=set)
    removed: list[Removed] = field(default_factory=list)
    spellings: dict[tuple[str, Address | None, str], Resource] = field(default_factory=dict)
    earlier: dict[tuple[str, Address | None, tuple[str, ...]], Resource] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fields = {kind.name: self._fields(kind) for kind in KINDS}

    def _fields(self, kind: Kind) -> list[tuple[str, Any, Any]]:
        """Name, parser and default of each field: what a manifest's `defaults` say, else the kind's own."""
        defaults = self.settings.defaults[kind.name]
        found = []
        for f in kind.fields:
            value = defaults.get(f.name, f.default)
            found.append((f.name, f.type.parse, UNSET if value is UNSET else f.type.parse(value)))
        return found

    def add(self, document: Document) -> None:
        """Take over every section of a document that the schema has passed."""
        for kind in KINDS:
            if is_section(kind) and kind.plural in document.value:
                self.sections.add((kind.name, None))
                items = document.value[kind.plural]
                for item, place in zip(items, document.places(items), strict=True):
                    self._add(document, kind, item, place, self._stated_parent(kind, item))
        for entry in document.value.get("removed", []):
            self._add_removed(document, entry)

    def _stated_parent(self, kind: Kind, item: Any) -> Address | None:
        key = parent_key_of(kind)
        name = item.get(key) if key and isinstance(item, dict) else None
        return Address(kind.parent, (name,)) if name else None

    def _add(self, document: Document, kind: Kind, item: Any, place: Place, parent: Address | None) -> None:
        entry: Mapping[str, Any] = {"name": item} if isinstance(item, str) else item
        name = entry["name"]
        address = Address(kind.name, (*parent.path, name) if parent else (name,))
        resource = Resource(
            address=address,
            values=self._values(kind, entry),
            parent=parent,
            was=self._was(document, kind, entry) if "was" in entry else (),
            source=Source(document.source.path, *place),
        )
        if not self._register(document, kind, resource, place):
            return
        for child in children_of(kind):
            if child is SET_KIND:
                self._add_set_kind(document, child, entry, address)
            elif child.plural in entry:
                self.sections.add((child.name, None))
                items = entry[child.plural]
                for inner, at in zip(items, document.places(items), strict=True):
                    self._add(document, child, inner, at, address)

    def _values(self, kind: Kind, entry: Mapping[str, Any]) -> dict[str, Any]:
        values = {}
        for name, parse, default in self.fields[kind.name]:
            if name in entry:
                values[name] = parse(entry[name])
            elif default is not UNSET:
                values[name] = default
        return values

    def _register(self, document: Document, kind: Kind, resource: Resource, place: Place) -> bool:
        trouble = trouble_with(resource.name)
        if trouble:
            self._problem(document, place, f"the name {shown(resource.name)} {trouble[0]}", trouble[1])
        key = (kind.name, resource.parent, fold(resource.name))
        other = self.spellings.setdefault(key, resource)
        if other is resource:
            self.resources[resource.address] = resource
            return True
        if other.address == resource.address:
            message, hint = f"{resource.address} is declared twice; the other is at {other.source}", "keep one of them"
        else:
            message = f"{resource.address} and {other.address} ({other.source}) differ only in letter case or blanks"
            hint = "Clockify may take them for one: choose names that differ"
        self._problem(document, place, message, hint)
        return False

    def _add_set_kind(self, document: Document, kind: Kind, entry: Mapping[str, Any], parent: Address) -> None:
        """The entries of the sets in `use`, then the resource's own laid over those of the same name."""
        if kind.plural not in entry and "use" not in entry:
            return
        self.sections.add((kind.name, parent))
        if not entry.get("use"):
            items = entry.get(kind.plural, [])
            for item, place in zip(items, document.places(items), strict=True):
                self._add(document, kind, item, place, parent)
            return
        merged: dict[str, tuple[Document, dict[str, Any], Place]] = {}
        for origin, own, item, place in self._set_entries(document, kind, entry):
            declared = {"name": item} if isinstance(item, str) else item
            before = merged.get(declared["name"])
            if before is not None and own and before[0] is document and before[1].get("") is True:
                self._add(origin, kind, declared, place, parent)  # twice in its own list: registering says so
                continue
            laid = {**(before[1] if before else {}), **declared}
            merged[declared["name"]] = (origin, {**laid, "": own}, place)
        for origin, laid, place in merged.values():
            self._add(origin, kind, {key: value for key, value in laid.items() if key}, place, parent)

    def _set_entries(
        self, document: Document, kind: Kind, entry: Mapping[str, Any]
    ) -> Iterator[tuple[Document, bool, Any, Place]]:
        for index, name in enumerate(entry["use"]):
            if name not in self.settings.task_sets:
                hint = did_you_mean(name, self.settings.task_sets, otherwise="define it under `task_sets`")
                self._problem(
                    document, document.place_in(entry["use"], index), f"there is no task set {shown(name)}", hint
                )
                continue
            origin, items = self.settings.task_sets[name]
            for item, place in zip(items, origin.places(items), strict=True):
                yield origin, False, item, place
        items = entry.get(kind.plural, [])
        for item, place in zip(items, document.places(items) if items else [], strict=True):
            yield document, True, item, place

    def _was(self, document: Document, kind: Kind, entry: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        said = [entry["was"]] if isinstance(entry["was"], str) else entry["was"]
        paths = []
        for index, text in enumerate(said):
            path = split_path(text)
            moves = bool(parent_key_of(kind))
            if len(path) > (2 if moves else 1) or not path[-1]:
                place = (
                    document.place_in(entry, "was") if isinstance(entry["was"], str) else document.place_in(said, index)
                )
                form = "a name, `Other/Name` or `/Name`" if moves else "a name"
                hint = "a slash inside a name is written \\/"
                self._problem(document, place, f"`was` takes {form}, not {shown(text)}", hint)
            elif path != (entry["name"],):
                paths.append(path)
        return tuple(paths)

    def _add_removed(self, document: Document, entry: Mapping[str, str]) -> None:
        for name, text in entry.items():
            kind, path = BY_NAME[name], split_path(text)
            place = document.place_in(entry, name)
            if len(path) not in path_lengths(kind) or not all(path):
                hint = "write Client/Project/Task as far as they apply; a slash inside a name is written \\/"
                self._problem(document, place, f"{shown(text)} is no address of a {name}", hint)
            else:
                self.removed.append(Removed(Address(name, path), Source(document.source.path, *place)))

    def finish(self) -> None:
        """What can be said only when everything is in: clashes between earlier names, and between declared and removed."""
        for resource in self.resources.values():
            for path in resource.was:
                key = (resource.kind, resource.parent if len(path) == 1 else None, path)
                other = self.earlier.setdefault(key, resource)
                if other is not resource:
                    message = f"{resource.address} and {other.address} ({other.source}) both say that they were {shown(path[-1])}"
                    self._clash(resource.source, message, "only one of them can have been")
        for removed in self.removed:
            declared = self.resources.get(removed.address)
            if declared is not None:
                message = f"{removed.address} is listed under `removed`, but declared at {declared.source}"
                self._clash(removed.source, message, "keep one of the two")

    def _clash(self, source: Source | None, message: str, hint: str) -> None:
        at = source or Source("", 0, 0)
        self.problems.append(Problem(at.path, at.line, at.column, message, hint))

    def _problem(self, document: Document, place: Place, message: str, hint: str) -> None:
        self.problems.append(document.source.problem(place, message, hint))
