"""The tree of a text: every node of its YAML with the exact place of its characters, aliases and comments' gaps included.

Made from the events of the parser that loads manifests. What a parser says of the end of a block is not exact (it is where the next
token begins, behind comments), so ends are those of the last character that belongs to a node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.manifest.yaml.nodes import Loader
from reconciler.manifest.yaml.scalars import STR, tag_of
from reconciler.manifest.yaml.surrogates import has_surrogates

SCALAR, MAPPING, SEQUENCE, ALIAS = "scalar", "mapping", "sequence", "alias"
_BLANKS = " \t"
_BREAKS = "\r\n"


class UneditableError(ValueError):
    """A text that cannot be edited in place; the message is the reason. `index`: the character where it is."""

    def __init__(self, message: str, index: int = 0) -> None:
        super().__init__(message)
        self.index = index


@dataclass(eq=False, slots=True)
class Node:
    """One node: the characters `start` to `end` of the text `source`, with `body` behind its anchor and tag.

    `pairs` of a mapping, `items` of a sequence; `value` of a scalar; `target` of an alias. `uses`: the aliases of an anchored node.
    `marks`: where each entry of a block begins: the `-` of an item, the `?` or the key of a pair.
    """

    form: str
    source: str
    start: int
    body: int
    end: int
    column: int
    is_flow: bool = False
    style: str = ""
    value: str = ""
    tag: str = ""
    anchor: str = ""
    target: Node | None = None
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    uses: list[Node] = field(default_factory=list)

    @property
    def content(self) -> Node:
        """The node itself, or what an alias stands for."""
        return self.target if self.target is not None else self

    @property
    def is_text(self) -> bool:
        """Whether a scalar means text."""
        if self.tag:
            return self.tag == STR
        return bool(self.style) or tag_of(self.value) == STR

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written: the null behind a key without a value."""
        return self.form == SCALAR and self.start == self.end

    @property
    def parts(self) -> Iterator[Node]:
        """The nodes right in it, keys included, in the order of the text."""
        for pair in self.pairs:
            yield from pair
        yield from self.items


def parse(text: str) -> list[Node]:
    """The root of each document of a text that is valid YAML. Raises UneditableError for one that has no exact places."""
    if has_surrogates(text):
        raise UneditableError("it has escapes of surrogate pairs")
    return _Parser(text).documents()


def skip_gap(text: str, index: int) -> int:
    """The first character at or after `index` that is no blank, line break or comment; the end of the text if there is none."""
    while index < len(text):
        if text[index] == "#":
            index = line_end(text, index)
        elif text[index] in _BLANKS or text[index] in _BREAKS:
            index += 1
        else:
            break
    return index


def line_start(text: str, index: int) -> int:
    """Where the line of a character begins."""
    start = text.rfind("\n", 0, index) + 1
    return max(text.rfind("\r", start, index) + 1, start)  # within the line: a text without CR is not searched whole


