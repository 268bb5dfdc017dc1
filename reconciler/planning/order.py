"""The order of steps, derived from the changes alone: dependencies, names released before they are taken, rings of names.

A node is (position of the change, position of its step). The rules:
- a resource is created or restored before its children change;
- it is archived or deleted after every change to its children, including those that leave it;
- a name is taken after its holder releases it. A removal releases it by a temporary name before it is archived, since the
  names of deleted resources may stay reserved; in a ring of names, one resource takes a temporary name first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.kinds import BY_NAME, ancestors, parent_of
from reconciler.model import Address
from reconciler.names import fold
from reconciler.planning.plan import Action, Change, Step

Node = tuple[int, int]
Holding = tuple[str, Address | None, str]
"""Kind, live parent and folded name, which only one resource can have at a time."""

_ENDING = (Step.ARCHIVE, Step.DONE, Step.DELETE)
_MAIN = (Step.CREATE, Step.UPDATE, Step.RESTORE, Step.ARCHIVE, Step.DONE)
_POSITION = {name: position for position, name in enumerate(BY_NAME)}


def live_address(change: Change) -> Address | None:
    """The address of the resource when the plan was made; None for a create."""
    return change.precondition.address


def gives_place(change: Change) -> bool:
    """Whether a change gives its resource another name or another parent."""
    kind = BY_NAME[change.kind]
    return bool(change.field_named("name") or (kind.parent_wire and change.field_named(kind.parent)))


class LiveAddresses:
    """Live addresses of the resources of a plan, derived from the changes alone, renamed parents included."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = {change.address: change for change in changes if not change.removal}

    def live(self, address: Address) -> Address | None:
        """The live address of a desired one; None for a resource that is created by the plan, and for its children."""
        change = self.changes.get(address)
        if change is not None:
            return live_address(change)
        parent = parent_of(address)
        above = self.live(parent) if parent else None
        if parent is None:
            return address
        return above.child(address.kind, address.name) if above else None


def in_order(changes: Sequence[Change]) -> list[Change]:
    """The changes in the order in which they start, each with the addresses that it depends on."""
    edges = StepGraph(changes).edges()
    needs: dict[int, set[Address]] = {}
    for (position, _), before in edges.items():
        needs.setdefault(position, set()).update(changes[b].address for b, _ in before if b != position)
    started = dict.fromkeys(position for position, _ in schedule(changes))
    return [replace(changes[p], needs=tuple(sorted(needs.get(p, set()) - {changes[p].address}))) for p in started]


def schedule(changes: Sequence[Change]) -> list[Node]:
    """Every step of every change in one order that keeps all rules; deterministic."""
    return _sorted(changes, StepGraph(changes).edges())


def dependencies(changes: Sequence[Change]) -> Mapping[Node, frozenset[Node]]:
    """For every step the steps that come before it."""
    return {node: frozenset(before) for node, before in StepGraph(changes).edges().items()}


def replaced_by(changes: Sequence[Change]) -> dict[int, list[int]]:
    """For each archive of an unlisted resource the changes that take its name: without them, the name means this resource."""
    graph = StepGraph(changes)
    result = {}
    for position, change in enumerate(changes):
        live = graph.live[position]
        if live is not None and change.removal and change.action is Action.ARCHIVE:
            takers = graph.taken.get((change.kind, parent_of(live), fold(live.name)))
            if takers:
                result[position] = takers
    return result


def _sorted(changes: Sequence[Change], edges: Mapping[Node, set[Node]]) -> list[Node]:
    after: dict[Node, list[Node]] = {}
    missing = {node: len(before) for node, before in edges.items()}
    for node, before in edges.items():
        for earlier in before:
            after.setdefault(earlier, []).append(node)
    ranks = [rank_of(change) for change in changes]
    ready = [(ranks[node[0]], node) for node, count in missing.items() if not count]
    heapq.heapify(ready)
    result = []
    while ready:
        node = heapq.heappop(ready)[1]
        result.append(node)
        for later in after.get(node, ()):
            missing[later] -= 1
            if not missing[later]:
                heapq.heappush(ready, (ranks[later[0]], later))
    if len(result) < len(edges):
        raise CycleError
    return result


