"""Anchors: what stands for several places, of which some are changed and others are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.manifest.edit.tree import ALIAS, Node
from reconciler.manifest.edit.values import Value, is_same, value_of, walk


class Anchors:
    """How each alias and each anchored node of a text is written, given the values that its places are to have.

    `promoted`: an alias that becomes the anchored node, with the value that the node had, since the node itself changes or goes.
    `dropped`: anchored nodes that lose their anchor to such an alias. `literal`: aliases that are replaced by a value.
    """

    def __init__(self, roots: Iterable[Node], values: Iterable[Value]) -> None:
        self.promoted: dict[int, Value] = {}
        self.dropped: set[int] = set()
        self.literal: set[int] = set()
        placed = {id(v.node): v for value in values for v in walk(value) if v.node and (v.node.anchor or v.node.target)}
        for node in _anchored(roots):
            self._decide(node, placed)

    def _decide(self, node: Node, placed: dict[int, Value]) -> None:
        before, now = value_of(node), placed.get(id(node))
        uses = [(alias, placed[id(alias)]) for alias in node.uses if id(alias) in placed]
        if now is not None and all(is_same(value, now) for _, value in uses):
            return
        staying = [alias for alias, value in uses if is_same(value, before)]
        self.literal.update(id(alias) for alias, value in uses if not is_same(value, before))
        if staying and (now is None or not is_same(now, before)):
            self.promoted[id(staying[0])] = before
            self.dropped.add(id(node))
        elif now is None and not staying:
            self.dropped.add(id(node))


def _anchored(roots: Iterable[Node]) -> Iterator[Node]:
    """The anchored nodes that have aliases."""
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node.form != ALIAS:
            pending += node.parts
        if node.uses:
            yield node