def line_end(text: str, index: int) -> int:
    """The line break that ends the line of a character, or the end of the text."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    other = text.find("\r", index, end)
    return end if other < 0 else other


def next_line(text: str, index: int) -> int:
    """Where the line after that of a character begins, or the end of the text."""
    end = line_end(text, index)
    return min(end + (2 if text.startswith("\r\n", end) else 1), len(text))


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.loader: Any = Loader(text)
        self.anchors: dict[str, Node] = {}

    def documents(self) -> list[Node]:
        roots: list[Node] = []
        while True:
            event = self.loader.get_event()
            name = type(event).__name__
            if name == "StreamEndEvent":
                return roots
            if name == "DocumentStartEvent":
                self.anchors = {}
                roots.append(self._node(self.loader.get_event()))

    def _node(self, event: Any) -> Node:
        name = type(event).__name__
        start = event.start_mark.index
        if name == "AliasEvent":
            node = Node(
                ALIAS, self.text, start, start, event.end_mark.index, event.start_mark.column, value=event.anchor
            )
            node.target = self.anchors[event.anchor]
            node.target.uses.append(node)
            return node
        node = Node(SCALAR, self.text, start, start, event.end_mark.index, event.start_mark.column)
        node.tag = "" if event.tag in (None, "!") else event.tag
        if event.anchor:
            node.anchor = event.anchor
            self.anchors[event.anchor] = node
        if event.anchor or event.tag:
            node.body = self._behind_properties(start)
        if name == "ScalarEvent":
            self._scalar(node, event)
        elif name == "MappingStartEvent":
            node.form, node.is_flow = MAPPING, bool(event.flow_style)
            self._mapping(node)
        else:
            node.form, node.is_flow = SEQUENCE, bool(event.flow_style)
            self._sequence(node)
        return node

    def _behind_properties(self, index: int) -> int:
        """Behind the anchor and the tag that begin at a character, at the content, or at the gap in front of nothing."""
        end = index
        while end < len(self.text) and self.text[end] in "&!":
            while end < len(self.text) and self.text[end] not in " \t\r\n,[]{}":
                end += 1
            index, end = end, skip_gap(self.text, end)
        return end

    def _scalar(self, node: Node, event: Any) -> None:
        node.value = event.value
        node.style = event.style or ""
        if node.style in ("|", ">"):
            node.end = self._end_of_block_text(node)
        elif not node.style and not node.value:
            node.end = node.body = node.start if not (node.anchor or node.tag) else event.end_mark.index

    def _end_of_block_text(self, node: Node) -> int:
        """Behind the last character of a literal or folded scalar: line breaks at its end belong to it where it keeps them."""
        header_end = line_end(self.text, node.body)
        end = min(node.end, len(self.text))
        header = self.text[node.body : header_end].partition("#")[0]
        if "+" not in header:
            end = header_end + len(self.text[header_end:end].rstrip())
        elif end > header_end and self.text[end - 1] in _BREAKS and line_start(self.text, end) == end:
            end -= 2 if self.text[end - 2 : end] == "\r\n" else 1
        return max(end, header_end)

    def _mapping(self, node: Node) -> None:
        at = node.body + (1 if node.is_flow and self.text[node.body : node.body + 1] == "{" else 0)
        end = node.body
        while type(self.loader.peek_event()).__name__ != "MappingEndEvent":
            mark = skip_gap(self.text, at)
            if node.is_flow and self.text[mark : mark + 1] == ",":
                mark = skip_gap(self.text, mark + 1)
            key = self._node(self.loader.get_event())
            value = self._node(self.loader.get_event())
            colon = skip_gap(self.text, key.end)
            if value.is_empty:
                behind = colon + 1 if self.text[colon : colon + 1] == ":" else key.end
                value.start = value.body = value.end = behind
            node.pairs.append((key, value))
            node.marks.append(min(mark, key.start))
            end = at = value.end
        self._finish(node, end)

    def _sequence(self, node: Node) -> None:
        at = node.body + (1 if node.is_flow else 0)
        end = node.body
        while type(self.loader.peek_event()).__name__ != "SequenceEndEvent":
            mark = skip_gap(self.text, at)
            item = self._node(self.loader.get_event())
            if not node.is_flow and item.is_empty:
                item.start = item.body = item.end = mark + 1
            node.items.append(item)
            node.marks.append(item.start if node.is_flow else mark)
            end = at = item.end
        self._finish(node, end)

    def _finish(self, node: Node, end: int) -> None:
        event = self.loader.get_event()
        node.end = event.end_mark.index if node.is_flow else end
        if not node.is_flow and node.marks:
            node.body = node.marks[0]
            node.column = node.body - line_start(self.text, node.body)
        if node.is_flow and node.form == MAPPING and self.text[node.body : node.body + 1] != "{":
            node.end = end  # a single pair in brackets
