"""What a manifest declares, read from its data: resources with defaults and task sets filled in, parents first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.search.live import Thing
from tests.search.worlds import KINDS, Item


@dataclass(eq=False)
class Declared:
    """A declared resource. `thing`: what it is already; `is_new`: nothing yet; neither where the model is unsure."""

    kind: str
    name: str
    body: Item
    parent: Declared | None = None
    client: str = ""
    was: tuple[str, ...] = ()
    thing: Thing | None = None
    is_new: bool = False
    manages_tasks: bool = False

    @property
    def is_unsure(self) -> bool:
        return self.thing is None and not self.is_new

    @property
    def path(self) -> tuple[str, ...]:
        """Its names from the top."""
        above = self.parent.path if self.parent else ((self.client,) if self.client else ())
        return (*above, self.name)


def declared_of(manifest: Mapping[str, Any]) -> list[Declared]:
    """Everything that a manifest declares, parents first, with defaults and task sets filled in."""
    found: list[Declared] = [_declared("tag", item, manifest) for item in manifest.get("tags", ())]
    for item in manifest.get("clients", ()):
        client = _declared("client", item, manifest)
        found.append(client)
        for project in client.body.pop("projects", ()):
            found += _project(project, manifest, client)
    for project in manifest.get("projects", ()):
        found += _project(project, manifest, None)
    found.sort(key=lambda one: KINDS.index(one.kind))
    owners = {one.name: one for one in found if one.kind == "client"}
    for one in found:
        if one.client:
            one.parent = owners.get(one.client)
    return found


def _project(item: Any, manifest: Mapping[str, Any], client: Declared | None) -> Iterator[Declared]:
    project = _declared("project", item, manifest)
    project.parent, project.client = client, str(project.body.pop("client", "") or "")
    project.manages_tasks = "use" in project.body or "tasks" in project.body
    yield project
    tasks: dict[str, Item] = {}
    sets = [task for name in project.body.pop("use", ()) for task in manifest["task_sets"][name]]
    for task in (*sets, *project.body.get("tasks", ())):
        body = {"name": task} if isinstance(task, str) else task
        tasks[body["name"]] = {**tasks.get(body["name"], {}), **body}
    for body in tasks.values():
        yield _declared("task", body, manifest, project)


def _declared(kind: str, item: Any, manifest: Mapping[str, Any], parent: Declared | None = None) -> Declared:
    body = {"name": item} if isinstance(item, str) else dict(item)
    was = body.pop("was", ())
    defaults = {"status": "active"} if kind == "task" else {"archived": False}
    body = {**defaults, **manifest.get("defaults", {}).get(kind, {}), **body}
    return Declared(kind, body.pop("name"), body, parent, was=(was,) if isinstance(was, str) else tuple(was))
