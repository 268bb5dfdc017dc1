"""Rings of names: resources that pass their names on in a circle, so that every name exists before and after.

Names decide nothing there, so both readings are matched, with everything below, and compared: by present names (the exchange is
done) and by earlier names (it is pending). The reading with fewer creates and removals holds. With as many, the exchange is
pending only if it explains every declared field and the present names do not; so it stays done once it is applied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Kind, Resource
from reconciler.names import join_path
from reconciler.planning.derive import differs, goal_of
from reconciler.state import Desired, Live, Prune


def temporary_name(kind: Kind, resource_id: str, name: str) -> str:
    """The name that a resource has between giving up `name` and taking its new one; an interrupted run leaves it behind."""
    return f"~{resource_id[-8:]} {name}"[: kind.name_limits[1]].rstrip()


@dataclass(frozen=True, slots=True)
class Ring:
    """The two readings of a ring: `now` by present names, `turned` by earlier names; the same live resources in both."""

    now: Mapping[Address, Resource]
    turned: Mapping[Address, Resource]


class Cost(NamedTuple):
    """What a reading needs: creates and removals, and resources with a declared field that differs."""

    missing: int
    differing: int


def is_pending(now: Cost, turned: Cost) -> bool | None:
    """Whether the exchange of a ring is still to be carried out; None where nothing tells."""
    if now.missing != turned.missing:
        return turned.missing < now.missing
    if now.differing and not turned.differing:
        return True
    return False if now.differing < turned.differing else None


def find_rings(held: Mapping[Address, Resource], earlier: Mapping[Address, Sequence[Resource]]) -> Iterator[Ring]:
    """The rings among resources that are `held` by their present name, each with the live resources of its `earlier` names."""
    holders = {current.id: address for address, current in held.items()}
    nexts: dict[Address, list[tuple[Address, Resource]]] = {}
    for address, currents in earlier.items():
        steps = [(holders[c.id], c) for c in currents if holders.get(c.id, address) != address]
        if address in held and steps:
            nexts[address] = steps
    while loose := [address for address, steps in nexts.items() if not any(at in nexts for at, _ in steps)]:
        for address in loose:
            del nexts[address]
    path = {address: next((at, c) for at, c in steps if at in nexts) for address, steps in nexts.items()}
    seen: set[Address] = set()
    for start in sorted(path):
        ring: list[Address] = []
        at = start
        while at not in seen:
            seen.add(at)
            ring.append(at)
            at = path[at][0]
        if at in ring:
            members = ring[ring.index(at) :]
            yield Ring({a: held[a] for a in members}, {a: path[a][1] for a in members})


def undecided_warning(members: Iterable[Resource]) -> str:
    """The warning about a ring of which nothing tells whether its names were exchanged."""
    listed = sorted(members, key=lambda resource: resource.address)
    names = ", ".join(str(resource.address) for resource in listed)
    lines = ", ".join(f"`was: {_paths(resource)}` of {resource.address}{_place(resource)}" for resource in listed)
    return (
        f"{names} exchange their names by `was:`, and nothing shows whether that is still to be done. "
        f"It counts as done: remove {lines}"
    )


def _paths(resource: Resource) -> str:
    paths = [join_path(path) for path in resource.was]
    return paths[0] if len(paths) == 1 else f"[{', '.join(paths)}]"


def _place(resource: Resource) -> str:
    return f" ({resource.source})" if resource.source else ""


@dataclass(frozen=True)
class Subtrees:
    """What stands below the members of a ring, in both states."""

    desired: Desired
    live: Live

    @cached_property
    def _declared(self) -> Mapping[Address, list[Resource]]:
        """Desired resources by their parent."""
        result: dict[Address, list[Resource]] = {}
        for resource in self.desired.resources.values():
            if resource.parent is not None:
                result.setdefault(resource.parent, []).append(resource)
        return result

    @cached_property
    def _leaving(self) -> Mapping[Address, list[Resource]]:
        """Desired resources by the parent that one of their earlier names gives."""
        result: dict[Address, list[Resource]] = {}
        for resource in self.desired.resources.values():
            for path in resource.was:
                if len(path) > 1:
                    result.setdefault(Address(BY_NAME[resource.kind].parent, path[:-1]), []).append(resource)
        return result

    def below(self, ring: Ring) -> tuple[list[Resource], list[Resource]]:
        """Everything below the ring: the desired resources, and the live ones that they may be.

        A resource that moves into a subtree or out of it belongs to it, with what is inside.
        """
        wanted: dict[Address, Resource] = {}
        live: dict[str, Resource] = {}
        for address, current in ring.now.items():
            self._add_declared(self._declared.get(address, ()), wanted)
            self._add_live(self.live.children_of(current.id), live)
            self._add_declared(self._leaving.get(current.address, ()), wanted)
        for resource in list(wanted.values()):
            for path in resource.was:
                source = self.live.resources.get(Address(resource.kind, path if path[0] else path[1:]))
                if len(path) > 1 and source is not None and source.id not in live:
                    self._add_live((source,), live)
                    holder = self.desired.resources.get(source.address)
                    self._add_declared((holder,) if holder else (), wanted)
        return list(wanted.values()), list(live.values())

    def _add_declared(self, resources: Iterable[Resource], result: dict[Address, Resource]) -> None:
        for resource in resources:
            if resource.address not in result:
                result[resource.address] = resource
                self._add_declared(self._declared.get(resource.address, ()), result)

    def _add_live(self, resources: Iterable[Resource], result: dict[str, Resource]) -> None:
        for resource in resources:
            if resource.id not in result and self.live.resources.get(resource.address) is resource:  # no duplicate
                result[resource.id] = resource
                self._add_live(self.live.children_of(resource.id), result)

    def cost(self, wanted: Collection[Address], live: Iterable[Resource], pairs: Mapping[Address, Resource]) -> Cost:
        """What a matching of the desired resources `wanted` with the `live` ones needs; `pairs` has their parents too.

        An archived resource counts as removed: it may stay as it is for ever.
        """
        resources = self.desired.resources
        creates = sum(address not in pairs for address in wanted)
        differing = sum(_differ(resources[a], pairs[a]) for a in wanted if a in pairs)
        declared = {current.id: address for address, current in pairs.items()}
        removed: set[str] = set()
        for current in live:
            if current.id not in declared and self._is_removed(current, declared, removed):
                removed.add(current.id)
        return Cost(creates + len(removed), differing)

    def _is_removed(self, current: Resource, declared: Mapping[str, Address], removed: Collection[str]) -> bool:
        kind = BY_NAME[current.kind]
        if kind.is_archived(current.values):
            return False
        if kind.is_embedded and current.parent_id in removed:
            return True
        is_kept = goal_of(self.desired.policy, kind) is Prune.KEEP
        return not is_kept and self.desired.is_authoritative(kind.name, declared.get(current.parent_id))


def _differ(desired: Resource, live: Resource) -> bool:
    """Whether any declared value is not the live one."""
    return any(differs(live.values, name, value) for name, value in desired.values.items())
