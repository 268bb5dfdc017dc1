"""The tree that kinds form: the parent of an address, and its ancestors."""

from __future__ import annotations

from reconciler.kinds.registry import BY_NAME
from reconciler.model import Address


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
