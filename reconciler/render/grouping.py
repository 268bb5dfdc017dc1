"""A plan's changes as a reader looks for them: by client, then project, then task; tags and the like in groups of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.kinds import KINDS, parent_of
from reconciler.model import Address, fold
from reconciler.planning.plan import Change, Plan


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree: the changes of the resource itself (none where it only holds others that change), and what is below it."""

    address: Address
    changes: tuple[Change, ...]
    children: tuple[Node, ...]

    def all_changes(self) -> tuple[Change, ...]:
        """The changes here and below."""
        return self.changes + tuple(change for child in self.children for change in child.all_changes())


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes under one heading: `title` is a client's name, or words of ours where `is_name` is false."""

    title: str
    is_name: bool
    nodes: tuple[Node, ...]

    def all_changes(self) -> tuple[Change, ...]:
        """All changes of the group."""
        return tuple(change for node in self.nodes for change in node.all_changes())


def groups(plan: Plan) -> tuple[Group, ...]:
    """The plan's changes grouped: parents by name, then their orphans (projects without client), then what has no parent kind."""
    nodes = _tree(plan)
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


def _tree(plan: Plan) -> list[Node]:
    homes = _homes(plan.changes)
    changes: dict[Address, list[Change]] = {}
    children: dict[Address | None, dict[Address, None]] = {}
    for change in plan.changes:
        address = _home(change.address, homes) if change.removal else change.address
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
    """By name, as a person would look it up; what nothing nests under (tasks) stays in the order of the plan."""
    parents = {kind.parent for kind in KINDS}
    ordered, named = list[Address](), list[Address]()
    for address in addresses:
        (named if address.kind in parents or parent_of(address) is None else ordered).append(address)
    return sorted(named, key=lambda address: (fold(address.name), address)) + ordered


def _homes(changes: Iterable[Change]) -> dict[Address, Address]:
    """Live addresses of what is renamed or moved → the address it will have. A precondition says what was live."""
    homes = {}
    for change in changes:
        live = change.precondition.address
        if live and not change.removal and live != change.address:
            homes[live] = change.address
    return homes


def _home(address: Address, homes: Mapping[Address, Address]) -> Address:
    """Where a removal, which bears its live address, is looked for: under the parent's new name."""
    parent = parent_of(address)
    if parent is None:
        return address
    parent = homes.get(parent) or _home(parent, homes)
    return Address(address.kind, (*parent.path, address.name))
