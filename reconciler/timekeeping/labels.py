"""The names behind the ids of time entries: from hydrated answers, else from the lists of the workspace, each read once if needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reconciler.errors import ForbiddenError
from reconciler.gateway import Reader
from reconciler.names import join_path
from reconciler.timekeeping.resolve import PROJECT, TAG, person_of
from reconciler.value_types import Wire


@dataclass(frozen=True, slots=True)
class Labels:
    """What a person reads in the place of ids; `project` is `Client/Project`. An id stands where no name is known."""

    project: str = ""
    task: str = ""
    tags: tuple[str, ...] = ()
    user: str = ""


class Labeller:
    """Finds the names of entries of one workspace."""

    def __init__(self, reader: Reader, workspace_id: str) -> None:
        self._reader, self._workspace = reader, workspace_id

    def labels_of(self, wire: Wire) -> Labels:
        """The names of an entry as answered, hydrated or not. Raises GatewayError where a list must be read and cannot be."""
        return Labels(self._project(wire), self._task(wire), self._tags(wire), self._user(wire))

    def _project(self, wire: Wire) -> str:
        if isinstance(project := wire.get("project"), Mapping) and (
            "clientName" in project or not project.get("clientId")
        ):
            return _path(project)
        found = wire.get("projectId")
        return (self._projects.get(found, ("", {}))[0] or found) if isinstance(found, str) and found else ""

    def _task(self, wire: Wire) -> str:
        if isinstance(task := wire.get("task"), Mapping):
            return str(task.get("name") or "")
        found = wire.get("taskId")
        if not isinstance(found, str) or not found:
            return ""
        return self._projects.get(wire.get("projectId"), ("", {}))[1].get(found) or found

    def _tags(self, wire: Wire) -> tuple[str, ...]:
        tags = wire.get("tags")
        if isinstance(tags, list) and all(isinstance(tag, Mapping) for tag in tags):
            return tuple(sorted(str(tag.get("name") or tag.get("id") or "") for tag in tags))
        ids = wire.get("tagIds") or []
        return tuple(sorted(self._tag_names.get(one, one) for one in ids if isinstance(one, str)))

    def _user(self, wire: Wire) -> str:
        user = wire.get("user")
        if isinstance(user, Mapping) and user.get("id"):
            return person_of(dict(user)).label
        found = str(wire.get("userId") or "")
        return self._people.get(found, found) if found else ""

    @cached_property
    def _projects(self) -> dict[Any, tuple[str, dict[str, str]]]:
        """By id, the path of each project and the names of its tasks by id, as far as the list carries them."""
        found = self._reader.list(PROJECT, self._workspace).items
        return {item["id"]: (_path(item), _tasks(item)) for item in found}

    @cached_property
    def _tag_names(self) -> dict[str, str]:
        return {item["id"]: str(item.get("name") or "") for item in self._reader.list(TAG, self._workspace).items}

    @cached_property
    def _people(self) -> dict[str, str]:
        """By id, the label of each user; empty where the role may not list users."""
        try:
            found = self._reader.users(self._workspace).items
        except ForbiddenError:
            return {}
        return {item["id"]: person_of(item).label for item in found}


def _path(project: Mapping[str, Any]) -> str:
    parts = (str(project.get("clientName") or ""), str(project.get("name") or project.get("id") or ""))
    return join_path(tuple(part for part in parts if part))


def _tasks(project: Mapping[str, Any]) -> dict[str, str]:
    tasks = project.get("tasks")
    listed = [task for task in tasks if isinstance(task, Mapping)] if isinstance(tasks, list) else []
    return {str(task.get("id")): str(task.get("name") or "") for task in listed}
