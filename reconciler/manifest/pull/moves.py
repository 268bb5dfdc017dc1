"""Moves, and what follows from a rename: references by name, and entries under `removed:`."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.differences import Difference
from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest.edit.tree import Node
from reconciler.manifest.edit.values import Value, new_value
from reconciler.manifest.pull.added import Adder
from reconciler.manifest.pull.index import Entry, Index
from reconciler.manifest.schema.nesting import parent_key_of
from reconciler.model import Address
from reconciler.names import fold, fold_all, split_path


def follow_renames(index: Index, renames: Iterable[Difference]) -> None:
    """Let the references to renamed resources follow them, all at once: `client:` of projects in the top-level list."""
    names = {(each.address.kind, fold(each.address.name)): str(each.live) for each in renames}
    for kind in KINDS:
        key = parent_key_of(kind)
        for _, items in index.sections.get(kind.plural, ()) if key else ():
            for item in items.items:
                reference = item.get(key)
                if reference is not None and reference.is_text and (kind.parent, fold(reference.text)) in names:
                    name = names[kind.parent, fold(reference.text)]
                    item.pairs[key] = Value(reference.form, reference.node, name)


def move(entry: Entry, adder: Adder, parent: Address | None) -> None:
    """Move an entry to the parent that it has in the workspace. In the top-level list, its key for the parent changes."""
    key, mapping = parent_key_of(entry.kind), entry.value
    mapping.pairs.pop("was", None)
    if entry.parent is None and parent is not None:
        mapping = entry.mapping()
        present, name = mapping.get(key), adder.reference(parent)
        mapping.pairs[key] = Value(present.form, present.node, name) if present else new_value(name)
        return
    if entry.parent is None:
        mapping.pairs.pop(key, None)
        return
    entry.remove()
    adder.place(entry, parent)


def remove_listed(index: Index, each: Difference) -> None:
    """Take the entry under `removed:` out, because of which a resource would be removed."""
    if not each.entry:
        return
    found = [
        (root, entry)
        for file, root in index.documents()
        for entry in root.list_at("removed")
        if any(value.node and f"{file.path}:{_place(value.node)}" == each.entry for value in entry.pairs.values())
    ]
    for root, entry in found:
        _take_out(root, entry)


def drop_listed(index: Index) -> None:
    """Take the entries under `removed:` out that name what is declared by now, or what something declared is in."""
    roots = [root for _, root in index.documents() if root.get("removed") is not None]
    if not roots:
        return
    now = Index(index.files)
    declared = {*now.entries, *now.shared}
    declared |= {(BY_NAME[kind].parent, path[:-1]) for kind, path in declared if len(path) > 1}
    for root in roots:
        for entry in list(root.list_at("removed")):
            if any((kind, fold_all(split_path(path.text))) in declared for kind, path in entry.pairs.items()):
                _take_out(root, entry)


def _take_out(root: Value, entry: Value) -> None:
    """Take an entry out, which has one address."""
    listed = root.list_at("removed")
    listed.remove(entry)
    if not listed:
        del root.pairs["removed"]


def _place(node: Node) -> str:
    before = node.source[: node.content.start]
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return f"{len(lines)}:{len(lines[-1]) + 1}"
