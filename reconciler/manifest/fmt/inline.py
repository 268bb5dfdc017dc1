"""What stands in a line, or in brackets: quotes that are not needed go, and keys in braces get their order."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.manifest.edit.order import item_key, rank_of
from reconciler.manifest.edit.tree import ALIAS, MAPPING, SCALAR, Node
from reconciler.manifest.yaml.write import write_scalar


class Inline:
    """Writes nodes that are in a line or in brackets. `reorders`: whether keys get their order."""

    def __init__(self, text: str, *, reorders: bool) -> None:
        self._text, self._reorders = text, reorders

    def text_of(self, node: Node, within: str = "", parent: str = "", *, in_flow: bool = False) -> str:
        """The text of a node, its anchor and tag included. `within`: the key that it is at, or its list; `parent`: the key above."""
        if node.form == ALIAS or (node.form == SCALAR and not self._is_unquoted(node, in_flow=in_flow)):
            return self._text[node.start : node.end]
        if node.form == SCALAR:
            return self._text[node.start : node.body] + node.value
        if is_json(node):
            return self._text[node.start : node.end]
        if node.form == MAPPING:
            spans = [(mark, value.end) for mark, (_, value) in zip(node.marks, node.pairs, strict=True)]
            parts = [self._pair(node, at, within) for at in range(len(spans))]
            parts = [parts[at] for at in self._order(node, within)]
        else:
            key = item_key(within, parent)
            spans = [(item.start, item.end) for item in node.items]
            parts = [self.text_of(item, key, within, in_flow=True) for item in node.items]
        return self._assembled(node, spans, parts)

    def _pair(self, node: Node, at: int, within: str) -> str:
        key, value = node.pairs[at]
        mark = node.marks[at]
        written = self._text[key.start : key.end]
        if self._text[key.end : key.end + 1] == ":" and self._text[key.end + 1 : key.end + 2].isspace():
            written = self.text_of(key, in_flow=True)
        gap = self._text[key.end : value.start]
        return (
            self._text[mark : key.start] + written + gap + self.text_of(value, key.content.value, within, in_flow=True)
        )

    def _assembled(self, node: Node, spans: Sequence[tuple[int, int]], parts: Sequence[str]) -> str:
        """The parts in the places of the old ones, with what stands between them."""
        result: list[str] = []
        at = node.start
        for (start, end), part in zip(spans, parts, strict=True):
            result += (self._text[at:start], part)
            at = end
        return "".join((*result, self._text[at : node.end]))

    def _order(self, node: Node, within: str) -> list[int]:
        """The order of the pairs in braces; as it is beside comments, which belong to their lines."""
        if not self._reorders or "#" in self._gaps(node):
            return list(range(len(node.pairs)))
        return ordered(node, within)

    def _gaps(self, node: Node) -> str:
        ends = [node.body, *(value.end for _, value in node.pairs)]
        return "".join(self._text[end:start] for end, start in zip(ends, (*node.marks, node.end), strict=True))

    def _is_unquoted(self, node: Node, *, in_flow: bool) -> bool:
        """Whether the quotes of a scalar on one line can go."""
        if node.style not in ("'", '"') or node.tag or "\n" in self._text[node.body : node.end]:
            return False
        return "\r" not in self._text[node.body : node.end] and write_scalar(node.value, flow=in_flow) == node.value


def is_json(node: Node) -> bool:
    """Whether a mapping is written as JSON has it: then it stays JSON."""
    return node.is_flow and bool(node.pairs) and all(key.style == '"' for key, _ in node.pairs)


def ordered(node: Node, within: str) -> list[int]:
    """The order of the pairs of a mapping; as it is where an alias would come before its anchor."""
    usual = sorted(range(len(node.pairs)), key=lambda at: rank_of(within, node.pairs[at][0].content.value))
    if usual == sorted(usual):
        return usual
    defined: dict[str, list[int]] = {}
    used: list[tuple[int, str]] = []
    for at, pair in enumerate(node.pairs):
        for each in pair:
            _find_anchors(each, at, defined, used)
    place = {at: position for position, at in enumerate(usual)}
    for at, name in used:
        homes = defined.get(name, [])
        if len(homes) > 1 or any(home != at and place[home] > place[at] for home in homes):
            return list(range(len(node.pairs)))
    return usual


def _find_anchors(node: Node, at: int, defined: dict[str, list[int]], used: list[tuple[int, str]]) -> None:
    if node.form == ALIAS:
        used.append((at, node.value))
        return
    if node.anchor:
        defined.setdefault(node.anchor, []).append(at)
    for part in node.parts:
        _find_anchors(part, at, defined, used)
