"""Where the roles of members have to be known: they are declared, or a change gives or takes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import fields_of
from reconciler.model import Resource
from reconciler.planning.plan import Change
from reconciler.planning.problems import problem_at
from reconciler.state import Desired, Live
from reconciler.value_types import MembersType


def declares_managers(resource: Resource) -> bool:
    """Whether a resource says of a member whether they manage it."""
    return any(
        isinstance(field.type, MembersType) and field.type.mentions_managers(resource.values.get(field.name))
        for field in fields_of(resource.kind, MembersType)
    )


def mentions_managers(change: Change) -> bool:
    """Whether a change was computed with a role of a member."""
    return any(
        field.type.mentions_managers(value)
        for field in fields_of(change.kind, MembersType)
        if isinstance(field.type, MembersType)
        for value in _values(change, field.name)
    )


def require_shown_roles(desired: Desired, live: Live) -> None:
    """Raise PlanningError where roles have to be known and the service does not show them."""
    if live.shows_roles is not False:
        return
    hint = "omit manager, or set the role in Clockify"
    problems = []
    for resource in filter(declares_managers, desired.resources.values()):
        message = f"members of {resource.address}: the service does not show roles, so who manages it is unknown"
        problems.append(problem_at(resource.source, message, hint))
    if not problems and desired.is_undo:
        problems = [Problem("", 0, 0, "the service does not show roles, so who manages which project is unknown", hint)]
    if problems:
        raise PlanningError(problems)


def _values(change: Change, name: str) -> Iterator[Any]:
    yield change.precondition.values.get(name)
    if (field := change.field_named(name)) is not None:
        yield from (field.before, field.after)
