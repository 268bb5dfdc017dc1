"""Task sets: the tasks that at least three projects have in common, named once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reconciler.manifest.export.slugs import Slugs
from reconciler.manifest.export.tree import Entry
from reconciler.manifest.schema.nesting import SET_KIND
from reconciler.model import UNSET

FEWEST_PROJECTS = 3
FEWEST_TASKS = 2
"""A set of one task is no shorter than the task."""

Key = tuple[Any, ...]
"""A task: its name and its values. Equal keys are the same task."""


def infer_task_sets(projects: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The task sets by name. The tasks in them are taken out of the projects that use them.

    First the tasks that whole projects have in common, then these sets in projects that have further tasks, or some with other
    values, then what the rest has in common.
    """
    return _SetFinder([project for project in projects if len(_tasks(project)) >= FEWEST_TASKS]).find()


class _SetFinder:
    def __init__(self, projects: Sequence[Entry]) -> None:
        self.projects = projects
        self.left = [{_key(task): task for task in _tasks(project)} for project in projects]
        """The tasks of each project that no set has."""
        self.sets: dict[str, list[Entry]] = {}
        self.names = Slugs("tasks")

    def find(self) -> dict[str, list[Entry]]:
        for members in self._equal_projects():
            self._use(self._new_set(members, list(self.left[members[0]])), members)
        self._use_in_similar_projects()
        for keys, members in self._common_tasks():
            self._use(self._new_set(members, keys), members)
        for project, left in zip(self.projects, self.left, strict=True):
            project.children[SET_KIND.plural] = list(left.values())
        return {name: self.sets[name] for name in sorted(self.sets)}

    def _equal_projects(self) -> Iterator[list[int]]:
        """Groups of projects that have the same tasks."""
        groups: dict[frozenset[Key], list[int]] = {}
        for number, left in enumerate(self.left):
            groups.setdefault(frozenset(left), []).append(number)
        return (members for members in list(groups.values()) if len(members) >= FEWEST_PROJECTS)

    def _use_in_similar_projects(self) -> None:
        """Use the sets in projects that have more tasks, or that have some of the tasks with other values."""
        by_first: dict[str, list[str]] = {}
        for name, tasks in self.sets.items():
            by_first.setdefault(tasks[0].name, []).append(name)
        for number, left in enumerate(self.left):
            names = {name for task in left.values() for name in by_first.get(task.name, ())}
            for name in sorted(names, key=lambda each: (-len(self.sets[each]), each)):
                if self._is_similar(name, number):
                    self._use(name, [number])

    def _is_similar(self, name: str, number: int) -> bool:
        """Whether a project has every task of a set, most of them with the same values, and knows all values of the others."""
        left = self.left[number]
        others = [task for task in self.sets[name] if _key(task) not in left]
        if not others:
            return True
        own = {task.name: task for task in left.values()}
        is_known = all(task.name in own and own[task.name].values.keys() == task.values.keys() for task in others)
        return is_known and len(self.sets[name]) - len(others) >= max(FEWEST_TASKS, len(others) + 1)

    def _common_tasks(self) -> Iterator[tuple[list[Key], list[int]]]:
        """Tasks that exactly the same projects have, and these projects; the longest lists first."""
        projects: dict[Key, list[int]] = {}
        for number, left in enumerate(self.left):
            for key in left:
                projects.setdefault(key, []).append(number)
        groups: dict[tuple[int, ...], list[Key]] = {}
        for key, members in projects.items():
            if len(members) >= FEWEST_PROJECTS:
                groups.setdefault(tuple(members), []).append(key)
        for numbers, keys in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
            if len(keys) >= FEWEST_TASKS:
                yield keys, list(numbers)

    def _new_set(self, members: Sequence[int], keys: Sequence[Key]) -> str:
        tasks = [self.left[members[0]][key] for key in keys]
        shared = {self.projects[number].name for number in members}
        name = self.names.new(shared.pop() if len(shared) == 1 else " ".join(task.name for task in tasks[:3]))
        self.sets[name] = tasks
        return name

    def _use(self, name: str, members: Iterable[int]) -> None:
        for number in members:
            self.projects[number].sets.append(name)
            left = self.left[number]
            own = {task.name: task for task in left.values()}
            for task in self.sets[name]:
                if left.pop(_key(task), None) is None:
                    own[task.name].base = task


def _tasks(project: Entry) -> Sequence[Entry]:
    return project.children.get(SET_KIND.plural, ())


def _key(task: Entry) -> Key:
    return (task.name, *(task.values.get(field.name, UNSET) for field in task.kind.fields))
