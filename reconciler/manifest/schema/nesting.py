"""How kinds nest in a manifest, derived from what they say of their parents."""

from __future__ import annotations

from reconciler.kinds import BY_NAME, KINDS, TASK
from reconciler.model import Kind

SET_KIND = TASK
"""What task sets are lists of."""


def is_section(kind: Kind) -> bool:
    """Whether the kind has a list at the top level: all that can stand without a parent."""
    return not kind.parent_required


def children_of(kind: Kind) -> tuple[Kind, ...]:
    """The kinds whose lists nest in a resource of this one."""
    return tuple(child for child in KINDS if child.parent == kind.name)


def parent_key_of(kind: Kind) -> str:
    """The key that names the parent in the top-level list; empty where there is none."""
    return kind.parent if kind.parent and not kind.parent_required else ""


def path_lengths(kind: Kind) -> frozenset[int]:
    """How many parts an address of this kind can have."""
    if not kind.parent:
        return frozenset({1})
    below = frozenset(length + 1 for length in path_lengths(BY_NAME[kind.parent]))
    return below if kind.parent_required else below | {1}


def example_path(kind: Kind) -> str:
    """An address of this kind without its prefix, as examples show it: `Client/Project/Task`."""
    return f"{example_path(BY_NAME[kind.parent])}/{kind.title}" if kind.parent else kind.title