def rank_of(change: Change) -> tuple[object, ...]:
    """Parents first, removals last and children first among them; by address within a kind."""
    position = _POSITION[change.kind]
    down = change.removal
    return (down, -position if down else position, change.address.path, change.id)


class CycleError(Exception):
    """Changes depend on each other through names: there is no order."""


class StepGraph:
    """The names that each change releases and takes, and the tree around it; `changes` are the given ones."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = changes
        self.live = [live_address(change) for change in changes]
        self.live_addresses = LiveAddresses(changes)
        self.by_address = {change.address: p for p, change in enumerate(changes) if not change.removal}
        self.freed: dict[Holding, list[int]] = {}
        self.taken: dict[Holding, list[int]] = {}
        """Several take one name where they spell it differently."""
        for position, change in enumerate(changes):
            self._note_names(position, change)

    def _note_names(self, position: int, change: Change) -> None:
        live = self.live[position]
        moves = gives_place(change)
        if live is not None and (moves or change.action is Action.DELETE):
            self.freed.setdefault((change.kind, parent_of(live), fold(live.name)), []).append(position)
        if change.action is Action.CREATE or moves:
            above = parent_of(change.address)
            parent = self.live_addresses.live(above) if above else None
            if above is None or parent is not None:
                self.taken.setdefault((change.kind, parent, fold(change.address.name)), []).append(position)

    def handovers(self) -> Iterator[tuple[int, int]]:
        """Each change that releases a name, with each other one that takes it."""
        for holding, takers in self.taken.items():
            yield from ((h, t) for h in self.freed.get(holding, ()) for t in takers if h != t)

    def edges(self) -> dict[Node, set[Node]]:
        """For every step the steps that come before it."""
        edges = self.tree_edges()
        for holder, taker in self.handovers():
            edges[(taker, self.main_step(taker))].add((holder, self._release_step(holder)))
        return edges

    def tree_edges(self) -> dict[Node, set[Node]]:
        """The same without those that names make."""
        edges: dict[Node, set[Node]] = {}
        for position, change in enumerate(self.changes):
            for step in range(len(change.steps)):
                edges[(position, step)] = {(position, step - 1)} if step else set()
        self._add_tree(edges)
        return edges

    def needs_of_rename(self, position: int) -> set[Node]:
        """What a rename before all other steps needs in the tree: the parents that are created or restored, unlike an end."""
        change = self.changes[position]
        over = [] if change.removal else [self.by_address.get(a) for a in ancestors(change.address)]
        parents = (parent for parent in over if parent is not None)
        return {(p, self.main_step(p)) for p in parents if self.changes[p].action in (Action.CREATE, Action.RESTORE)}

    def _add_tree(self, edges: dict[Node, set[Node]]) -> None:
        by_live = {live: p for p, live in enumerate(self.live) if live is not None}
        for position, change in enumerate(self.changes):
            over = [] if change.removal else [self.by_address.get(a) for a in ancestors(change.address)]
            live = self.live[position]
            under = [by_live.get(a) for a in ancestors(live)] if live else []
            for parent in {*over, *under}:
                if parent is not None:
                    self._below(edges, position, parent, is_up=parent in over)

    def _below(self, edges: dict[Node, set[Node]], child: int, parent: int, *, is_up: bool) -> None:
        above = self.changes[parent]
        last = (child, len(self.changes[child].steps) - 1)
        if is_up and above.action in (Action.CREATE, Action.RESTORE):
            edges[(child, 0)].add((parent, self.main_step(parent)))
        ending = self._ending_step(parent)
        if ending is not None:
            edges[(parent, ending)].add(last)

    def _ending_step(self, position: int) -> int | None:
        """The first step that archives or deletes the resource, if there is one."""
        change = self.changes[position]
        for step, word in enumerate(change.steps):
            if word in _ENDING:
                return step
        is_archived = BY_NAME[change.kind].is_archived({f.name: f.after for f in change.fields})
        return len(change.steps) - 1 if change.action is Action.CREATE and is_archived else None

    def main_step(self, position: int) -> int:
        """The step that takes a new name, and that releases the old one where no step before it does."""
        steps = self.changes[position].steps
        return next((step for step, word in enumerate(steps) if word in _MAIN), 0)

    def _release_step(self, position: int) -> int:
        return 0 if self.changes[position].steps[0] is Step.RENAME else self.main_step(position)
