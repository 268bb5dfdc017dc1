"""Nesting of kinds in a manifest, derived from their parents."""

from __future__ import annotations

from reconciler.kinds import KINDS, TASK
from reconciler.model import Kind

SET_KIND = TASK
"""The kind of the entries of task sets."""


def is_section(kind: Kind) -> bool:
    """Whether the kind has a list at the top level: true for kinds that can exist without a parent."""
    return not kind.parent_required


def children_of(kind: Kind) -> tuple[Kind, ...]:
    """The kinds whose lists nest in a resource of this kind."""
    return tuple(child for child in KINDS if child.parent == kind.name)


def parent_key_of(kind: Kind) -> str:
    """The key for the parent in the top-level list; empty for a kind without one."""
    return kind.parent if kind.parent and not kind.parent_required else ""
