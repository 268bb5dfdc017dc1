"""The tree that kinds form: the parent of an address, its ancestors, and the form that an address can have."""

from __future__ import annotations

from reconciler.kinds.registry import BY_NAME
from reconciler.model import Address, Kind


def parent_of(address: Address) -> Address | None:
    """The address of the parent; None for a kind without parent, and for a project without client."""
    parent = BY_NAME[address.kind].parent
    return Address(parent, address.path[:-1]) if parent and len(address.path) > 1 else None


def ancestors(address: Address) -> list[Address]:
    """The parent, its parent and so on, the nearest first."""
    result = []
    while (parent := parent_of(address)) is not None:
        result.append(parent)
        address = parent
    return result


def path_lengths(kind: Kind) -> frozenset[int]:
    """The possible numbers of parts in an address of this kind."""
    if not kind.parent:
        return frozenset({1})
    nested = frozenset(length + 1 for length in path_lengths(BY_NAME[kind.parent]))
    return nested if kind.parent_required else nested | {1}


def example_path(kind: Kind) -> str:
    """The form of an address of this kind, without its prefix: `Client/Project/Task`."""
    return f"{example_path(BY_NAME[kind.parent])}/{kind.title}" if kind.parent else kind.title
