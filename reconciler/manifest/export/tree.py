"""From a live state to the entries of manifests: what is declared, where it nests, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds import BY_NAME, KINDS, ancestors
from reconciler.manifest.export.declarable import Declarable, legible, name_problem
from reconciler.manifest.export.options import ExportOptions
from reconciler.manifest.schema.nesting import children_of, is_section, parent_key_of
from reconciler.model import Kind, Resource
from reconciler.names import fold
from reconciler.state import Live


@dataclass(eq=False, slots=True)
class Entry:
    """A declared resource. `values`: the values that a manifest can have; a field without one is not managed.

    `children`: what nests in it, by the plural of its kind; tasks that are in one of its `sets` are not among them. `parent_name`:
    the parent of an entry in a top-level list. `base`: the task of a task set that this one has other values than.
    """

    kind: Kind
    name: str
    values: dict[str, Any]
    children: dict[str, list[Entry]] = field(default_factory=dict)
    sets: list[str] = field(default_factory=list)
    parent_name: str = ""
    base: Entry | None = None


@dataclass(eq=False, slots=True)
class Tree:
    """`lists`: the top-level lists, by the name of the kind, in the order of a manifest.

    `left_out`: resources that no manifest can declare, with the reason. `lacking`: field and reason → resources whose value of
    it is not declared. `staying`: live resources in the lists of the tree that are not declared.
    """

    lists: dict[str, list[Entry]]
    left_out: list[tuple[Resource, str]] = field(default_factory=list)
    lacking: dict[tuple[str, str], list[Resource]] = field(default_factory=dict)
    staying: list[Resource] = field(default_factory=list)

    def entries(self, kind: Kind) -> Iterator[Entry]:
        """The entries of one kind, wherever they stand."""
        for entries in self.lists.values():
            yield from _of_kind(kind, entries)


def _of_kind(kind: Kind, entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.kind is kind:
            yield entry
        for children in entry.children.values():
            yield from _of_kind(kind, children)


def build_tree(live: Live, options: ExportOptions) -> Tree:
    """What manifests of this state declare, everything in a stable order."""
    return _TreeBuilder(live, options).build()


class _TreeBuilder:
    def __init__(self, live: Live, options: ExportOptions) -> None:
        self.live, self.options = live, options
        self.declarable = Declarable(live)
        sections = [kind for kind in KINDS if is_section(kind)]
        # What neither nests nor has something nested in it comes first: these lists are short.
        sections.sort(key=lambda kind: bool(kind.parent or children_of(kind)))
        self.tree = Tree({kind.name: [] for kind in sections})
        self.places: dict[tuple[str, str], list[Resource]] = {}
        self.declared: set[str] = set()
        self.parents: set[tuple[str, str]] = set()
        """Places with a declared resource, in which undeclared ones count as removed."""
        for resource in live.resources.values():
            self.places.setdefault((resource.kind, resource.parent_id), []).append(resource)

    def build(self) -> Tree:
        lists = self.tree.lists
        for name in lists:
            lists[name] += self._entries(BY_NAME[name], "")
        for entries in lists.values():
            entries.sort(key=lambda entry: _order(entry.parent_name) + _order(entry.name))
        everything = self.live.resources.values()
        self.tree.staying = [r for r in everything if r.id not in self.declared and self._is_managed(r)]
        return self.tree

    def _entries(self, kind: Kind, parent_id: str) -> list[Entry]:
        """The entries of what is in one place."""
        wanted = [r for r in self.places.get((kind.name, parent_id), ()) if self._is_wanted(r) or self._has_wanted(r)]
        declared = self._declared(kind, wanted)
        for resource in wanted:
            if resource not in declared:
                self._refer_to(resource)
        if declared:
            self.parents.add((kind.name, parent_id))
        return [self._entry(kind, resource) for resource in declared]

    def _is_wanted(self, resource: Resource) -> bool:
        """Whether it is exported for its own sake."""
        if not self.options.archived:
            parent = self.live.by_id.get(resource.parent_id) if BY_NAME[resource.kind].is_embedded else None
            if _is_archived(resource) or (parent and _is_archived(parent)):
                return False
        selects = self.options.selects
        return selects is None or any(map(selects, (resource.address, *ancestors(resource.address))))

    def _has_wanted(self, resource: Resource) -> bool:
        """Whether something below it is exported."""
        return any(
            self._is_wanted(child) or self._has_wanted(child)
            for kind in children_of(BY_NAME[resource.kind])
            for child in self.places.get((kind.name, resource.id), ())
        )

    def _declared(self, kind: Kind, resources: Iterable[Resource]) -> Sequence[Resource]:
        """Those of one place that a manifest can declare: of names that are equal but for their spelling, one."""
        valid: dict[str, Resource] = {}
        for resource in sorted(resources, key=lambda r: (_is_archived(r), r.name, r.id)):
            problem = name_problem(kind, resource.name)
            if not problem and kind.lifecycle_name and kind.lifecycle_name not in resource.values:
                problem = f"the service does not say whether it is {'done' if kind.is_embedded else 'archived'}"
            first = resource if problem else valid.setdefault(fold(resource.name), resource)
            if first is not resource:
                problem = f"its name differs from {legible(first.name)} only in letter case or blanks"
            if problem:
                self.tree.left_out.append((resource, problem))
            else:
                self.declared.add(resource.id)
        return sorted(valid.values(), key=lambda r: _order(r.name))

    def _refer_to(self, parent: Resource) -> None:
        """Declare what is in a resource that no manifest can declare, as far as it can name its parent."""
        reference = self.declarable.reference(parent)
        for kind in children_of(BY_NAME[parent.kind]):
            if parent_key_of(kind) and reference:
                entries = self._entries(kind, parent.id)
                for entry in entries:
                    entry.parent_name = reference
                self.tree.lists[kind.name] += entries
            elif parent_key_of(kind):
                for resource in self.places.get((kind.name, parent.id), ()):
                    if self._is_wanted(resource) or self._has_wanted(resource):
                        self.tree.left_out.append((resource, f"a manifest cannot name its {parent.kind}"))

    def _entry(self, kind: Kind, resource: Resource) -> Entry:
        values, lacking = self.declarable.split(kind, resource)
        if self.options.selects is not None and not self._is_wanted(resource):
            # It is there for what nests in it.
            values = {name: value for name, value in values.items() if name == kind.lifecycle_name}
            lacking = {}
        for reason in lacking.items():
            self.tree.lacking.setdefault(reason, []).append(resource)
        nested = {child.plural: self._entries(child, resource.id) for child in children_of(kind)}
        return Entry(kind, resource.name, values, {plural: entries for plural, entries in nested.items() if entries})

    def _is_managed(self, resource: Resource) -> bool:
        """Whether it is of a section that the manifests have: tasks of a project without declared ones are of none."""
        kind = BY_NAME[resource.kind]
        return not kind.parent_required or (kind.name, resource.parent_id) in self.parents


def _is_archived(resource: Resource) -> bool:
    return BY_NAME[resource.kind].is_archived(resource.values)


def _order(name: str) -> tuple[str, str]:
    return fold(name), name
