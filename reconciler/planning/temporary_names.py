"""Temporary names: what must release its name early takes one first, in a time that does not grow faster than the changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.kinds import BY_NAME
from reconciler.planning.order import CycleError, Node, StepGraph, live_address, rank_of, schedule
from reconciler.planning.plan import Action, Change, Step
from reconciler.planning.rings import temporary_name

_RENAME = -1
"""The number of a first step that is not there yet."""


def with_temporary_names(changes: Sequence[Change]) -> list[Change]:
    """The same changes, with a temporary name for each one that must release its name early."""
    result = list(changes)
    for holder, _ in sorted(StepGraph(result).handovers()):
        if result[holder].action is Action.DELETE and not result[holder].temporary_name:
            result[holder] = _renamed(result[holder])
    try:
        schedule(result)
    except CycleError:
        for position in _RingBreaker(tuple(result)).break_all():
            result[position] = _renamed(result[position])
    return result


def _renamed(change: Change) -> Change:
    """The change with a first step that gives its resource a temporary name."""
    name = temporary_name(BY_NAME[change.kind], change.id, (live_address(change) or change.address).name)
    return replace(change, steps=(Step.RENAME, *change.steps), temporary_name=name)


class _RingBreaker:
    """Carries the steps of a plan out, in any order, and chooses who takes a temporary name whenever none can start.

    It goes on from where it stopped: an order from the start for each of 10,000 rings would take quadratic time.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes, self._graph = changes, StepGraph(changes)
        self._tree = self._graph.tree_edges()
        self._takers: dict[int, list[int]] = {}
        for holder, taker in self._graph.handovers():
            self._takers.setdefault(holder, []).append(taker)
        self._waiting = {node: set(before) for node, before in self._graph.edges().items()}
        self._after: dict[Node, list[Node]] = {}
        for node, before in self._waiting.items():
            for earlier in before:
                self._after.setdefault(earlier, []).append(node)
        self._left = [len(change.steps) for change in changes]
        self._done: set[Node] = set()

    def break_all(self) -> Iterator[int]:
        """The changes that take a temporary name so that all can start: the first by rank, whenever none can start.

        Raises RuntimeError where no such change helps, which is a defect.
        """
        self._carry_out(node for node, before in self._waiting.items() if not before)
        choices = [(rank_of(self._changes[p]), p) for p in self._takers if Step.RENAME not in self._changes[p].steps]
        for _, position in sorted(choices):
            if self._left[position] and any(self._left[taker] for taker in self._takers[position]):
                yield position
                self._release(position)
        if any(self._left):
            blocked = sorted(str(self._changes[p].address) for p, left in enumerate(self._left) if left)
            raise RuntimeError(f"no order for {blocked[:5]}")

    def _carry_out(self, nodes: Iterable[Node]) -> None:
        """Carry out these steps, and all that can start then."""
        ready = list(nodes)
        while ready:
            node = ready.pop()
            self._left[node[0]] -= node[1] != _RENAME
            for later in self._after.get(node, ()):
                before = self._waiting[later]
                if node in before:
                    before.remove(node)
                    if not before:
                        ready.append(later)
            self._done.add(node)

    def _release(self, holder: int) -> None:
        """Let a change release its name by a first step."""
        rename, release = (holder, _RENAME), (holder, self._graph.main_step(holder))
        self._waiting[rename] = before = self._graph.needs_of_rename(holder) - self._done
        for earlier in before:
            self._after.setdefault(earlier, []).append(rename)
        for taker in self._takers[holder]:
            node = (taker, self._graph.main_step(taker))
            if node not in self._done:
                self._waiting[node].add(rename)
                self._after.setdefault(rename, []).append(node)
                if release not in self._tree[node]:
                    self._waiting[node].discard(release)
        if (holder, 0) not in self._done:
            self._waiting[(holder, 0)].add(rename)
            self._after.setdefault(rename, []).append((holder, 0))
        if not before:
            self._carry_out((rename,))
