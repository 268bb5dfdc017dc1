"""What the nodes of a whole document hold, whatever of it is valid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.manifest.yaml.marks import Place


def strings_listed_under(root: Any, key: str) -> Iterator[str]:
    """The scalars of every list with this key, anywhere below a node."""
    for node in _nodes(root):
        if node.id == "mapping":
            for name, value in node.value:
                if name.value == key and value.id == "sequence":
                    yield from (item.value for item in value.value if item.id == "scalar")


def ends_of_plain_text(root: Any) -> set[Place]:
    """Line and column (from 1) behind each scalar without quotes."""
    return {
        (node.end_mark.line + 1, node.end_mark.column + 1)
        for node in _nodes(root)
        if node.id == "scalar" and not node.style and node.value
    }


def _nodes(root: Any) -> Iterator[Any]:
    """A node and every node below it, each once, keys included."""
    pending, seen = [root], {id(root)}
    while pending:
        node = pending.pop()
        yield node
        if node.id != "scalar":
            parts = node.value if node.id == "sequence" else [part for pair in node.value for part in pair]
            new = [part for part in parts if id(part) not in seen]
            seen.update(map(id, new))
            pending += new
