"""Documents: plain values, each of which can say where in the text it stands, built from the nodes of a YAML parser.

Nodes are what the parser makes of them (`id`, `tag`, `value`, `start_mark`); this module knows no parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import BY_PLURAL
from reconciler.manifest.yaml.scalars import MAP, SEQ, STR, convert
from reconciler.manifest.yaml.text import SourceText, shown

DEEPEST = 50
"""Levels of nesting. A manifest has some ten; a parser that recurses in C would overflow its stack on a bomb."""
MOST_COPIES = 200_000
"""Nodes that aliases may add to those that are written out."""
_YAML_TAGS = "tag:yaml.org,2002:"
_NO_SUCH_TAG = "the tag {} means nothing here"
_SCALAR_TAGS = frozenset(f"{_YAML_TAGS}{name}" for name in ("null", "bool", "int", "float"))

INVALID: Any = object()
"""Stands in lists for an entry that the schema refused, so that the others keep their places."""

_ENTRY_LISTS = frozenset((*BY_PLURAL, "removed", "checks"))

Place = tuple[int, int]
"""Line and column, from 1."""


class BombError(Exception):
    """A document that grows out of all proportion; `node` is where."""

    def __init__(self, message: str, node: Any) -> None:
        super().__init__(message)
        self.node = node


@dataclass(eq=False)
class Document:
    """One YAML document: `value` in plain dicts, lists and scalars, and the way back from them to places in the text.

    `unclear` are the places of values that already are a problem of their own: what follows from them needs no further word.
    `lost` are the sections that were cut out, in whole or but for an entry.
    """

    source: SourceText
    value: Any
    root: Any
    nodes: dict[int, Any]
    unclear: set[Place] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def cut(self, path: Sequence[str | int]) -> None:
        """Take out the smallest part around a refused value that can be missing: a key, or an entry of a list of resources."""
        steps = list(path)
        if steps and steps[-1] == "name":
            steps.pop()
        if steps[:1] == ["removed"]:
            del steps[2:]  # an entry without its one key is nothing
        if steps[:2] == ["policy", "checks"]:
            del steps[3:]  # half a check would be another check
        while steps and isinstance(steps[-1], int) and not self._is_entry(steps):
            steps.pop()
        if steps and len(steps) <= 2:
            self.lost.add(str(steps[0]))
        container = self.value
        for step in steps[:-1]:
            try:
                container = container[step]
            except (KeyError, IndexError, TypeError):
                return  # taken out with something larger already
        if steps and isinstance(steps[-1], int) and isinstance(container, list):
            container[steps[-1]] = INVALID
        elif steps and isinstance(container, dict):
            container.pop(steps[-1], None)

    @staticmethod
    def _is_entry(steps: list[str | int]) -> bool:
        return steps[-2] in _ENTRY_LISTS or (len(steps) == 3 and steps[0] == "task_sets")

    def places(self, items: list[Any]) -> list[Place]:
        """Where each entry of a list of this document begins."""
        marks = [node.start_mark for node in self.nodes[id(items)].value]
        return [(mark.line + 1, mark.column + 1) for mark in marks]

    def place_in(self, container: Any, key: str | int, *, of_key: bool = False) -> Place:
        """Where an entry of a mapping or list of this document stands; the mapping's own place where it has no such key."""
        node = self.nodes[id(container)]
        return _place(_child(node, key, of_key=of_key) or node)

    def place_at(self, path: Sequence[str | int], *, of_key: bool = False) -> Place:
        """Where a path from the root leads, as far as it can be followed."""
        node = self.root
        for depth, step in enumerate(path, start=1):
            node = _child(node, step, of_key=of_key and depth == len(path)) or node
        return _place(node)

    def written_at(self, path: Sequence[str | int]) -> str:
        """The scalar at a path as it is written, without quotes; empty for anything else."""
        node = self.root
        for step in path:
            node = _child(node, step) or node
        return node.value if node.id == "scalar" else ""


