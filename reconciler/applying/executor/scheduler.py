"""When each step may start: the plan's order, as counts of the steps that each one still waits for."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.planning.order import Node, dependencies, schedule
from reconciler.planning.plan import Change

READ_BACK: Node = (-1, 0)
"""The one step that belongs to no single change: reading back the children that were sent with their parents."""


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
        self._wait_for_children(changes, inline_children, waits)
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

    def end(self, node: Node) -> None:
        """Mark a step as ended, whatever its result: the steps that waited for it may start."""
        if node in self._ended:
            return
        self._ended.add(node)
        for later in self._after.get(node, ()):
            self._missing[later] -= 1
            if not self._missing[later]:
                heapq.heappush(self._ready, (self._rank[later], later))

    def _wait_for_children(
        self, changes: Sequence[Change], inline_children: InlineChildren, waits: dict[Node, frozenset[Node]]
    ) -> None:
        """Parents wait for the probe; children sent with the other parents wait until all are read back."""
        position = {change.address: at for at, change in enumerate(changes) if not change.removal}
        if not inline_children.parents:
            return
        probe, *others = ((position[parent], 0) for parent in inline_children.parents)
        if not others:
            return
        waits[READ_BACK] = frozenset(others)
        self._rank[READ_BACK] = len(self._rank)
        for parent, node in zip(inline_children.parents[1:], others, strict=True):
            waits[node] |= {probe}
            for child in inline_children.children_of(parent):
                waits[(position[child], 0)] |= {READ_BACK}
