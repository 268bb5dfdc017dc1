"""Projects, tasks, tags and people by address, name or id. What is unknown or ambiguous is refused with what there is instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.errors import ApiError, TimeEntryError
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME
from reconciler.model import Address, Kind
from reconciler.names import join_path, split_path
from reconciler.text import sanitize, suggest
from reconciler.value_types import Wire

PROJECT, TASK, TAG = BY_NAME["project"], BY_NAME["task"], BY_NAME["tag"]
_ID = re.compile(r"[0-9a-f]{24}")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for: its id, its address, whether it is archived, and of a project whether it is billable."""

    id: str
    address: Address
    is_archived: bool = False
    is_billable: bool = False

    @property
    def path(self) -> str:
        """The address without its kind: `Acme Corp/Website`."""
        return join_path(self.address.path)


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the workspace; `email` and `name` may be empty."""

    id: str
    email: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """The e-mail address, else the name, else the id."""
        return self.email or self.name or self.id


def person_of(wire: Wire) -> Person:
    """A person from an answer with `id`, `email` and `name`."""
    return Person(str(wire["id"]), str(wire.get("email") or ""), str(wire.get("name") or ""))


class Resolver:
    """Resolves names in one workspace. Every method raises TimeEntryError and GatewayError."""

    def __init__(self, reader: Reader, workspace_id: str) -> None:
        self._reader, self._workspace = reader, workspace_id

    def project(self, text: str) -> Named:
        """The project of an address (`project:Client/Name`), a name, `Client/Name` or an id."""
        if (found := self._by_id(PROJECT, text)) is not None:
            return _project(found)
        for path in _paths_of(text, PROJECT):
            matches = [_project(item) for item in self._reader.named(PROJECT, self._workspace, path[-1])]
            matches = [one for one in matches if len(path) == 1 or one.address.path == path]
            if text.startswith("project:"):
                matches = [one for one in matches if one.address.path == path]
            if matches:
                return _only(matches, "project", text)
        every = [_project(item) for item in self._reader.list(PROJECT, self._workspace).items]
        if same := next(
            (one for one in every if one.id == text), None
        ):  # an id of another form, as in a seeded sandbox
            return same
        raise _unknown("project", text, {one.path: one.address for one in every}, every)

    def task(self, text: str, project: Named | None) -> tuple[Named, Named]:
        """The project and the task of a task's address, or of a name or an id within `project`."""
        if text.startswith("task:"):
            path = split_path(text.partition(":")[2])
            if len(path) < 2 or not all(path):
                raise TimeEntryError(f"invalid address {sanitize(text)!r}", hint="write it as task:Client/Project/Task")
            named = self.project(str(Address("project", path[:-1])))
            if project is not None and named.id != project.id:
                raise TimeEntryError(
                    f"the task {sanitize(text)!r} is not one of {project.address}", hint="leave out --project"
                )
            return named, self._task(path[-1], named)
        if project is None:
            raise TimeEntryError(
                f"the task {sanitize(text)!r} needs its project",
                hint="add --project, or write the task as task:Client/Project/Task",
            )
        return project, self._task(text, project)

    def tags(self, texts: Iterable[str]) -> tuple[Named, ...]:
        """The tags of addresses (`tag:NAME`), names or ids; each once, in the order of `texts`."""
        wanted = tuple(dict.fromkeys(texts))
        if not wanted:
            return ()
        every = [_tag(item) for item in self._reader.list(TAG, self._workspace).items]
        found: dict[str, Named] = {}
        for text in wanted:
            name = text.removeprefix("tag:")
            matches = [one for one in every if one.address.name == name] or [one for one in every if one.id == text]
            if not matches:
                raise _unknown("tag", text, {one.path: one.address for one in every}, every)
            tag = _only(matches, "tag", text)
            found[tag.id] = tag
        return tuple(found.values())

    def person(self, text: str) -> Person:
        """The user with this e-mail address, in any letter case, or this id."""
        filters = {"email": text} if "@" in text else {}
        listed = self._reader.users(self._workspace, **filters).items
        matches = [one for one in map(person_of, listed) if text == one.id or one.email.lower() == text.lower()]
        if len(matches) == 1:
            return matches[0]
        every = listed if not filters else self._reader.users(self._workspace).items
        near = suggest(text, [one.email for one in map(person_of, every) if one.email])
        hint = f"did you mean {near}?" if near else "to list the people of the workspace: reconciler users list"
        raise TimeEntryError(f"no user {sanitize(text)!r} in the workspace", hint=hint)

    def _task(self, text: str, project: Named) -> Named:
        if (found := self._by_id(TASK, text, project.id)) is not None:
            return _task(found, project)
        matches = [_task(item, project) for item in self._reader.named(TASK, self._workspace, text, project.id)]
        if matches:
            return _only(matches, "task", text)
        every = [_task(item, project) for item in self._reader.list(TASK, self._workspace, project.id).items]
        if same := next((one for one in every if one.id == text), None):
            return same
        raise _unknown("task", text, {one.address.name: one.address for one in every}, every)

    def _by_id(self, kind: Kind, text: str, parent_id: str = "") -> Wire | None:
        """The resource with this id; None for what is no id of the workspace."""
        if not _ID.fullmatch(text):
            return None
        try:
            return self._reader.get(kind, self._workspace, text, parent_id)
        except ApiError as error:
            if error.status in (400, 404):
                return None
            raise


