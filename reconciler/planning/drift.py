"""Whose change a difference is: a three-way comparison of the manifests as last applied (base), as they are (git), and live.

A plan holds every difference between git and live; the base says which side moved. Pure: no reading, no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.model import UNSET, Address, Resource
from reconciler.planning.derive import differs
from reconciler.planning.plan import Action, Change, FieldChange, Target
from reconciler.planning.spelling import folded_address
from reconciler.state import Desired


class Origin(StrEnum):
    """Which side a difference comes from."""

    GIT = "changed in git"
    LIVE = "changed live"
    BOTH = "changed in both"
    """A conflict: neither side is as it was, and they differ."""
    APPEARED = "appeared live"
    VANISHED = "vanished live"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between the manifests and the workspace.

    `field`: its name; empty where the whole resource is there on one side only. `base`, `git`, `live`: the three values; UNSET
    where there is none. `source`: the place in the manifests; empty for what they do not declare.
    """

    address: Address
    origin: Origin
    field: str = ""
    base: Any = UNSET
    git: Any = UNSET
    live: Any = UNSET
    source: str = ""


@dataclass(frozen=True)
class Drift:
    """All differences between manifests and workspace, in the order of the plan. `base`: what they are compared with, in words."""

    target: Target
    base: str
    differences: tuple[Difference, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the workspace matches the manifests."""
        return not self.differences

    @cached_property
    def summary(self) -> Mapping[str, int]:
        """Number of differences by origin."""
        counts = Counter(difference.origin for difference in self.differences)
        return {str(origin): counts[origin] for origin in Origin}


def find_drift(
    changes: Sequence[Change], git: Desired, base: Desired, live: Mapping[str, Resource]
) -> Iterator[Difference]:
    """A difference for each field and each resource that the changes of a plan for `git` are about. `live`: by id."""
    known = _Base(base)
    for change in changes:
        if change.is_removal:
            yield _removed(change, git, known, live[change.id].values)
        elif change.action is Action.CREATE:
            yield _created(change, git.resources[change.address], known)
        else:
            declared = git.resources[change.address]
            before = known.of(declared, change)
            for field in change.fields:
                yield _field(change, field, declared, before)


class _Base:
    """The base, looked up by address in any spelling, and by earlier names."""

    def __init__(self, base: Desired) -> None:
        self.removed = {folded_address(entry.address) for entry in base.removed}
        self._resources = {folded_address(address): resource for address, resource in base.resources.items()}

    def at(self, address: Address) -> Resource | None:
        """The resource that the base declares at an address."""
        return self._resources.get(folded_address(address))

    def of(self, declared: Resource, change: Change) -> Resource | None:
        """What the base declares of a resource: under its present address, an earlier one, or that which the workspace has."""
        earlier = [_earlier(declared, path) for path in declared.was]
        renamed = change.field_named("name")
        if renamed is not None:
            earlier.append(Address(declared.kind, (*declared.address.path[:-1], str(renamed.before))))
        found = (self.at(address) for address in (declared.address, *earlier))
        return next((resource for resource in found if resource is not None), None)


def _earlier(declared: Resource, path: tuple[str, ...]) -> Address:
    """The address of an earlier name: one part is a name within the same parent."""
    return Address(declared.kind, (*declared.address.path[:-1], *path) if len(path) == 1 else path)


def _field(change: Change, field: FieldChange, declared: Resource, before: Resource | None) -> Difference:
    base = _base_value(field.name, declared, before)
    if base is UNSET or base == field.before:
        origin = Origin.GIT
    elif base == field.after:
        origin = Origin.LIVE
    else:
        origin = Origin.BOTH
    return Difference(change.address, origin, field.name, base, field.after, field.before, change.source)


def _base_value(name: str, declared: Resource, before: Resource | None) -> Any:
    """What the base declares of a field, the name and the parent included; UNSET where it does not declare it."""
    if before is None:
        return UNSET
    if name == "name":
        return before.name
    if name == BY_NAME[declared.kind].parent:
        return before.parent.name if before.parent else None
    if name in before.values:
        return before.values[name]
    return UNSET


def _created(change: Change, declared: Resource, known: _Base) -> Difference:
    before = known.of(declared, change)
    if before is None:
        origin = Origin.GIT
    else:
        is_same = before.name == declared.name and before.values == declared.values
        origin = Origin.VANISHED if is_same else Origin.BOTH
    return Difference(change.address, origin, source=change.source)


def _removed(change: Change, git: Desired, known: _Base, live: Mapping[str, Any]) -> Difference:
    """A live resource that the manifests do not declare: git took it out, or it appeared."""
    before = known.at(change.address)
    if before is not None:
        moved = any(name in live and differs(live, name, value) for name, value in before.values.items())
        return Difference(change.address, Origin.BOTH if moved else Origin.GIT, source=change.source)
    folded = folded_address(change.address)
    is_listed = any(folded_address(entry.address) == folded for entry in git.removed)
    origin = Origin.GIT if is_listed and folded not in known.removed else Origin.APPEARED
    return Difference(change.address, origin, source=change.source)
