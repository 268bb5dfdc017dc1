"""Patching of mappings and lists that are written in brackets."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.manifest.edit.order import item_key, rank_of
from reconciler.manifest.edit.place import Patching, Place, named_text
from reconciler.manifest.edit.render import ENTRY_LISTS, flow_text, scalar_text
from reconciler.manifest.edit.tree import MAPPING, SCALAR, Node, line_end, line_start, next_line, skip_gap
from reconciler.manifest.edit.values import Value

Span = tuple[int, int]
"""The characters of an entry: of an item, or of a key with its value."""


def sync_mapping(patch: Patching, node: Node, value: Value, place: Place) -> None:
    """Change, remove and add keys."""
    as_json = _is_json(node)
    names = [key.content.value for key, _ in node.pairs]
    if patch.text[node.body : node.body + 1] != "{" and value.pairs.keys() != set(names):
        patch.splices.replace(node.body, node.end, flow_text(value))  # a single pair in brackets gets braces
        return
    spans = [(mark, inner.end) for mark, (_, inner) in zip(node.marks, node.pairs, strict=True)]
    for name, (key, inner) in zip(names, node.pairs, strict=True):
        if name in value.pairs:
            gap = skip_gap(patch.text, key.end) + 1
            patch.sync(
                inner, value.pairs[name], Place(node.column, name, place.key, gap, in_flow=True, as_json=as_json)
            )
    kept = [at for at, name in enumerate(names) if name in value.pairs]
    remove(patch, node, spans, kept)
    for name in sorted((name for name in value.pairs if name not in names), key=lambda name: rank_of(place.key, name)):
        earlier = [at for at in kept if rank_of(place.key, names[at]) < rank_of(place.key, name)]
        key_text = scalar_text(Value(SCALAR, text=name), as_json=as_json)
        text = f"{key_text}: {flow_text(value.pairs[name], as_json=as_json)}"
        add(patch, node, spans, earlier[-1] if earlier else len(spans) - 1, [text])


def sync_sequence(patch: Patching, node: Node, value: Value, place: Place) -> None:
    """Change, remove and add items. An empty list of entries becomes one in lines."""
    if not node.items:
        _fill(patch, node, value, place)
        return
    as_json = place.as_json or (any(map(_is_json_text, node.items)) and patch.text[: node.start].rstrip()[-2:] == '":')
    key = item_key(place.key, place.parent)
    position = {id(item): at for at, item in enumerate(node.items)}
    kept: list[int] = []
    added: dict[int, list[str]] = {}
    for item in value.items:
        at = position.get(id(item.node)) if item.node is not None else None
        if at is None:
            added.setdefault(kept[-1] if kept else -1, []).append(flow_text(_bare(item), as_json=as_json))
            continue
        kept.append(at)
        old = node.items[at]
        if old.content.form == SCALAR and item.form == MAPPING:
            text = named_text(patch, old, item, as_json=as_json) or flow_text(item, as_json=as_json)
            patch.splices.replace(old.start, old.end, text)
        else:
            patch.sync(old, item, Place(node.column, key, in_flow=True, as_json=as_json))
    spans = [(item.start, item.end) for item in node.items]
    for after in [at for at in added if at + 1 < len(spans) and at + 1 not in kept]:
        _substitute(patch, spans[after + 1], added.pop(after))
        kept.append(after + 1)
    remove(patch, node, spans, kept)
    for after, texts in added.items():
        if after < 0:
            separator = _separator(patch, spans[0][0])
            patch.splices.insert(spans[0][0], "".join(f"{text}{separator}" for text in texts))
        else:
            add(patch, node, spans, after, texts)


def _substitute(patch: Patching, span: Span, texts: Sequence[str]) -> None:
    """Write new items in the place of one that goes."""
    patch.splices.replace(*span, _separator(patch, span[0]).join(texts))


def _separator(patch: Patching, start: int) -> str:
    """What stands between an entry that begins at a character and those in front of it."""
    pad = patch.text[line_start(patch.text, start) : start]
    return f",{patch.splices.newline}{pad}" if patch.splices.starts_line(start) else ", "


def _bare(value: Value) -> Value:
    """A name alone, for an entry that has nothing else."""
    return value.pairs["name"] if value.form == MAPPING and set(value.pairs) == {"name"} else value


def _fill(patch: Patching, node: Node, value: Value, place: Place) -> None:
    if not value.items:
        return
    if place.key in ENTRY_LISTS and not place.in_flow and not patch.splices.has_comment(node.body, node.end):
        start = node.start + 1 + len(node.anchor) if node.anchor else place.gap
        patch.splices.replace(start, node.end, "")
        patch.below(node.end, patch.writer.items(value.items, place.column + patch.writer.offset))
        return
    text = ", ".join(flow_text(_bare(item), as_json=place.as_json) for item in value.items)
    patch.splices.insert(node.body + 1, text)


def remove(patch: Patching, node: Node, spans: Sequence[Span], kept: Sequence[int]) -> None:
    """Remove the entries that are not `kept`, each with a comma and, where it has lines of its own, with those."""
    staying = set(kept)
    if not kept and spans and not patch.splices.has_comment(node.body, node.end):
        comma = patch.splices.comma_in(spans[-1][1], node.end)
        patch.splices.replace(spans[0][0], comma + 1 if comma >= 0 else spans[-1][1], "")
        return
    edge = -1
    for at, (start, end) in enumerate(spans):
        if at in staying:
            continue
        following = spans[at + 1][0] if at + 1 < len(spans) else node.end - 1
        before = spans[at - 1][1] if at else node.body + 1
        has_left = any(other in staying for other in range(at))
        is_followed = at + 1 in staying or (at + 1 < len(spans) and not patch.splices.starts_line(following))
        if has_left and before >= edge and not _has_comment(patch, before, start, end, following):
            patch.splices.replace(before, end, "")  # with the comma in front of it
        elif kept and is_followed and not patch.splices.has_comment(end, following):
            patch.splices.replace(start, following, "")
            edge = following
        else:
            edge = _remove_alone(patch, start, end, following)


def _has_comment(patch: Patching, before: int, start: int, end: int, following: int) -> bool:
    """Whether a comment stands in front of an entry, or behind it in a line of its own."""
    line = min(line_end(patch.text, end), following)
    is_behind = patch.splices.starts_line(start) and patch.splices.has_comment(end, line)
    return is_behind or patch.splices.has_comment(before, start)


def _remove_alone(patch: Patching, start: int, end: int, following: int) -> int:
    """Remove an entry and the comma behind it beside comments, which stay unless they are in its line; returns where that ends."""
    comma = patch.splices.comma_in(end, following)
    behind = comma + 1 if comma >= 0 else end
    rest = patch.text[behind : line_end(patch.text, behind)]
    if patch.splices.starts_line(start) and (not rest.strip() or rest.lstrip().startswith("#")):
        first = line_start(patch.text, start)
        behind = next_line(patch.text, behind)
        patch.splices.replace(first, behind, "")
    else:
        patch.splices.replace(start, behind, "")
    return behind


def add(patch: Patching, node: Node, spans: Sequence[Span], after: int, texts: Sequence[str]) -> None:
    """Add entries behind one: on a line of their own where that one has one."""
    start, end = spans[after]
    following = spans[after + 1][0] if after + 1 < len(spans) else node.end - 1
    comma = patch.splices.comma_in(end, following)
    behind = comma + 1 if comma >= 0 else end
    line = line_end(patch.text, behind)
    is_alone = (
        patch.splices.starts_line(start)
        and line < following + 1
        and not patch.text[behind:line].partition("#")[0].strip()
    )
    if not is_alone:
        patch.splices.insert(end, "".join(f", {text}" for text in texts))
        return
    pad = patch.text[line_start(patch.text, start) : start]
    newline = patch.splices.newline
    if comma >= 0 and patch.splices.covers(comma):  # it goes with what is behind it
        patch.splices.insert(end, "".join(f",{newline}{pad}{text}" for text in texts))
        return
    if comma < 0:
        patch.splices.insert(end, ",")
        texts = [*(f"{text}," for text in texts[:-1]), texts[-1]]
    else:
        texts = [f"{text}," for text in texts]
    patch.splices.insert(line, "".join(f"{newline}{pad}{text}" for text in texts))


def _is_json(node: Node) -> bool:
    return bool(node.pairs) and all(key.style == '"' for key, _ in node.pairs)


def _is_json_text(node: Node) -> bool:
    return node.style == '"' or (node.form == MAPPING and node.is_flow and _is_json(node))
