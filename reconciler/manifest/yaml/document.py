"""Documents: plain values with their positions in the text, built from the nodes of a YAML parser.

A node has `id`, `tag`, `value` and `start_mark`, a mapping or list also `flow_style`; this module does not depend on a particular parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.manifest.yaml.marks import Place, RowMark, place_of
from reconciler.manifest.yaml.parts import optional_part
from reconciler.manifest.yaml.scalars import FLOAT, INT, MAP, SEQ, STR, convert
from reconciler.manifest.yaml.text import SourceText, quote
from reconciler.value_types import MoneyType

MAX_DEPTH = 50
"""Levels of nesting. A manifest has some ten; a parser that recurses in C overflows its stack on a depth bomb."""
MAX_COPIES = 200_000
"""Nodes that the expansion of aliases may add."""
_VERBATIM = frozenset(
    ("amount", *(field.name for kind in KINDS for field in kind.fields if isinstance(field.type, MoneyType)))
)
"""Keys whose numbers stay text, as if quoted: what was written decides, not its nearest float."""
_NUMBER_TAGS = frozenset((INT, FLOAT))
_YAML_TAGS = "tag:yaml.org,2002:"
_UNKNOWN_TAG = "unknown tag {}"
_TAG_HINT = "remove the tag, or put text that begins with ! in quotes"
_SCALAR_TAGS = frozenset(f"{_YAML_TAGS}{name}" for name in ("null", "bool", "int", "float"))

INVALID: Any = object()
"""Replaces an invalid entry of a list, so that the other entries keep their positions."""


class BombError(Exception):
    """A document that exceeds MAX_DEPTH or MAX_COPIES, or an alias that contains itself; `node` is its position."""

    def __init__(self, message: str, node: Any) -> None:
        super().__init__(message)
        self.node = node


@dataclass(eq=False)
class Document:
    """One YAML document: `value` as plain dicts, lists and scalars, with positions looked up in the nodes they were built from.

    `reported`: positions of values that already have a problem; problems that follow from them are suppressed.
    `incomplete`: top-level keys that were cut, or that lost an entry. `damaged`: ids of mappings that lost a key.
    `misspelt`: positions of tasks whose name a task of the same set has in another spelling.
    `repeated`: top-level keys given again, each as a document: they are an error, and so is what is invalid in them.
    `is_expanded`: whether rows and variables were filled in, so that a node may be marked with one.
    """

    source: SourceText
    value: Any
    root: Any
    nodes: dict[int, Any]
    reported: set[Place] = field(default_factory=set)
    incomplete: set[str] = field(default_factory=set)
    damaged: set[int] = field(default_factory=set)
    misspelt: set[Place] = field(default_factory=set)
    repeated: list[Document] = field(default_factory=list)
    is_expanded: bool = False

    def cut(self, path: Sequence[str | int]) -> None:
        """Remove the smallest optional part around an invalid value: a key, or an entry of a list of resources."""
        steps = optional_part(path)
        if steps and len(steps) <= 2:
            self.incomplete.add(str(steps[0]))
        container = self.value
        for step in steps[:-1]:
            try:
                container = container[step]
            except (KeyError, IndexError, TypeError):
                return  # already removed with a larger part
        if steps and isinstance(steps[-1], int) and isinstance(container, list):
            container[steps[-1]] = INVALID
        elif steps and isinstance(container, dict):
            container.pop(steps[-1], None)
            self.damaged.add(id(container))

    def places(self, items: list[Any]) -> list[Place]:
        """The position of each entry of a list of this document."""
        return [place_of(node) for node in self.nodes[id(items)].value]

    def varies(self, container: Any, key: str | int) -> bool:
        """Whether an entry of a mapping or list of this document comes from the row of a `for_each`."""
        node = _child(self.nodes[id(container)], key) if self.is_expanded else None
        return node is not None and type(node.start_mark) is RowMark and node.start_mark.varies

    def is_flow(self, container: Any) -> bool:
        """Whether a mapping or list of this document is written in braces or brackets."""
        return bool(self.nodes[id(container)].flow_style)

    def place_in(self, container: Any, key: str | int, *, of_key: bool = False) -> Place:
        """The position of an entry of a mapping or list of this document; that of the container if it has no such key."""
        node = self.nodes[id(container)]
        return place_of(_child(node, key, of_key=of_key) or node)

    def place_at(self, path: Sequence[str | int], *, of_key: bool = False) -> Place:
        """The position of a path from the root; that of the nearest existing ancestor if the path does not exist."""
        node = self.root
        for depth, step in enumerate(path, start=1):
            node = _child(node, step, of_key=of_key and depth == len(path)) or node
        return place_of(node)

    def verbatim(self, container: Any, key: str | int) -> Any:
        """An entry of a mapping or list of this document; a number as its source text."""
        value = container[key]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return _child(self.nodes[id(container)], key).value if is_number else value

    def starts_with(self, path: Sequence[str | int], text: str) -> bool:
        """Whether the value at a path begins with a text in the source."""
        line, column = self.place_at(path)[:2]
        return self.source.lines[line - 1].startswith(text, column - 1)

    def written_at(self, path: Sequence[str | int]) -> str:
        """The source text of the scalar at a path, without quotes; empty for a mapping or list."""
        node = self.root
        for step in path:
            node = _child(node, step) or node
        return node.value if node.id == "scalar" else ""


def _tag(tag: str) -> str:
    return quote(tag.replace(_YAML_TAGS, "!!"))


def _child(node: Any, key: str | int, *, of_key: bool = False) -> Any:
    if node.id == "sequence":
        return node.value[key] if isinstance(key, int) and key < len(node.value) else None
    if node.id == "mapping":
        for key_node, value_node in node.value:
            if key_node.value == key:
                return key_node if of_key else value_node
    return None


@dataclass
class Builder:
    """Nodes → plain values. `built` maps nodes to results for aliases: the value, its size in nodes, its height."""

    source: SourceText
    problems: list[Problem]
    nodes: dict[int, Any] = field(default_factory=dict)
    built: dict[int, tuple[Any, int, int] | None] = field(default_factory=dict)
    reported: set[Place] = field(default_factory=set)
    repeated: list[Document] = field(default_factory=list)
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
            self._report(node, _UNKNOWN_TAG.format(_tag(tag)), _TAG_HINT)
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
            if key_node.tag is not STR and not self._is_string_key(node, key_node):
                continue
            key = key_node.value = intern(key_node.value)  # the same few words, a hundred thousand times
            if key in result:
                first = place_of(_child(node, key, of_key=True))
                message = f"duplicate key {quote(key)}; first used in line {first[0]}"
                self.problems.append(self.source.problem(place_of(key_node), message, "remove one of them"))
                value = self.build(value_node, depth + 1)
                if depth == 1:
                    self._repeat(node, key_node, value_node, {"version": 1, key: value})
                continue
            value = value_node.value if value_node.tag is STR else self.build(value_node, depth + 1)
            is_verbatim = key in _VERBATIM and value_node.tag in _NUMBER_TAGS and value is not None
            result[key] = value_node.value if is_verbatim else value
        return result

    def _repeat(self, node: Any, key_node: Any, value_node: Any, value: dict[str, Any]) -> None:
        root = type(node)(node.tag, [(key_node, value_node)], node.start_mark, node.end_mark)
        self.repeated.append(Document(self.source, value, root, self.nodes, self.reported))

    def _is_string_key(self, node: Any, key_node: Any) -> bool:
        if key_node.id == "scalar":
            if key_node.tag == STR:
                return True
            hint = f'put it in quotes: "{key_node.value}"' if key_node.value.isalnum() else ""
            message = f"invalid key {quote(key_node.value)}: keys must be strings"
        else:
            message = "invalid key: keys must be strings, not lists or mappings"
            hint = "put text that begins with a brace or bracket in quotes"
            self.reported.add(place_of(node))  # a mapping that is none lacks no key
        self.problems.append(self.source.problem(place_of(key_node), message, hint))
        return False

    def _scalar(self, node: Any) -> Any:
        if node.tag == STR:
            return node.value
        if node.tag not in _SCALAR_TAGS:
            self._report(node, _UNKNOWN_TAG.format(_tag(node.tag)), _TAG_HINT)
            return node.value
        try:
            return convert(node.tag, node.value)
        except ValueError as error:
            self._report(
                node, str(error), f'put text in quotes: "{node.value[:60]}"' if node.tag in _NUMBER_TAGS else ""
            )
            return None

    def _copy(self, node: Any, depth: int) -> Any:
        result = self.built[id(node)]
        if result is None:
            raise BombError("recursive alias: the node contains itself", node)
        value, size, height = result
        self.copies += size + 1
        self.count += size
        self.deepest = max(self.deepest, depth + height)
        if self.copies > MAX_COPIES:
            raise BombError(f"aliases expand to more than {MAX_COPIES} nodes", node)
        if depth + height > MAX_DEPTH:
            raise BombError(f"aliases expand to more than {MAX_DEPTH} levels of nesting", node)
        return value

    def _report(self, node: Any, message: str, hint: str = "") -> None:
        self.reported.add(place_of(node))
        self.problems.append(self.source.problem(place_of(node), message, hint))
