"""Finds the handler of a path: 404 for an unknown path, 405 with Allow for another method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.sandbox.call import Handler, Routes
from reconciler.sandbox.errors import no_route, wrong_method


@dataclass(slots=True)
class _Node:
    """A path segment in the tree."""

    words: dict[str, _Node] = field(default_factory=dict)
    name: str = ""
    any: _Node | None = None
    handlers: dict[str, Handler] = field(default_factory=dict)


class Router:
    """A tree of path segments; a fixed segment wins over a parameter."""

    def __init__(self, tables: Iterable[Routes], prefix: str = "") -> None:
        self._root = _Node()
        for table in tables:
            for (method, path), handler in table.items():
                self._add(method, prefix + path, handler)

    def _add(self, method: str, path: str, handler: Handler) -> None:
        node = self._root
        for segment in path.split("/"):
            if segment.startswith("{"):
                node.any = node.any or _Node()
                node.name, node = segment[1:-1], node.any
            else:
                node = node.words.setdefault(segment, _Node())
        node.handlers[method] = handler

    def find(self, method: str, path: str) -> tuple[Handler, Mapping[str, str]]:
        """The handler and the values of the path's parameters. A trailing slash (an empty id) is ignored."""
        node, params = self._root, dict[str, str]()
        for segment in path.rstrip("/").split("/"):
            following = node.words.get(segment)
            if following is None and segment:
                following = node.any
                params[node.name] = segment
            if following is None:
                raise no_route(path)
            node = following
        if not node.handlers:
            raise no_route(path)
        if method not in node.handlers:
            raise wrong_method(method, ",".join(sorted(node.handlers)))
        return node.handlers[method], params
