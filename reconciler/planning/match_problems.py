"""What keeps two states from being matched: problems with their places and hints."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from reconciler.errors import Problem
from reconciler.model import Address, Resource
from reconciler.state import Desired, Live
from reconciler.text import suggest

_MOST_LISTED = 5
"""Names that a hint lists."""


def unknown_parent(resource: Resource, parent: Address, desired: Desired, live: Live) -> Problem:
    """A parent that is neither declared nor live, with the nearest names."""
    message = f"{resource.address}: its parent {parent} is neither declared nor in the workspace"
    names = {a.name for a in (*desired.resources, *live.resources) if a.kind == parent.kind}
    return problem_of(resource, message, _choices(parent, names))


def problem_of(resource: Resource, message: str, hint: str) -> Problem:
    """A problem where a desired resource is declared."""
    source = resource.source
    return Problem(
        source.path if source else "", source.line if source else 0, source.column if source else 0, message, hint
    )


def _choices(parent: Address, names: AbstractSet[str]) -> str:
    """The hint for an unknown parent: the nearest name, and the first ones that there are."""
    near = suggest(parent.name, names)
    listed = ", ".join(map(repr, sorted(names)[:_MOST_LISTED])) + (", …" if len(names) > _MOST_LISTED else "")
    guess = f"did you mean {near!r}? " if near else ""
    known = f"there are: {listed}; " if names else ""
    return f"{guess}{known}or declare {parent}" if names else f"declare {parent}"
