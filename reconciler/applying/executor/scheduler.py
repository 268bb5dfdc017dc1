"""When each step may start: the plan's order, as counts of the steps that each one still waits for."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.model import Address
from reconciler.planning.order import Node, dependencies, schedule
from reconciler.planning.plan import Change

READ_BACK: Node = (-1, 0)
"""The one step that belongs to no single change: reading back the children that were created along with their parents."""


class Scheduler:
    """Hands out the steps of a plan in schedule order, each as soon as the steps it waits for have ended."""

    def __init__(self, changes: Sequence[Change], inline_children: InlineChildren) -> None:
        waits = dict(dependencies(changes))
        shared: dict[frozenset[int], frozenset[int]] = {}  # the children of one parent wait for the same changes
        self.needs: dict[Node, frozenset[int]] = {}
        """By step, the positions of other changes that must be done first."""
        for node, earlier in waits.items():
            needed = frozenset(before[0] for before in earlier if before[0] != node[0])
            self.needs[node] = shared.setdefault(needed, needed)
        self._rank = {node: at for at, node in enumerate(schedule(changes))}
        self._changes = changes
        self._position = {change.address: at for at, change in enumerate(changes) if not change.removal}
        self._wait_for_children(inline_children, waits)
        self._missing = {node: len(earlier) for node, earlier in waits.items()}
        self._after: dict[Node, list[Node]] = {}
        for node, earlier in waits.items():
            for before in earlier:
                self._after.setdefault(before, []).append(node)
        self._ready = [(self._rank[node], node) for node, count in self._missing.items() if not count]
        heapq.heapify(self._ready)
        self._ended: set[Node] = set()

    def next(self) -> Node | None:
        """A step that may start now; None if there is none."""
        while self._ready:
            node = heapq.heappop(self._ready)[1]
            if node not in self._ended:
                return node
        return None

    def put_back(self, node: Node) -> None:
        """Return a step that was not started."""
        heapq.heappush(self._ready, (self._rank[node], node))

    def steps_of(self, address: Address) -> list[Node]:
        """The steps of a change."""
        position = self._position[address]
        return [(position, step) for step in range(len(self._changes[position].steps))]

    def wait_for(self, node: Node, nodes: Sequence[Node]) -> bool:
        """Let a step that may start now wait for others until they have ended; False if they have, or if they may need it first."""
        open_nodes = [earlier for earlier in nodes if earlier not in self._ended]
        positions = {position for position, _ in nodes}
        needed = {position for earlier in open_nodes for position in self.needs.get(earlier, ())} - positions
        if not open_nodes or not all(self._has_ended(position) for position in needed):
            return False
        self._missing[node] = len(open_nodes)
        for earlier in open_nodes:
            self._after.setdefault(earlier, []).append(node)
        return True

    def _has_ended(self, position: int) -> bool:
        return all((position, step) in self._ended for step in range(len(self._changes[position].steps)))

    def end(self, node: Node) -> None:
        """Mark a step as ended, whatever its result: the steps that waited for it may start."""
        if node in self._ended:
            return
        self._ended.add(node)
        for later in self._after.get(node, ()):
            self._missing[later] -= 1
            if not self._missing[later]:
                heapq.heappush(self._ready, (self._rank[later], later))

    def _wait_for_children(self, inline_children: InlineChildren, waits: dict[Node, frozenset[Node]]) -> None:
        """Parents wait for the probe, and all that was created along with them is read back together."""
        if not inline_children.parents:
            return
        probe, *others = ((self._position[parent], 0) for parent in inline_children.parents)
        if not others:
            return
        waits[READ_BACK] = frozenset(others)
        self._rank[READ_BACK] = len(self._rank)
        for node in others:
            waits[node] |= {probe}
