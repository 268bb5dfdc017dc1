"""From a live state to the entries of manifests: what is declared, where it nests, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds import BY_NAME, CLIENT, PROJECT, TAG, TASK, ancestors
from reconciler.manifest.export.declarable import Declarable, name_problem
from reconciler.manifest.export.options import ExportOptions
from reconciler.model import Kind, Resource
from reconciler.names import fold
from reconciler.state import Live


@dataclass(eq=False, slots=True)
class Entry:
    """A declared resource. `values`: the values that a manifest can have; a field without one is not managed.

    `children`: what nests in it; for a project, the tasks that are in none of its `sets`. `client`: the key of a project in the
    top-level list. `is_context`: it is there for what nests in it, and declares nothing but its name and whether it is archived.
    """

    kind: Kind
    name: str
    values: dict[str, Any]
    children: list[Entry] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    client: str = ""
    is_context: bool = False


@dataclass(eq=False, slots=True)
class Tree:
    """`left_out`: resources that no manifest can declare, with the reason. `lacking`: kind and field → resources without a value that
    a manifest can have. `staying`: live resources in the lists of the tree that are not declared.
    """

    tags: list[Entry]
    clients: list[Entry]
    projects: list[Entry]
    left_out: list[tuple[Resource, str]] = field(default_factory=list)
    lacking: dict[tuple[str, str], list[Resource]] = field(default_factory=dict)
    staying: list[Resource] = field(default_factory=list)

    def entries(self, kind: Kind) -> Iterator[Entry]:
        """The entries of one kind."""
        if kind is TAG:
            return iter(self.tags)
        if kind is CLIENT:
            return iter(self.clients)
        projects = (*(project for client in self.clients for project in client.children), *self.projects)
        if kind is PROJECT:
            return iter(projects)
        return (task for project in projects for task in project.children)


def build_tree(live: Live, options: ExportOptions) -> Tree:
    """What manifests of this state declare, everything in a stable order."""
    return _TreeBuilder(live, options).build()


class _TreeBuilder:
    def __init__(self, live: Live, options: ExportOptions) -> None:
        self.live, self.options = live, options
        self.declarable = Declarable(live)
        self.tree = Tree([], [], [])
        self.children: dict[str, list[Resource]] = {}
        self.declared: set[str] = set()
        for resource in live.resources.values():
            self.children.setdefault(resource.parent_id, []).append(resource)

    def build(self) -> Tree:
        tree = self.tree
        tree.tags = [self._entry(tag) for tag in self._declared(TAG, self._listed(TAG, ""))]
        projects = {client.id: self._projects(client.id) for client in self._listed(CLIENT, "", every=True)}
        clients = [c for c in self._listed(CLIENT, "", every=True) if self._is_wanted(c) or projects[c.id]]
        for client in (declared := self._declared(CLIENT, clients)):
            tree.clients.append(self._entry(client, projects[client.id]))
        for client in clients:
            if client not in declared:
                tree.projects += self._referring(client, projects[client.id])
        tree.projects += self._projects("")
        tree.projects.sort(key=lambda entry: _order(entry.client) + _order(entry.name))
        tree.staying = [r for r in self.live.resources.values() if r.id not in self.declared and self._is_listed(r)]
        return tree

    def _listed(self, kind: Kind, parent_id: str, *, every: bool = False) -> list[Resource]:
        found = [r for r in self.children.get(parent_id, ()) if r.kind == kind.name]
        return sorted((r for r in found if every or self._is_wanted(r)), key=lambda r: _order(r.name))

    def _is_wanted(self, resource: Resource) -> bool:
        """Whether it is exported for its own sake."""
        if not self.options.archived:
            parent = self.live.by_id.get(resource.parent_id) if BY_NAME[resource.kind].is_embedded else None
            if _is_archived(resource) or (parent and _is_archived(parent)):
                return False
        selects = self.options.selects
        return selects is None or any(map(selects, (resource.address, *ancestors(resource.address))))

    def _projects(self, client_id: str) -> list[Entry]:
        listed = self._listed(PROJECT, client_id, every=True)
        tasks = {project.id: self._listed(TASK, project.id) for project in listed}
        wanted = [project for project in listed if self._is_wanted(project) or tasks[project.id]]
        return [
            self._entry(project, [self._entry(task) for task in self._declared(TASK, tasks[project.id])])
            for project in self._declared(PROJECT, wanted)
        ]

    def _referring(self, client: Resource, projects: list[Entry]) -> list[Entry]:
        """The projects of a client that is not declared, as far as they can name it."""
        reference = self.declarable.client_reference(client)
        if reference:
            for project in projects:
                project.client = reference
            return projects
        for resource in self._listed(PROJECT, client.id, every=True):
            if resource.id in self.declared:
                self._leave_out(resource, f"its client {client.name!r} cannot be named in a manifest")
                self.declared -= {resource.id, *(task.id for task in self.children.get(resource.id, ()))}
        return []

    def _declared(self, kind: Kind, resources: Iterable[Resource]) -> list[Resource]:
        """Those of one place that a manifest can declare: of names that are equal but for their spelling, one."""
        valid: dict[str, Resource] = {}
        for resource in sorted(resources, key=lambda r: (_is_archived(r), r.name, r.id)):
            problem = name_problem(kind, resource.name)
            if not problem and kind.lifecycle_name and kind.lifecycle_name not in resource.values:
                problem = f"the service does not say whether it is {'done' if kind is TASK else 'archived'}"
            first = resource if problem else valid.setdefault(fold(resource.name), resource)
            if first is not resource:
                problem = f"its name differs from {first.name!r} only in letter case or blanks"
            if problem:
                self._leave_out(resource, problem)
            else:
                self.declared.add(resource.id)
        return sorted(valid.values(), key=lambda r: _order(r.name))

    def _leave_out(self, resource: Resource, reason: str) -> None:
        self.tree.left_out.append((resource, reason))

    def _entry(self, resource: Resource, children: list[Entry] | None = None) -> Entry:
        kind = BY_NAME[resource.kind]
        is_context = self.options.selects is not None and not self._is_wanted(resource)
        values, lacking = self.declarable.split(kind, resource)
        if is_context:
            values = {name: value for name, value in values.items() if name == kind.lifecycle_name}
        for name in lacking if not is_context else ():
            self.tree.lacking.setdefault((kind.name, name), []).append(resource)
        return Entry(kind, resource.name, values, children or [], is_context=is_context)

    def _is_listed(self, resource: Resource) -> bool:
        """Whether it is of a section that the manifests have: tasks of a project without declared ones are of none."""
        if not BY_NAME[resource.kind].is_embedded:
            return True
        return resource.parent_id in self.declared and any(
            child.id in self.declared for child in self.children[resource.parent_id]
        )


def _is_archived(resource: Resource) -> bool:
    return BY_NAME[resource.kind].is_archived(resource.values)


def _order(name: str) -> tuple[str, str]:
    return fold(name), name
