"""Patching of mappings and lists that are written in lines."""

from __future__ import annotations

from reconciler.manifest.edit.order import item_key, rank_of
from reconciler.manifest.edit.place import Patching, Place, named_text
from reconciler.manifest.edit.tree import MAPPING, SCALAR, Node, line_end, line_start, next_line, skip_gap
from reconciler.manifest.edit.values import Value


def sync_mapping(patch: Patching, node: Node, value: Value, place: Place) -> None:
    """Change, remove and add keys; a new one stands behind those that come before it in the usual order."""
    names = [key.content.value for key, _ in node.pairs]
    kept = [at for at, name in enumerate(names) if name in value.pairs]
    for at, (key, inner) in enumerate(node.pairs):
        if names[at] in value.pairs:
            patch.sync(inner, value.pairs[names[at]], _place_of(patch, node, key, names[at], place))
        elif at >= kept[0] or patch.splices.starts_line(node.marks[0]):
            patch.splices.remove_lines(node.marks[at], inner.end)
    if kept[0] and not patch.splices.starts_line(node.marks[0]):
        _remove_first_pairs(patch, node, kept[0])
    ends = [(rank_of(place.key, names[at]), node.pairs[at][1].end) for at in kept]
    for name in sorted(value.pairs.keys() - set(names), key=lambda name: (rank_of(place.key, name), name)):
        earlier = [end for rank, end in ends if rank < rank_of(place.key, name)]
        after = max(earlier, default=ends[0][1])
        patch.below(after, patch.writer.pair(name, value.pairs[name], node.column))


def _place_of(patch: Patching, node: Node, key: Node, name: str, place: Place) -> Place:
    colon = skip_gap(patch.text, key.end)
    return Place(node.column, name, place.key, colon + 1)


def _remove_first_pairs(patch: Patching, node: Node, count: int) -> None:
    """Remove the pairs at the beginning, the first of which stands behind a dash."""
    splices, following = patch.splices, node.marks[count]
    ends = [inner.end for _, inner in node.pairs[:count]]
    if not any(map(splices.has_comment, ends, node.marks[1 : count + 1])):
        splices.replace(node.marks[0], following, "")
        return
    splices.replace(_behind_text(patch, node.marks[0]), line_end(patch.text, ends[0]), "")
    for at in range(1, count):
        splices.remove_lines(node.marks[at], ends[at])


def sync_sequence(patch: Patching, node: Node, value: Value, place: Place) -> None:
    """Change, remove and add entries. The order of those that stay is theirs."""
    position = {id(item): at for at, item in enumerate(node.items)}
    kept = {position[id(v.node)]: v for v in value.items if v.node is not None and id(v.node) in position}
    inner = Place(node.column, item_key(place.key, place.parent))
    start = line_start(patch.text, node.marks[0])
    for at in range(len(node.items)):
        if at in kept:
            _sync_item(patch, node, at, kept[at], inner)
        else:
            removed = _remove_item(patch, node, at, is_followed=at + 1 in kept)
            start = start if at else removed
    if not value.items:
        patch.splices.insert(_behind_key(node, place), " []")
    _add_items(patch, node, value, position, start)


def _sync_item(patch: Patching, node: Node, at: int, value: Value, place: Place) -> None:
    item = node.items[at]
    if item.content.form == SCALAR and value.form == MAPPING:
        _expand_item(patch, node, item, value)
    else:
        patch.sync(item, value, place)


def _expand_item(patch: Patching, node: Node, item: Node, value: Value) -> None:
    """A bare name becomes a mapping: in braces, or in lines where lists nest in it."""
    lines = patch.writer.item(value, node.column)
    if len(lines) == 1:
        patch.splices.replace(item.start, item.end, named_text(patch, item, value) or lines[0][node.column + 2 :])
        return
    patch.splices.insert(item.start, "name: ")
    patch.sync(item, value.pairs["name"], Place(item.column))
    for key, inner in value.pairs.items():
        if key != "name":
            patch.below(item.end, patch.writer.pair(key, inner, item.column))


def _remove_item(patch: Patching, node: Node, at: int, *, is_followed: bool) -> int:
    """Remove an entry, behind which one may stand that stays; returns where what was removed began."""
    splices, mark, item = patch.splices, node.marks[at], node.items[at]
    if splices.starts_line(mark):
        return splices.remove_lines(mark, item.end)
    is_clear = is_followed and not splices.has_comment(item.end, node.marks[at + 1])
    splices.replace(mark, node.marks[at + 1] if is_clear else item.end, "")
    return mark


def _behind_key(node: Node, place: Place) -> int:
    """Behind the colon, or behind the anchor that follows it."""
    return node.start + 1 + len(node.anchor) if node.anchor else place.gap


def _add_items(patch: Patching, node: Node, value: Value, position: dict[int, int], start: int) -> None:
    """Add the entries without a place here: below the one in front of them, or at `start`, where the list begins."""
    braces = [item for item in node.items if item.content.form == MAPPING]
    prefers_flow = sum(item.content.is_flow for item in braces) * 2 > len(braces) if braces else None
    after, newline, is_spaced = -1, patch.splices.newline, _is_spaced(patch, node)
    for item in value.items:
        at = position.get(id(item.node)) if item.node is not None else None
        if at is not None:
            after = at
            continue
        lines = patch.writer.item(item, node.column, prefers_flow=prefers_flow)
        if is_spaced:
            lines = ["", *lines] if after >= 0 else [*lines, ""]
        if after >= 0:
            patch.below(node.items[after].end, lines)
        elif patch.splices.starts_line(node.marks[0]):
            patch.splices.insert(start, "".join(f"{line}{newline}" for line in lines))
        else:
            text = "".join(f"{line}{newline}" for line in lines).lstrip()
            patch.splices.insert(node.marks[0], f"{text}{' ' * node.column}")


def _is_spaced(patch: Patching, node: Node) -> bool:
    """Whether blank lines stand between the entries of a list."""
    gaps = [patch.text[item.end : mark] for item, mark in zip(node.items, node.marks[1:], strict=False)]
    return bool(gaps) and all(any(not line.strip() for line in gap.splitlines()[1:-1]) for gap in gaps)


def replace_by_inline(patch: Patching, node: Node, text: str, gap: int) -> None:
    """Replace the lines of a block by a value behind its key."""
    if not patch.splices.starts_line(node.body):  # behind the colon of a key that has a line of its own
        patch.splices.replace(gap, node.end, f" {text}")
        return
    patch.splices.insert(gap, f" {text}")
    if node.anchor:
        patch.splices.replace(_behind_text(patch, node.start), node.start + 1 + len(node.anchor), "")
    patch.splices.replace(line_start(patch.text, node.body), next_line(patch.text, node.end), "")


def _behind_text(patch: Patching, index: int) -> int:
    """Where the blanks in front of a character begin, in its line."""
    before = patch.text[line_start(patch.text, index) : index]
    return index - len(before) + len(before.rstrip())
