"""Differences between manifests and a workspace, as values: planning finds them, and manifests take them over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reconciler.model import Address, Resource


class Where(StrEnum):
    """Where a resource is."""

    BOTH = "both"
    MANIFESTS = "manifests"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One difference: a resource that is on one side only, or one field of a resource that is on both.

    `address`: the declared address; that of the live resource where it is only in the workspace. `field`: the name of the field,
    `name`, or the kind of its parent for a move; empty for a whole resource. `declared` and `live` are canonical values.
    `current`: the live resource, None if there is none. `parent`: the declared address of its live parent, or the live one.
    `entry`: the source of its entry under `removed:`, if that is why it would be removed. `is_added`: whether manifests without
    that entry would remove it as well, so that it has to be declared.
    """

    address: Address
    where: Where
    field: str = ""
    declared: Any = None
    live: Any = None
    current: Resource | None = None
    parent: Address | None = None
    entry: str = ""
    is_added: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What it is about, whatever its address is: the live id, else the address; and the field."""
        return (self.current.id if self.current else str(self.address), self.field)
