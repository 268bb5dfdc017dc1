"""Documents → resources: sections put together, defaults and task sets filled in, every name checked as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest.compose.addresses import PathError, earlier_path, removed_address
from reconciler.manifest.compose.settings import Settings
from reconciler.manifest.schema.nesting import SET_KIND, children_of, is_section, parent_key_of
from reconciler.manifest.validation.names import trouble_with
from reconciler.manifest.validation.suggestions import did_you_mean
from reconciler.manifest.yaml.document import INVALID, Document, Place
from reconciler.manifest.yaml.text import shown
from reconciler.model import UNSET, Address, Kind, Resource, Source, fold
from reconciler.state import Removed

Section = tuple[str, Address | None]
Body = Mapping[str, Any]
Entry = tuple[Document, Place, str, Body]
"""One entry of a list: where it stands, its name, and all that it declares."""

_NOTHING: Body = {}
_CHILDREN = {kind.name: children_of(kind) for kind in KINDS}


@dataclass
class Composer:
    """The desired state as it grows; `problems` is shared by all steps of loading.

    `spellings`: kind, parent and folded name → the resource that has the name. `references`: parents that are named by a
    key (`client:`) rather than by the place, and where. `folded`: every name that was found good, without its spelling.
    """

    settings: Settings
    problems: list[Problem]
    resources: dict[Address, Resource] = field(default_factory=dict)
    sections: set[Section] = field(default_factory=set)
    removed: list[Removed] = field(default_factory=list)
    references: list[tuple[Address, Source]] = field(default_factory=list)
    folded: dict[str, str] = field(default_factory=dict)
    spellings: dict[tuple[str, Address | None, str], Resource] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parsers = {kind.name: {f.name: f.type.parse for f in kind.fields} for kind in KINDS}
        self.defaults = {kind.name: self._defaults(kind) for kind in KINDS}

    def _defaults(self, kind: Kind) -> dict[str, Any]:
        """What a resource that declares nothing has: the kind's own defaults (it is in use), then those of the manifest."""
        own = {f.name: f.default for f in kind.fields if f.default is not UNSET}
        said = self.settings.defaults[kind.name]
        return own | {name: self.parsers[kind.name][name](value) for name, value in said.items()}

    def add(self, document: Document) -> None:
        """Take over every section of a document."""
        for kind in KINDS:
            if is_section(kind) and kind.plural in document.value:
                self.sections.add((kind.name, None))
                for entry in _entries(document, document.value[kind.plural]):
                    self._add(kind, entry, self._stated_parent(kind, entry))
        for said in document.value.get("removed", ()):
            if said is not INVALID:
                self._add_removed(document, said)

    def _stated_parent(self, kind: Kind, entry: Entry) -> Address | None:
        document, _, _, body = entry
        key = parent_key_of(kind)
        if not key or not body.get(key):
            return None
        parent = Address(kind.parent, (body[key],))
        self.references.append((parent, Source(document.source.path, *document.place_in(body, key))))
        return parent

    def _add(self, kind: Kind, entry: Entry, parent: Address | None) -> None:
        document, place, name, body = entry
        address = Address(kind.name, (*parent.path, name) if parent else (name,))
        values = self.defaults[kind.name].copy()
        if body:
            parsers = self.parsers[kind.name]
            for key, value in body.items():
                if key in parsers:
                    values[key] = parsers[key](value)
        was = self._was(document, kind, body) if "was" in body else ()
        source = Source(document.source.path, *place)
        resource = Resource(address, values, parent, was, source)
        if self._is_fine(entry) and self._register(document, place, resource):
            for child in _CHILDREN[kind.name]:
                self._add_children(document, child, body, address)

    def _is_fine(self, entry: Entry) -> bool:
        document, place, name, body = entry
        if name in self.folded:
            return True
        trouble = trouble_with(name)
        if trouble is None:
            self.folded[name] = fold(name)
            return True
        at = document.place_in(body, "name") if body else place
        self._problem(document, at, f"the name {shown(name)} {trouble[0]}", trouble[1])
        return False

    def _was(self, document: Document, kind: Kind, body: Body) -> tuple[tuple[str, ...], ...]:
        said = body["was"]
        container: Any = body if isinstance(said, str) else said
        places: Iterable[str | int] = ["was"] if isinstance(said, str) else range(len(said))
        paths = []
        for key in places:
            try:
                path = earlier_path(kind, container[key])
            except PathError as error:
                self._problem(document, document.place_in(container, key), str(error), error.hint)
                continue
            if path != (body["name"],):  # its own name, in its own place, says nothing
                paths.append(path)
        return tuple(paths)

    def _register(self, document: Document, place: Place, resource: Resource) -> bool:
        key = (resource.address.kind, resource.parent, self.folded[resource.address.path[-1]])
        other = self.spellings.setdefault(key, resource)
        if other is resource:
            self.resources[resource.address] = resource
            return True
        if other.address == resource.address:
            message, hint = f"{_shown(resource)} is declared twice; the other is at {other.source}", "keep one of them"
        else:
            message = f"{_shown(resource)} and {_shown(other)} ({other.source}) differ only in letter case or blanks"
            hint = "Clockify may take them for one: choose names that differ"
        self._problem(document, place, message, hint)
        return False

    def _add_children(self, document: Document, kind: Kind, body: Body, parent: Address) -> None:
        listed = kind.plural in body
        if kind is SET_KIND and "use" in body:
            self.sections.add((kind.name, parent))
            entries: Iterable[Entry] = self._laid_over(document, kind, body)
        elif listed:
            self.sections.add((kind.name, parent if kind.parent_required else None))
            entries = _entries(document, body[kind.plural])
        else:
            return
        for entry in entries:
            self._add(kind, entry, parent)

    def _laid_over(self, document: Document, kind: Kind, body: Body) -> Iterator[Entry]:
        """The entries of the sets in `use`, and the resource's own laid over those of the same name."""
        laid: dict[str, Entry] = {}
        for entry in self._of_sets(document, body["use"]):
            laid[entry[2]] = _over(laid.get(entry[2]), entry)
        own: set[str] = set()
        repeated = []
        for entry in _entries(document, body.get(kind.plural, [])):
            if entry[2] in own:
                repeated.append(entry)  # registering it says that it is there twice
            else:
                own.add(entry[2])
                laid[entry[2]] = _over(laid.get(entry[2]), entry)
        yield from laid.values()
        yield from repeated

    def _of_sets(self, document: Document, use: list[str]) -> Iterator[Entry]:
        for index, name in enumerate(use):
            if name in self.settings.task_sets:
                yield from _entries(*self.settings.task_sets[name])
            elif self.settings.complete:
                hint = did_you_mean(name, self.settings.task_sets, otherwise="define it under `task_sets`")
                self._problem(document, document.place_in(use, index), f"there is no task set {shown(name)}", hint)

    def _add_removed(self, document: Document, said: Mapping[str, str]) -> None:
        for name, text in said.items():
            place = document.place_in(said, name)
            try:
                address = removed_address(BY_NAME[name], text)
            except PathError as error:
                self._problem(document, place, str(error), error.hint)
            else:
                self.removed.append(Removed(address, Source(document.source.path, *place)))

    def _problem(self, document: Document, place: Place, message: str, hint: str) -> None:
        self.problems.append(document.source.problem(place, message, hint))


def _entries(document: Document, items: list[Any]) -> Iterator[Entry]:
    """The entries of a list, bare strings and mappings alike, without those that the schema refused."""
    if items:
        for item, place in zip(items, document.places(items), strict=True):
            if type(item) is str:
                yield document, place, item, _NOTHING
            elif item is not INVALID:
                yield document, place, item["name"], item


def _over(below: Entry | None, entry: Entry) -> Entry:
    """An entry laid over another of its name: what it leaves out, the other says."""
    if below is None or not below[3]:
        return entry
    document, place, name, body = entry
    return document, place, name, {**below[3], **body}


def _shown(resource: Resource) -> str:
    return shown(str(resource.address))
