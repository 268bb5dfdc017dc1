"""Composition: documents → resources, with sections merged, defaults and task sets applied, and names validated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest.compose.addresses import PathError, earlier_path, removed_address, require_valid
from reconciler.manifest.compose.settings import HINT_ON_SPELLINGS, Settings, repeated_entries
from reconciler.manifest.schema.nesting import SET_KIND, children_of, is_section, parent_key_of
from reconciler.manifest.validation.names import validate_name
from reconciler.manifest.validation.suggestions import did_you_mean
from reconciler.manifest.yaml.document import INVALID, Document
from reconciler.manifest.yaml.marks import Place
from reconciler.manifest.yaml.text import quote
from reconciler.model import UNSET, Address, Kind, Resource, Source
from reconciler.names import Notation, fold, join_path
from reconciler.state import Removed

Section = tuple[str, Address | None]
Body = Mapping[str, Any]
Origin = tuple[Document, Body]
"""The document of a key, and the mapping in it that has the key."""
Entry = tuple[Document, Place, str, Body, Notation]
"""One entry of a list: its position, its name, its keys, and how it is written."""

_EMPTY: Body = {}
_CHILDREN = {kind.name: children_of(kind) for kind in KINDS}


class _MergedBody(dict[str, Any]):
    """The keys of two entries; no mapping of a document, so it knows the origin of each key."""

    origins: dict[str, Origin]


@dataclass
class Composer:
    """The desired state, built document by document; `problems` is shared by all steps of loading.

    `spellings`: kind, parent and folded name → the resource with that name. `references`: parents given by a key (`client:`)
    instead of nesting, and the sources of the keys. `folded`: valid names → their folded form. `used_sets`: names of task sets.
    `uncertain`: resources without a field that is declared and invalid.
    """

    settings: Settings
    problems: list[Problem]
    resources: dict[Address, Resource] = field(default_factory=dict)
    sections: set[Section] = field(default_factory=set)
    removed: list[Removed] = field(default_factory=list)
    references: list[tuple[Address, Source]] = field(default_factory=list)
    folded: dict[str, str] = field(default_factory=dict)
    spellings: dict[tuple[str, Address | None, str], Resource] = field(default_factory=dict)
    used_sets: set[str] = field(default_factory=set)
    uncertain: set[Address] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.parsers = {kind.name: {f.name: f.type.parse for f in kind.fields} for kind in KINDS}
        self.defaults = {kind.name: self._defaults(kind) for kind in KINDS}

    def _defaults(self, kind: Kind) -> dict[str, Any]:
        """The values of a resource without keys: the defaults of the kind (not archived), then those of the manifest."""
        own = {f.name: f.default for f in kind.fields if f.default is not UNSET}
        declared = self.settings.defaults[kind.name]
        return own | {name: self.parsers[kind.name][name](value) for name, value in declared.items()}

    def add(self, document: Document) -> None:
        """Add every section of a document."""
        for kind in KINDS:
            if is_section(kind) and kind.plural in document.value:
                self.sections.add((kind.name, None))
                for entry in _entries(document, document.value[kind.plural]):
                    self._add(kind, entry, self._parent(kind, entry))
        for removed in document.value.get("removed", ()):
            if removed is not INVALID:
                self._add_removed(document, removed)

    def _parent(self, kind: Kind, entry: Entry) -> Address | None:
        document, _, _, body, _ = entry
        key = parent_key_of(kind)
        if not key or not body.get(key):
            return None
        parent, place = Address(kind.parent, (body[key],)), document.place_in(body, key)
        try:
            require_valid(parent.path)
        except PathError as error:
            self._problem(document, place, str(error), error.hint)
        self.references.append((parent, Source(document.source.path, *place)))
        return parent

    def _add(self, kind: Kind, entry: Entry, parent: Address | None) -> None:
        document, place, name, body, notation = entry
        address = Address(kind.name, (*parent.path, name) if parent else (name,))
        if document.damaged and id(body) in document.damaged:
            self.uncertain.add(address)
        values = self.defaults[kind.name].copy()
        if body:
            parsers = self.parsers[kind.name]
            for key, value in body.items():
                if key in parsers:
                    values[key] = parsers[key](value)
                    if type(value) is list:
                        self.problems += repeated_entries(*_origin(document, body, key), key, parsers[key])
        if kind.exclusive:
            self._require_one_of(kind, entry, values)
        was = self._was(document, kind, body) if "was" in body else ()
        source = Source(document.source.path, *place)
        resource = Resource(address, values, parent, was, source, notation=notation)
        if self._has_valid_name(entry) and not self._register(document, place, resource):
            return
        for child in _CHILDREN[kind.name]:
            self._add_children(document, child, body, address)

    def _require_one_of(self, kind: Kind, entry: Entry, values: Mapping[str, Any]) -> None:
        document, place, _, body, _ = entry
        for one, other in kind.exclusive:
            if values.get(one) and values.get(other):
                if other in body:
                    document, body = _origin(document, body, other)
                    place = document.place_in(body, other)
                message = f"a {kind.name} has {quote(one)} or {quote(other)}, not both"
                self._problem(document, place, message, f"remove one of them, or declare `{one}: null`")

    def _has_valid_name(self, entry: Entry) -> bool:
        document, place, name, body, _ = entry
        if name in self.folded:
            return True
        violation = validate_name(name) if name else None
        if body:
            document, body = _origin(document, body, "name")
            if violation or document.reported:  # to find a cell takes time
                place = document.place_in(body, "name")
        is_valid = place not in document.reported
        if is_valid and violation:
            self._problem(document, place, *violation)
            is_valid = False
        if is_valid:
            self.folded[name] = fold(name)
        return is_valid

    def _was(self, document: Document, kind: Kind, body: Body) -> tuple[tuple[str, ...], ...]:
        was = body["was"]
        document, body = _origin(document, body, "was")
        container: Any = body if isinstance(was, str) else was
        keys: Iterable[str | int] = ["was"] if isinstance(was, str) else range(len(was))
        paths = []
        for key in keys:
            try:
                path = earlier_path(kind, container[key])
            except PathError as error:
                self._problem(document, document.place_in(container, key), str(error), error.hint)
                continue
            paths.append(path)
        return tuple(paths)

    def _register(self, document: Document, place: Place, resource: Resource) -> bool:
        key = (resource.address.kind, resource.parent, self.folded[resource.address.path[-1]])
        other = self.spellings.setdefault(key, resource)
        if other is resource:
            self.resources[resource.address] = resource
            return True
        if other.address == resource.address:
            path = quote(join_path(resource.address.path))
            message, hint = f"duplicate {resource.kind} {path}; first declared at {other.source}", "remove one of them"
        else:
            message = (
                f"{_quoted(resource)} and {_quoted(other)} ({other.source}) differ only in letter case or whitespace"
            )
            hint = HINT_ON_SPELLINGS
            if place in document.misspelt:
                return False
        self._problem(document, place, message, hint)
        return False

    def _add_children(self, document: Document, kind: Kind, body: Body, parent: Address) -> None:
        if kind is SET_KIND and "use" in body:
            self.sections.add((kind.name, parent))
            entries: Iterable[Entry] = self._merge_task_sets(document, kind, body)
        elif kind.plural in body:
            self.sections.add((kind.name, parent if kind.parent_required else None))
            entries = _entries(document, body[kind.plural])
        else:
            return
        for entry in entries:
            self._add(kind, entry, parent)

    def _merge_task_sets(self, document: Document, kind: Kind, body: Body) -> Iterator[Entry]:
        """The entries of the task sets in `use`, merged by name with the entries of the resource itself."""
        merged: dict[str, Entry] = {}
        for entry in self._task_set_entries(document, body["use"]):
            merged[entry[2]] = _merge(merged.get(entry[2]), entry)
        own: set[str] = set()
        duplicates = []
        for entry in _entries(document, body.get(kind.plural, [])):
            if entry[2] in own:
                duplicates.append(entry)  # reported when it is registered
            else:
                own.add(entry[2])
                merged[entry[2]] = _merge(merged.get(entry[2]), entry)
        yield from merged.values()
        yield from duplicates

    def _task_set_entries(self, document: Document, use: list[str]) -> Iterator[Entry]:
        for index, name in enumerate(use):
            if name in self.settings.task_sets:
                self.used_sets.add(name)
                yield from _entries(*self.settings.task_sets[name])
            elif self.settings.is_complete:
                hint = did_you_mean(name, self.settings.task_sets, otherwise="define it in 'task_sets'")
                self._problem(document, document.place_in(use, index), f"unknown task set {quote(name)}", hint)

    def _add_removed(self, document: Document, entry: Mapping[str, str]) -> None:
        for name, text in entry.items():
            place = document.place_in(entry, name)
            try:
                address = removed_address(BY_NAME[name], text)
            except PathError as error:
                self._problem(document, place, str(error), error.hint)
            else:
                self.removed.append(Removed(address, Source(document.source.path, *place)))

    def _problem(self, document: Document, place: Place, message: str, hint: str) -> None:
        self.problems.append(document.source.problem(place, message, hint))


def _entries(document: Document, items: list[Any]) -> Iterator[Entry]:
    """The valid entries of a list, strings and mappings."""
    if items:
        bare = Notation.FLOW_ITEM if document.is_flow(items) else Notation.ITEM
        for at, (item, place) in enumerate(zip(items, document.places(items), strict=True)):
            if type(item) is str:
                yield document, place, item, _EMPTY, Notation.ROW if document.varies(items, at) else bare
            elif item is not INVALID:
                notation = Notation.FLOW_MAPPING if document.is_flow(item) else Notation.MAPPING
                is_row = document.varies(item, "name")
                yield document, place, item["name"], item, Notation.ROW if is_row else notation


def _merge(base: Entry | None, entry: Entry) -> Entry:
    """The entry with the keys of `base`, an entry of the same name, that it omits."""
    if base is None or not base[3]:
        return entry
    document, place, name, body, notation = entry
    merged = _MergedBody({**base[3], **body})
    merged.origins = {key: _origin(base[0], base[3], key) for key in base[3]}
    merged.origins |= {key: _origin(document, body, key) for key in body}
    return document, place, name, merged, notation


def _origin(document: Document, body: Body, key: str) -> Origin:
    """Where a key of an entry is written."""
    return body.origins[key] if isinstance(body, _MergedBody) else (document, body)


def _quoted(resource: Resource) -> str:
    return quote(str(resource.address))
