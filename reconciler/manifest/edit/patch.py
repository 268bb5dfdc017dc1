"""Patching: the text of a manifest with other values, in which every byte that no change needs stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.manifest.edit import blocks, flows
from reconciler.manifest.edit.anchors import Anchors
from reconciler.manifest.edit.place import Place
from reconciler.manifest.edit.render import ENTRY_LISTS, LineWriter, flow_text, scalar_text
from reconciler.manifest.edit.splices import Splices
from reconciler.manifest.edit.tree import (
    ALIAS,
    MAPPING,
    SCALAR,
    SEQUENCE,
    Node,
    UneditableError,
    line_end,
    next_line,
    parse,
)
from reconciler.manifest.edit.values import Value, is_same, value_of
from reconciler.manifest.yaml.write import write_scalar, write_text


class Patch:
    """The changes of one text that lead to other values of its nodes."""

    def __init__(self, text: str, roots: Sequence[Node], values: Sequence[Value]) -> None:
        self.text, self.roots = text, roots
        self.splices = Splices(text)
        self.anchors = Anchors(roots, values)
        self.writer = LineWriter(_offset_of(roots), self.written)
        self._is_open = False
        for root, value in zip(roots, values, strict=True):
            self.sync(root, value, Place())

    def sync(self, node: Node, value: Value, place: Place) -> None:
        """Change the text of a node so that it has this value."""
        if node.form == ALIAS:
            self._sync_alias(node, value, place)
            return
        if node.anchor and id(node) in self.anchors.dropped and value.node is node:
            self.splices.replace(*_anchor_span(node), "")
        if node.form != value.form:
            self._replace(node, value, place)
        elif node.form == SCALAR:
            if not is_same(value, value_of(node)):
                self._replace_scalar(node, value, place)
        elif node.form == MAPPING:
            (flows.sync_mapping if node.is_flow else blocks.sync_mapping)(self, node, value, place)
        else:
            (flows.sync_sequence if node.is_flow else blocks.sync_sequence)(self, node, value, place)

    def _sync_alias(self, node: Node, value: Value, place: Place) -> None:
        if id(node) in self.anchors.promoted and value.node is node:
            before = self.anchors.promoted[id(node)]
            self.splices.replace(node.start, node.end, f"&{node.value} {flow_text(before)}")
        elif id(node) in self.anchors.literal or value.node is not node:
            self._replace(node, value, place)

    def _replace(self, node: Node, value: Value, place: Place) -> None:
        """Replace a node by a value of another form, or an alias by what it is to stand for."""
        is_block = node.form in (MAPPING, SEQUENCE) and not node.is_flow
        if value.form == SEQUENCE and value.items and place.key in ENTRY_LISTS and not place.in_flow and not is_block:
            lines = self.writer.items(value.items, place.column + self.writer.offset)
            self.splices.replace(place.gap, node.end, "")
            self.below(node.end, lines)
        elif is_block:
            blocks.replace_by_inline(self, node, self.inline(value, place), place.gap)
        else:
            text = self.inline(value, place)
            self.splices.replace(node.start, node.end, f" {text}" if node.is_empty else text)

    def inline(self, value: Value, place: Place) -> str:
        """A value on one line."""
        if value.form == SCALAR:
            return scalar_text(value, flow=place.in_flow, as_json=place.as_json)
        return flow_text(value, as_json=place.as_json)

    def _replace_scalar(self, node: Node, value: Value, place: Place) -> None:
        text = self._styled(node, value, place)
        if node.is_empty:
            self.splices.insert(node.start, f" {text}")
        elif node.tag:  # it says what the old text means
            has_anchor = node.anchor and id(node) not in self.anchors.dropped
            start = _anchor_span(node)[1] if id(node) in self.anchors.dropped else node.start
            self.splices.replace(start, node.end, f"&{node.anchor} {text}" if has_anchor else text)
        else:
            self.splices.replace(node.body, node.end, text)

    def _styled(self, node: Node, value: Value, place: Place) -> str:
        """The new text of a scalar, quoted as the old one where that is possible."""
        if not value.is_text or place.as_json:
            return scalar_text(value, as_json=place.as_json)
        written = write_scalar(value.text, flow=place.in_flow)
        is_printable = value.text.isprintable()
        if node.style == "'" and is_printable:
            return "'" + value.text.replace("'", "''") + "'"
        if node.style == '"' and is_printable:
            return written if written[:1] == '"' else '"' + value.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if place.in_flow or node.end < line_end(self.text, node.end):
            return written
        return write_text(value.text, place.column + 2).replace("\n", self.splices.newline)

    def below(self, index: int, lines: list[str]) -> None:
        """Insert lines below the line of a character, which may be the last one of a text without a line break at its end."""
        if index == len(self.text) and not self._is_open:
            self._is_open = True
            last = _last_scalar(self.roots)
            is_text = last is not None and last.style in ("|", ">") and last.end == index
            if last and is_text and "-" not in self._header(last) and not self.splices.covers(last.body):
                at = last.body + 1  # a line break behind the text would become part of it
                self.splices.replace(at, at + ("+" in self._header(last)), "-")
        self.splices.insert_lines(index, lines)

    def _header(self, node: Node) -> str:
        return self.text[node.body : node.body + 3].split("\n")[0].split("\r")[0]

    def written(self, value: Value) -> str | None:
        """The text of a value that moves here from another place, with its own changes; None for what is new.

        Its first line begins where the value begins, the others have the columns that they had.
        """
        node = value.node
        if node is None or node.form == ALIAS or node.is_flow or node.form != MAPPING or value.form != MAPPING:
            return None
        moved = Patch(node.source, (), ())
        moved.writer = self.writer
        moved.anchors = self.anchors
        moved.sync(node, value, Place())
        return moved.splices.result(node.body, next_line(node.source, node.end)).rstrip("\r\n")

    def kept(self, item: Node, name: Value) -> str:
        """The text of a bare name that stays as it is while its entry becomes a mapping; empty where it has to be written again."""
        if not is_same(name, value_of(item)) or set(self.text[item.start : item.end]) & set(",[]{}:?\r\n"):
            return ""
        if item.form == ALIAS:
            before = self.anchors.promoted.get(id(item))
            if before is not None:
                return f"&{item.value} {flow_text(before)}"
            return "" if id(item) in self.anchors.literal else f"{self.text[item.start : item.end]} "
        return self.text[item.body if id(item) in self.anchors.dropped else item.start : item.end]


def patched(text: str, roots: Sequence[Node], values: Sequence[Value]) -> str:
    """The text in which the documents have these values. Raises UneditableError where that takes more than is safe."""
    patch = Patch(text, roots, values)
    if not len(patch.splices):
        return text
    result = patch.splices.result()
    try:
        new = [value_of(root) for root in parse(result)]
    except Exception as error:
        raise UneditableError(f"the edited text would not be valid YAML ({type(error).__name__})") from error
    if len(new) != len(values) or not all(map(is_same, new, values)):
        raise UneditableError("the edited text would say something else than meant")
    return result


def _anchor_span(node: Node) -> tuple[int, int]:
    """The anchor of a node with the blanks behind it."""
    start = node.source.index(f"&{node.anchor}", node.start)
    end = start + 1 + len(node.anchor)
    while node.source[end : end + 1] in (" ", "\t"):
        end += 1
    return start, end


def _offset_of(roots: Sequence[Node]) -> int:
    """Columns from a key to the dashes of its list, as the first one of the text has it."""
    pending = list(reversed(roots))
    while pending:
        node = pending.pop()
        for _, value in node.pairs:
            if value.form == SEQUENCE and not value.is_flow and not node.is_flow and value.items:
                return value.column - node.column
        pending += reversed(list(node.parts))
    return 2


def _last_scalar(roots: Sequence[Node]) -> Node | None:
    node = roots[-1] if roots else None
    while node is not None and node.form in (MAPPING, SEQUENCE):
        node = next(reversed(list(node.parts)), None)
    return node