def _paths_of(text: str, kind: Kind) -> list[tuple[str, ...]]:
    """The paths that a text can mean: that of an address; else the whole text as a name, then its parts."""
    prefix = f"{kind.name}:"
    if text.startswith(prefix):
        path = split_path(text.removeprefix(prefix))
        if len(path) > 2 or not all(path):
            raise TimeEntryError(
                f"invalid address {sanitize(text)!r}", hint="write it as project:Client/Project, or project:Project"
            )
        return [path]
    parts = split_path(text)
    if not text.strip():
        raise TimeEntryError(f"the name of a {kind.name} is empty")
    return [(text,), parts] if len(parts) == 2 and all(parts) else [(text,)]


def _project(wire: Wire) -> Named:
    path = (str(wire.get("clientName") or ""), str(wire.get("name") or wire["id"]))
    address = Address("project", tuple(part for part in path if part))
    return Named(str(wire["id"]), address, wire.get("archived") is True, wire.get("billable") is True)


def _task(wire: Wire, project: Named) -> Named:
    address = project.address.child("task", str(wire.get("name") or wire["id"]))
    return Named(str(wire["id"]), address, wire.get("status") == "DONE")


def _tag(wire: Wire) -> Named:
    address = Address("tag", (str(wire.get("name") or wire["id"]),))
    return Named(str(wire["id"]), address, wire.get("archived") is True)


def _only(matches: Sequence[Named], kind: str, text: str) -> Named:
    """The only match, active ones first. Raises TimeEntryError for several, which it lists."""
    active = [one for one in matches if not one.is_archived] or list(matches)
    if len(active) == 1:
        return active[0]
    listed = ", ".join(f"{one.address} ({one.id})" for one in active[:_SHOWN])
    raise TimeEntryError(
        f"{len(active)} {kind}s are called {sanitize(text)!r}: {sanitize(listed)}", hint="use the address or the id"
    )


def _unknown(kind: str, text: str, addresses: dict[str, Address], every: Sequence[Named]) -> TimeEntryError:
    """The error for a name that is not there, with the nearest one, else some that are."""
    near = suggest(text.removeprefix(f"{kind}:"), {**addresses, **{one.address.name: one.address for one in every}})
    active = [str(one.address) for one in every if not one.is_archived]
    if near:
        hint = f"did you mean {sanitize(near)!r}?"
    elif active:
        more = f" and {len(active) - _SHOWN} more" if len(active) > _SHOWN else ""
        hint = f"there are: {sanitize(', '.join(sorted(active)[:_SHOWN]))}{more}"
    else:
        hint = f"there is no {kind} yet"
    return TimeEntryError(f"no {kind} {sanitize(text)!r}", hint=hint)
