"""Reads all that a manifest can declare, for an export: every list, people, and what lists leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from reconciler.errors import ForbiddenError
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME, KINDS
from reconciler.live.fetch import Fetcher
from reconciler.live.role import access_role_of
from reconciler.model import FieldRole, Resource
from reconciler.state import Live, Workspace


def read_everything(
    reader: Reader,
    workspace: Workspace,
    *,
    archived: bool = False,
    is_wanted: Callable[[Resource], bool] | None = None,
) -> Live:
    """The live state with people by e-mail address, user groups by name, managers, and the role of the key's user.

    `archived`: with every finished task, at the cost of a request for each project whose tasks are not known to the end.
    `is_wanted` limits what is read by itself: the tasks of a project, and a resource whose list item lacks a value.
    Without the right to list users, `users` is empty. Raises as `read` does.
    """
    fetcher = Fetcher(reader, workspace)
    fetcher.read_lists()
    live = fetcher.live()
    if archived:
        for kind in KINDS:
            if kind.is_embedded:
                parents = {parent.id for parent in live.of_kind(kind.parent) if is_wanted is None or is_wanted(parent)}
                fetcher.read_children(kind, parents - live.tasks_proven)
        live = fetcher.live()
    live = _with_values(fetcher, live, is_wanted)
    if any(map(names_people, live.everything)):
        live = with_people(fetcher, live)
    access_role = access_role_of(reader, workspace)
    return replace(fetcher.stamped(live), access_role=access_role)


def _with_values(fetcher: Fetcher, live: Live, is_wanted: Callable[[Resource], bool] | None) -> Live:
    """The state with the values that lists lack, where reading a resource by itself has them.

    What the answer for one resource lacks as well is not looked for in those of others that lack the same.
    """
    groups: dict[tuple[str, frozenset[str]], list[Resource]] = {}
    for resource in filter(is_wanted, live.resources.values()):
        if missing := _missing(resource):
            groups.setdefault((resource.kind, missing), []).append(resource)
    for (_, missing), (first, *others) in groups.items():
        fetcher.complete([first])
        live = fetcher.live()
        if _missing(live.by_id[first.id]) != missing and others:
            fetcher.complete(others)
            live = fetcher.live()
    return live


def _missing(resource: Resource) -> frozenset[str]:
    """The names of the declared fields whose values are not known."""
    return frozenset(field.name for field in BY_NAME[resource.kind].fields if field.name not in resource.values)


def with_people(fetcher: Fetcher, live: Live) -> Live:
    """The state with people by e-mail address, user groups by name, and managers; unchanged without the right to list users."""
    try:
        fetcher.read_people(with_roles=True)
        fetcher.read_members()
    except ForbiddenError:
        return live
    return fetcher.live()


def names_people(resource: Resource) -> bool:
    """Whether a resource has assignees, members, managers or others."""
    return any(resource.values.get(name) for name in _people_fields(resource.kind))


def _people_fields(kind: str) -> Iterable[str]:
    return (field.name for field in BY_NAME[kind].fields if field.role is FieldRole.PEOPLE)