def _tag(tag: str) -> str:
    return shown(tag.replace(_YAML_TAGS, "!!", 1))


def _place(node: Any) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _child(node: Any, key: str | int, *, of_key: bool = False) -> Any:
    if node.id == "sequence":
        return node.value[key] if isinstance(key, int) and key < len(node.value) else None
    if node.id == "mapping":
        for key_node, value_node in node.value:
            if key_node.value == key:
                return key_node if of_key else value_node
    return None


@dataclass(eq=False)
class Builder:
    """Nodes → plain values. `built` remembers what aliases come back to: the value, its size in nodes, its height."""

    source: SourceText
    problems: list[Problem]
    nodes: dict[int, Any] = field(default_factory=dict)
    built: dict[int, tuple[Any, int, int] | None] = field(default_factory=dict)
    unclear: set[Place] = field(default_factory=set)
    count: int = 0
    copies: int = 0
    deepest: int = 0

    def build(self, node: Any, depth: int) -> Any:
        """The plain value of a node at a depth; raises BombError."""
        tag = node.tag
        if tag is STR:
            return node.value
        if node.id == "scalar":
            return self._scalar(node)
        if id(node) in self.built:
            return self._copy(node, depth)
        if tag not in (MAP, SEQ) or (tag == MAP) != (node.id == "mapping"):
            self._unclear(node, _NO_SUCH_TAG.format(_tag(tag)), "take it away")
        self.built[id(node)] = None
        before, deepest, self.deepest = self.count, self.deepest, depth
        self.count += len(node.value)
        value: Any
        if node.id == "mapping":
            value = self._mapping(node, depth)
        else:
            value = [item.value if item.tag is STR else self.build(item, depth + 1) for item in node.value]
        self.nodes[id(value)] = node
        self.built[id(node)] = (value, self.count - before, self.deepest - depth)
        self.deepest = max(deepest, self.deepest)
        return value

    def _mapping(self, node: Any, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag is not STR and not self._is_text(key_node):
                continue
            key = key_node.value
            if key in result:
                first = _place(_child(node, key, of_key=True))
                message = f"the key {shown(key)} stands here twice; the first is in line {first[0]}"
                self.problems.append(self.source.problem(_place(key_node), message, "keep one of them"))
                continue
            result[key] = value_node.value if value_node.tag is STR else self.build(value_node, depth + 1)
        return result

    def _is_text(self, key_node: Any) -> bool:
        if key_node.id == "scalar":
            if key_node.tag == STR:
                return True
            hint = f'put it in quotes: "{key_node.value}"' if key_node.value.isalnum() else ""
            message = f"a key must be text, but {shown(key_node.value)} is not"
        else:
            message, hint = "a key must be text, not a list or a mapping", ""
        self.problems.append(self.source.problem(_place(key_node), message, hint))
        return False

    def _scalar(self, node: Any) -> Any:
        if node.tag == STR:
            return node.value
        if node.tag not in _SCALAR_TAGS:
            self._unclear(node, _NO_SUCH_TAG.format(_tag(node.tag)), "take it away")
            return node.value
        try:
            return convert(node.tag, node.value)
        except ValueError as error:
            self._unclear(node, str(error))
            return None

    def _copy(self, node: Any, depth: int) -> Any:
        done = self.built[id(node)]
        if done is None:
            raise BombError("an alias stands inside what it repeats", node)
        value, size, height = done
        self.copies += size + 1
        self.count += size
        self.deepest = max(self.deepest, depth + height)
        if self.copies > MOST_COPIES:
            problem = f"aliases of this would make more than {MOST_COPIES} copies"
            raise BombError(problem, node)
        if depth + height > DEEPEST:
            problem = f"nested more than {DEEPEST} levels deep through aliases"
            raise BombError(problem, node)
        return value

    def _unclear(self, node: Any, message: str, hint: str = "") -> None:
        self.unclear.add(_place(node))
        self.problems.append(self.source.problem(_place(node), message, hint))
