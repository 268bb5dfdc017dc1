"""A plan's changes grouped for reading: by client, then project, then task; kinds without parent in groups of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.kinds import KINDS, parent_of
from reconciler.model import Address
from reconciler.names import fold
from reconciler.planning.plan import Change, Plan


@dataclass(frozen=True, slots=True)
class Node:
    """A resource in the tree: its own changes (none if only its children change), and the nodes below it."""

    address: Address
    changes: tuple[Change, ...]
    children: tuple[Node, ...]

    def all_changes(self) -> tuple[Change, ...]:
        """The changes of this node and of all below it."""
        return self.changes + tuple(change for child in self.children for change in child.all_changes())


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes under one heading: `title` is a client's name, or a label if `is_name` is false."""

    title: str
    is_name: bool
    nodes: tuple[Node, ...]

    def all_changes(self) -> tuple[Change, ...]:
        """All changes of the group, in order."""
        return tuple(change for node in self.nodes for change in node.all_changes())


def groups(plan: Plan, shown: Sequence[Change] | None = None) -> tuple[Group, ...]:
    """The plan's changes grouped: parents by name, then projects without client, then kinds without parent.

    `shown`: the changes to group, by default all of the plan.
    """
    nodes = _tree(plan, plan.changes if shown is None else shown)
    named: list[Group] = []
    others: list[Group] = []
    for kind in KINDS:
        roots = tuple(node for node in nodes if node.address.kind == kind.name)
        if any(other.parent == kind.name for other in KINDS) and not kind.parent:
            named += [Group(node.address.name, True, (node,)) for node in roots]  # noqa: FBT003 - a field, not a switch
        elif roots:
            title = f"{kind.plural.capitalize()} without {kind.parent}" if kind.parent else kind.plural.capitalize()
            others.append(Group(title, False, roots))  # noqa: FBT003 - a field, not a switch
    return (*named, *others)


def _tree(plan: Plan, shown: Sequence[Change]) -> list[Node]:
    new_addresses = _new_addresses(plan.changes)
    changes: dict[Address, list[Change]] = {}
    children: dict[Address | None, dict[Address, None]] = {}
    for change in shown:
        address = _shown_address(change.address, new_addresses) if change.removal else change.address
        changes.setdefault(address, []).append(change)
        while True:
            parent = parent_of(address)
            known = address in children.setdefault(parent, {})
            children[parent][address] = None
            if parent is None or known:
                break
            address = parent
    return [_node(address, changes, children) for address in _sorted(children.get(None, ()))]


def _node(
    address: Address,
    changes: Mapping[Address, list[Change]],
    children: Mapping[Address | None, Mapping[Address, None]],
) -> Node:
    below = tuple(_node(child, changes, children) for child in _sorted(children.get(address, ())))
    return Node(address, tuple(changes.get(address, ())), below)


def _sorted(addresses: Iterable[Address]) -> list[Address]:
    """Sorted by name; leaf kinds (tasks) keep the order of the plan."""
    parents = {kind.parent for kind in KINDS}
    ordered, named = list[Address](), list[Address]()
    for address in addresses:
        (named if address.kind in parents or parent_of(address) is None else ordered).append(address)
    return sorted(named, key=lambda address: (fold(address.name), address)) + ordered


def _new_addresses(changes: Iterable[Change]) -> dict[Address, Address]:
    """Live addresses of renamed or moved resources → their new addresses. The precondition holds the live one."""
    new_addresses = {}
    for change in changes:
        live = change.precondition.address
        if live and not change.removal and live != change.address:
            new_addresses[live] = change.address
    return new_addresses


def _shown_address(address: Address, new_addresses: Mapping[Address, Address]) -> Address:
    """Where a removal is shown: it has its live address, and is shown under the parent's new name."""
    parent = parent_of(address)
    if parent is None:
        return address
    parent = new_addresses.get(parent) or _shown_address(parent, new_addresses)
    return Address(address.kind, (*parent.path, address.name))
