"""Problems of a pair of states: what the manifests say that the live workspace contradicts, each with its place and its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from reconciler.errors import Problem
from reconciler.kinds.people import GROUP
from reconciler.model import Address, Resource, Source
from reconciler.text import suggest

_MOST_LISTED = 5
"""Names that a hint lists."""


def problem_at(source: Source | None, message: str, hint: str) -> Problem:
    """A problem at a place in a manifest, or at none."""
    if source is None:
        return Problem("", 0, 0, message, hint)
    return Problem(source.path, source.line, source.column, message, hint, row=source.row)


def ambiguous(source: Source | None, what: str, matches: Sequence[Resource], hint: str) -> Problem:
    """A name that several live resources have, each in another spelling."""
    spellings = ", ".join(f"{str(r.address)!r} ({r.id})" for r in matches)
    return problem_at(source, f"{what} matches several resources that differ in spelling: {spellings}", hint)


def unknown_parent(resource: Resource, parent: Address, names: AbstractSet[str]) -> Problem:
    """A parent that is neither declared nor live; `names` are those of its kind that are."""
    message = f"{resource.address}: its parent {parent} is neither declared nor in the workspace"
    return problem_at(resource.source, message, _choices(parent, names))


def _choices(parent: Address, names: AbstractSet[str]) -> str:
    """The hint for an unknown parent: the nearest name, and the first ones that there are."""
    near = suggest(parent.name, names)
    listed = ", ".join(map(repr, sorted(names)[:_MOST_LISTED])) + (", …" if len(names) > _MOST_LISTED else "")
    guess = f"did you mean {near!r}? " if near else ""
    known = f"there are: {listed}; " if names else ""
    return f"{guess}{known}or declare {parent}" if names else f"declare {parent}"


def unknown_person(resource: Resource, field: str, person: str, known: AbstractSet[str]) -> Problem:
    """A person or a user group, as in fields of people, that the workspace does not have; `known` are those that it has."""
    group, name = f"{GROUP} ", person
    if person.startswith(group):
        name = person.removeprefix(group)
        names = {each.removeprefix(group) for each in known if each.startswith(group)}
        what, otherwise = f"user group {name!r}", "create the group in Clockify, or remove it from the list"
    else:
        names = {each for each in known if "@" in each and not each.startswith(group)}
        what = f"user with the e-mail address {name}"
        otherwise = "invite the user in Clockify, or list the users: reconciler users list"
    near = suggest(name, names)
    hint = f"did you mean {near}? Otherwise {otherwise}" if near else otherwise
    return problem_at(resource.source, f"{field} of {resource.address}: the workspace has no {what}", hint)
